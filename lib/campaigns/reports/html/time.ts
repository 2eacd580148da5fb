/** When it happened, and how long it took. */

import { attachDurations, histogram, quantile } from '../../facts/attach-durations.js'
import { count, duration, instant, number, percent } from '../../facts/format.js'
import { presentStatuses, STATUS_DISPLAY } from '../../facts/row-status.js'
import { extentOf, statusCountsOverTime } from '../../facts/row-timeline.js'
import type { CampaignRecord } from '../../record.js'
import { durationHistogram, overTime } from '../charts/over-time.js'
import { lifelines, longestWaiting, MAX_LIFELINES } from '../charts/row-timelines.js'
import { chart, statusMark, tableOf } from './elements.js'
import { html, type Markup } from './template.js'

const STEPS = 160
const TABLE_STEPS = 10

export async function timelineSection(record: CampaignRecord): Promise<Markup> {
  const extent = extentOf(record)
  const samples = statusCountsOverTime(record, STEPS)
  const seen = presentStatuses(
    samples.reduce(
      (most, { counts }) => {
        for (const name of presentStatuses(counts)) most[name] = Math.max(most[name], counts[name])
        return most
      },
      { ...samples[0]?.counts } as Record<keyof typeof STATUS_DISPLAY, number>,
    ),
  )
  const rows = longestWaiting(record.rows, extent.endMs)
  const some = record.rows.length > MAX_LIFELINES
  const columns = [
    { head: 'time', cell: ({ atMs }: (typeof samples)[number]) => instant(atMs) },
    ...seen.map((name) => ({
      head: STATUS_DISPLAY[name].label,
      isNumber: true,
      cell: ({ counts }: (typeof samples)[number]) => number(counts[name]),
    })),
  ]
  return html`<section id="timeline"><h2>Timeline</h2>
<p class="note">From when the queue took a request to when its result was told; all times are UTC. What a request waited for in between is not in its result: the receives say how often it was looked at.</p>
<div class="card"><figure><figcaption><h3>How many stood how</h3><ul class="legend">${seen.map((name) => html`<li>${statusMark(name)}</li>`)}</ul></figcaption>
${await chart('How many rows stood how over time; the figures are in the table below.', (width) => overTime(samples, width))}</figure>
<details><summary>As a table</summary>${tableOf(
    columns,
    samples.filter((_, index) => index % (STEPS / TABLE_STEPS) === 0),
  )}</details></div>
${
  rows.length > 0 &&
  html`<div class="card long"><figure><figcaption><h3>${some ? `The ${rows.length} that waited longest` : 'Each attachment'}</h3><ul class="legend"><li>${statusMark('pending', 'waiting')}</li><li>${statusMark('grant-required', 'waiting for a grant')}</li><li class="muted">the mark at the end is what became of it</li></ul></figcaption>
${await chart('A bar for each attachment, from sent to told; the figures are in the table of all rows.', (width) => lifelines(rows, extent, width))}</figure></div>`
}</section>`
}

export async function timeToAttachSection({ rows }: CampaignRecord): Promise<Markup | undefined> {
  const times = attachDurations(rows)
  if (times.length === 0) return undefined
  const bins = histogram(times)
  const shares = [0.5, 0.9, 0.99].map((share) => `${share * 100} % within ${duration(quantile(times, share))}`)
  return html`<section id="time"><h2>Time to attach</h2>
<p class="note">From sent to attached, over ${count(times.length, 'row')}; what was attached before it was asked for is left out. ${shares.join(', ')}, all within ${duration(times.at(-1))}.</p>
<div class="card"><figure><figcaption><h3>Rows by time to attach</h3><p class="note">A bar begins at the time below it and ends where the next one begins; the steps grow.</p></figcaption>
${await chart('How many rows took how long to attach; the figures are in the table below.', (width) => durationHistogram(bins, width))}</figure>
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
