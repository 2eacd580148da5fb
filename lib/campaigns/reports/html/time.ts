/** The timeline of the rows, and the durations of their attachments. */
import { actionsText, doneDurations, histogram, quantile } from '../../facts/done-durations.js'
import { count, duration, instant, number, percent } from '../../facts/format.js'
import { addCounts, presentStatuses, STATUS_DISPLAY } from '../../facts/row-status.js'
import type { TimelineSample } from '../../facts/row-timeline.js'
import type { CampaignRecord } from '../../record.js'
import { durationHistogram, overTimeChart, SAMPLE_STEPS } from '../charts/over-time.js'
import { lifelinesChart, MAX_LIFELINES } from '../charts/row-timelines.js'
import { chart, statusMark, tableOf } from './elements.js'
import { html, type Markup } from './template.js'

const TABLE_STEPS = 10

export async function timelineSection(record: CampaignRecord): Promise<Markup> {
  const { samples, specOf: overTime } = overTimeChart(record)
  const { rows, specOf: lifelines } = lifelinesChart(record)
  const seen = presentStatuses(addCounts(samples.map(({ counts }) => counts)))
  const some = record.rows.length > MAX_LIFELINES
  const columns = [
    { head: 'time', cell: ({ atMs }: TimelineSample) => instant(atMs) },
    ...seen.map((name) => ({
      head: STATUS_DISPLAY[name].label,
      isNumber: true,
      cell: ({ counts }: TimelineSample) => number(counts[name]),
    })),
  ]
  return html`<section id="timeline"><h2>Timeline</h2>
<p class="note">From when the queue took a request to when its result was reported; all times are UTC. Results do not report why a request waited in between; the receives count how often a worker received it.</p>
<div class="card"><figure><figcaption><h3>Rows by status</h3><ul class="legend">${seen.map((name) => html`<li>${statusMark(name)}</li>`)}</ul></figcaption>
${await chart('Rows by status over time; the figures are in the table below.', overTime)}</figure>
<details><summary>As a table</summary>${tableOf(
    columns,
    samples.filter((_, index) => index % (SAMPLE_STEPS / TABLE_STEPS) === 0),
  )}</details></div>
${
  rows.length > 0 &&
  html`<div class="card long"><figure><figcaption><h3>${some ? `The ${rows.length} that waited longest` : 'Each row'}</h3><ul class="legend"><li>${statusMark('pending', 'waiting')}</li><li>${statusMark('grant-required', 'waiting for a grant')}</li><li class="muted">the mark at the end is the outcome</li></ul></figcaption>
${await chart('A bar for each row, from sent to reported; the figures are in the table of all rows.', lifelines)}</figure></div>`
}</section>`
}

export async function timeToAttachSection({ rows }: CampaignRecord): Promise<Markup | undefined> {
  const times = doneDurations(rows)
  if (times.length === 0) return undefined
  const bins = histogram(times)
  const actions = actionsText(rows)
  const shares = [0.5, 0.9, 0.99].map((share) => `${share * 100} % within ${duration(quantile(times, share))}`)
  return html`<section id="time"><h2>Time to ${actions}</h2>
<p class="note">From sent to done, over ${count(times.length, 'row')}; rows that were so before the request are left out. ${shares.join(', ')}, all within ${duration(times.at(-1))}.</p>
<div class="card"><figure><figcaption><h3>Rows by time to ${actions}</h3><p class="note">A bar begins at the time below it and ends where the next one begins; the steps grow.</p></figcaption>
${await chart(`Rows by time to ${actions}; the figures are in the table below.`, (width) => durationHistogram(bins, width))}</figure>
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
