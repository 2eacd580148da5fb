/** When it happened, and how long it took. */
import type { CampaignRecord } from '../campaign-record.js'
import { attachTimesOf, binsOf, quantile } from './attach-time.js'
import { html, type Markup } from './html.js'
import { extentOf, standingsOverTime } from './lifeline.js'
import { chosenRows, lifelines, MOST_LIFELINES } from './lifelines-chart.js'
import { chart, mark, tableOf } from './parts.js'
import { presentIn, STANDINGS } from './standing.js'
import { overTime, timeBins } from './time-charts.js'
import { count, duration, instant, number, percent } from './words.js'

const STEPS = 160
const TABLE_STEPS = 10

export async function timeline(record: CampaignRecord): Promise<Markup> {
  const extent = extentOf(record)
  const moments = standingsOverTime(record, STEPS)
  const seen = presentIn(
    moments.reduce(
      (most, { counts }) => {
        for (const name of presentIn(counts)) most[name] = Math.max(most[name], counts[name])
        return most
      },
      { ...moments[0]?.counts } as Record<keyof typeof STANDINGS, number>,
    ),
  )
  const rows = chosenRows(record.rows, extent.endMs)
  const some = record.rows.length > MOST_LIFELINES
  const columns = [
    { head: 'time', cell: ({ atMs }: (typeof moments)[number]) => instant(atMs) },
    ...seen.map((name) => ({
      head: STANDINGS[name].label,
      isNumber: true,
      cell: ({ counts }: (typeof moments)[number]) => number(counts[name]),
    })),
  ]
  return html`<section id="timeline"><h2>Timeline</h2>
<p class="note">From when the queue took a request to when its result was told; all times are UTC. What a request waited for in between is not in its result: the receives say how often it was looked at.</p>
<div class="card"><figure><figcaption><h3>How many stood how</h3><ul class="legend">${seen.map((name) => html`<li>${mark(name)}</li>`)}</ul></figcaption>
${await chart('How many rows stood how over time; the figures are in the table below.', (width) => overTime(moments, width))}</figure>
<details><summary>As a table</summary>${tableOf(
    columns,
    moments.filter((_, index) => index % (STEPS / TABLE_STEPS) === 0),
  )}</details></div>
${
  rows.length > 0 &&
  html`<div class="card long"><figure><figcaption><h3>${some ? `The ${rows.length} that waited longest` : 'Each attachment'}</h3><ul class="legend"><li>${mark('pending', 'waiting')}</li><li>${mark('grant-required', 'waiting for a grant')}</li><li class="muted">the mark at the end is what became of it</li></ul></figcaption>
${await chart('A bar for each attachment, from sent to told; the figures are in the table of all rows.', (width) => lifelines(rows, extent, width))}</figure></div>`
}</section>`
}

export async function timeToAttach({ rows }: CampaignRecord): Promise<Markup | undefined> {
  const times = attachTimesOf(rows)
  if (times.length === 0) return undefined
  const bins = binsOf(times)
  const shares = [0.5, 0.9, 0.99].map((share) => `${share * 100} % within ${duration(quantile(times, share))}`)
  return html`<section id="time"><h2>Time to attach</h2>
<p class="note">From sent to attached, over ${count(times.length, 'row')}; what was attached before it was asked for is left out. ${shares.join(', ')}, all within ${duration(times.at(-1))}.</p>
<div class="card"><figure><figcaption><h3>Rows by time to attach</h3><p class="note">A bar begins at the time below it and ends where the next one begins; the steps grow.</p></figcaption>
${await chart('How many rows took how long to attach; the figures are in the table below.', (width) => timeBins(bins, width))}</figure>
<details><summary>As a table</summary>${tableOf(
    [
      { head: 'from', isNumber: true, cell: ({ fromMs }) => duration(fromMs) },
      { head: 'below', isNumber: true, cell: ({ toMs }) => (Number.isFinite(toMs) ? duration(toMs) : '–') },
      { head: 'rows', isNumber: true, cell: ({ rows: bin }) => number(bin) },
      { head: 'share', isNumber: true, cell: ({ rows: bin }) => percent(bin, times.length) },
    ],
    bins,
  )}</details></div></section>`
}
