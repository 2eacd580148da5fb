/** Outcomes by region, CEN and owner. */
import type { CampaignRecord } from '../campaign-record.js'
import { placeBars } from './bars.js'
import { PLACES, type Place, placesOf } from './groups.js'
import { html, type Markup } from './html.js'
import { smallChart, tableOf } from './parts.js'
import { countStandings, presentIn, STANDINGS } from './standing.js'
import { count, duration, number } from './words.js'

/** More bars than these are no longer compared; the table has them all. */
const MOST_BARS = 8

export async function outcomesByPlace({ rows }: CampaignRecord): Promise<Markup | undefined> {
  if (rows.length === 0) return undefined
  const cards: Markup[] = []
  for (const { title, nameOf } of PLACES) cards.push(await card(title, placesOf(rows, nameOf)))
  return html`<section id="where"><h2>By region, CEN and owner</h2><div class="three">${cards}</div></section>`
}

async function card(title: string, places: readonly Place[]): Promise<Markup> {
  const shown = places.slice(0, MOST_BARS)
  const rest = places.length - shown.length
  const said = `How the rows of ${count(shown.length, title)} stand; the figures are in the table below.`
  return html`<div class="card long"><figure><figcaption><h3>${title === 'CEN' ? title : `${title[0]?.toUpperCase()}${title.slice(1)}`} <small>${number(places.length)}</small></h3></figcaption>
${await smallChart(said, (width) => placeBars(shown, width))}</figure>
${rest > 0 && html`<p class="muted">and ${number(rest)} more in the table</p>`}
<details><summary>As a table</summary>${placeTable(title, places)}</details></div>`
}

function placeTable(title: string, places: readonly Place[]): Markup {
  const present = presentIn(
    places.reduce(
      (all, { counts }) => {
        for (const name of presentIn(counts)) all[name] += counts[name]
        return all
      },
      { ...countStandings([]) } as Record<keyof typeof STANDINGS, number>,
    ),
  )
  return tableOf<Place>(
    [
      { head: title, cell: ({ name }) => html`<span class="id">${name}</span>` },
      { head: 'rows', isNumber: true, cell: ({ rows }) => number(rows) },
      ...present.map((name) => ({
        head: STANDINGS[name].label,
        isNumber: true,
        cell: ({ counts }: Place) => number(counts[name]),
      })),
      { head: 'median', isNumber: true, cell: ({ medianMs }) => duration(medianMs) },
      { head: '9 of 10 within', isNumber: true, cell: ({ slowMs }) => duration(slowMs) },
    ],
    places,
  )
}
