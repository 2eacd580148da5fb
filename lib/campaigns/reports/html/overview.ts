/** The head of the page: the outcome of the campaign in figures. */
import { MINUTE_MS } from '../../../domain/clock.js'
import { actionsText, doneDurations, quantile } from '../../facts/done-durations.js'
import { count, duration, number, percent, period } from '../../facts/format.js'
import { failuresOf, grantsOf } from '../../facts/groups.js'
import { countStatuses, countsText, presentStatuses } from '../../facts/row-status.js'
import { extentOf } from '../../facts/row-timeline.js'
import type { CampaignRecord } from '../../record.js'
import { totalsBar } from '../charts/bars.js'
import { chart, statusMark } from './elements.js'
import { html, type Markup } from './template.js'

export const titleOf = ({ campaignId }: CampaignRecord): string => campaignId ?? 'Attachments'

export async function overviewSection(record: CampaignRecord): Promise<Markup> {
  const { rows } = record
  const counts = countStatuses(rows)
  const present = presentStatuses(counts)
  const { startMs, endMs } = extentOf(record)
  return html`<header>
<p class="eyebrow">Campaign report</p>
<h1>${titleOf(record)}</h1>
<p class="muted">${period(startMs, endMs)}</p>
<p class="lead">${summarySentence(record)}</p>
<div class="card"><figure>${await chart(`${countsText(counts, rows.length)}.`, (width) => totalsBar(counts, rows.length, width))}</figure>
<ul class="legend">${present.map((name) => html`<li>${statusMark(name)} <strong>${number(counts[name])}</strong> <span class="muted">${percent(counts[name], rows.length)}</span></li>`)}</ul>
${figures(record)}</div>
</header>`
}

const wasOrWere = (many: number): string => (many === 1 ? 'was' : 'were')

/** The report in a sentence or two. */
export function summarySentence(record: CampaignRecord): string {
  const { rows } = record
  const counts = countStatuses(rows)
  const [failures, grants] = [failuresOf(rows), grantsOf(rows)]
  const networks = count(rows.length, 'network')
  if (rows.length === 0) return 'The campaign has no rows.'
  for (const done of ['attached', 'detached'] as const)
    if (counts[done] === rows.length)
      return rows.length === 1 ? `1 network is ${done}.` : `All ${networks} are ${done}.`
  const first = actionsText(rows) === 'detach' ? 'detached' : 'attached'
  const isDry = counts.preflight > 0 && counts.attached + counts.detached === 0
  const parts = [
    isDry
      ? `${number(counts.preflight)} of ${networks} ${wasOrWere(counts.preflight)} checked by a dry run; nothing was changed`
      : `${number(counts[first])} of ${networks} ${counts[first] === 1 ? 'is' : 'are'} ${first}`,
    first !== 'detached' &&
      counts.detached > 0 &&
      `${number(counts.detached)} ${counts.detached === 1 ? 'is' : 'are'} detached`,
    counts.failed > 0 && `${number(counts.failed)} failed, for ${count(failures.length, 'reason')}`,
    counts['grant-required'] > 0 &&
      `${number(counts['grant-required'])} ${counts['grant-required'] === 1 ? 'waits' : 'wait'} for ${count(grants.length, 'account')} to grant`,
    counts.pending > 0 && `${number(counts.pending)} ${counts.pending === 1 ? 'has' : 'have'} no result yet`,
    counts.unsent > 0 && `${number(counts.unsent)} ${wasOrWere(counts.unsent)} not sent`,
  ]
  return `${parts.filter((part) => part !== false).join('. ')}.`
}

const DONE_WORDS = { attach: 'attached', detach: 'detached', 'attach or detach': 'done' } as const

function figures(record: CampaignRecord): Markup {
  const { rows } = record
  const counts = countStatuses(rows)
  const done = counts.attached + counts.detached
  const actions = actionsText(rows)
  const times = doneDurations(rows)
  const { startMs, endMs } = extentOf(record)
  const adopted = rows.filter((row) => row.adopted).length
  const perMinute = done / ((endMs - startMs) / MINUTE_MS)
  const receives = rows.reduce((total, { receiveCount = 0 }) => total + receiveCount, 0)
  const rowsWithResult = rows.filter(({ receiveCount }) => receiveCount !== undefined).length
  const all: [string, string, string | false][] = [
    [DONE_WORDS[actions], percent(done, rows.length), adopted > 0 && `${number(adopted)} of them before the request`],
    [
      'took in all',
      duration(endMs - startMs),
      done > 0 && `${number(Math.round(perMinute * 10) / 10)} ${DONE_WORDS[actions]} a minute`,
    ],
    [
      `time to ${actions}, median`,
      duration(quantile(times, 0.5)),
      times.length > 0 && `over ${count(times.length, 'row')}`,
    ],
    [
      `9 of 10 ${DONE_WORDS[actions]} within`,
      duration(quantile(times, 0.9)),
      times.length > 0 && `the slowest took ${duration(times.at(-1))}`,
    ],
    [
      'receives a request',
      rowsWithResult === 0 ? '–' : (receives / rowsWithResult).toFixed(1),
      'times the queue delivered it',
    ],
  ]
  return html`<dl class="figures">${all.map(
    ([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}${more && html`<small>${more}</small>`}</dd></div>`,
  )}</dl>`
}
