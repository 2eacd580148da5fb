/** Outcomes by region, CEN and owner. */
import { count, duration, number } from '../../facts/format.js'
import { AREAS, type AreaTotals, totalsByArea } from '../../facts/groups.js'
import { addCounts, presentStatuses, STATUS_DISPLAY } from '../../facts/row-status.js'
import type { CampaignRecord } from '../../record.js'
import { areaBars } from '../charts/bars.js'
import { smallChart, tableOf } from './elements.js'
import { html, type Markup } from './template.js'

/** The most bars of a chart; the table has all areas. */
const MAX_BARS = 8

export async function outcomesByArea({ rows }: CampaignRecord): Promise<Markup | undefined> {
  if (rows.length === 0) return undefined
  const cards: Markup[] = []
  for (const { title, nameOf } of AREAS) cards.push(await card(title, totalsByArea(rows, nameOf)))
  return html`<section id="where"><h2>By region, CEN and owner</h2><div class="three">${cards}</div></section>`
}

async function card(title: string, areas: readonly AreaTotals[]): Promise<Markup> {
  const shown = areas.slice(0, MAX_BARS)
  const rest = areas.length - shown.length
  const description = `The rows of ${count(shown.length, title)} by status; the figures are in the table below.`
  return html`<div class="card long"><figure><figcaption><h3>${title === 'CEN' ? title : `${title[0]?.toUpperCase()}${title.slice(1)}`} <small>${number(areas.length)}</small></h3></figcaption>
${await smallChart(description, (width) => areaBars(shown, width))}</figure>
${rest > 0 && html`<p class="muted">and ${number(rest)} more in the table</p>`}
<details><summary>As a table</summary>${areaTable(title, areas)}</details></div>`
}

function areaTable(title: string, areas: readonly AreaTotals[]): Markup {
  const present = presentStatuses(addCounts(areas.map(({ counts }) => counts)))
  return tableOf<AreaTotals>(
    [
      { head: title, cell: ({ name }) => html`<span class="id">${name}</span>` },
      { head: 'rows', isNumber: true, cell: ({ rows }) => number(rows) },
      ...present.map((name) => ({
        head: STATUS_DISPLAY[name].label,
        isNumber: true,
        cell: ({ counts }: AreaTotals) => number(counts[name]),
      })),
      { head: 'median', isNumber: true, cell: ({ medianMs }) => duration(medianMs) },
      { head: '9 of 10 within', isNumber: true, cell: ({ slowMs }) => duration(slowMs) },
    ],
    areas,
  )
}
