/** The verdicts of a dry run, and the reasons of its refusals. */
import { count, number } from '../../facts/format.js'
import { groupBySize } from '../../facts/groups.js'
import type { RecordedRow } from '../../record.js'
import { dryRunText } from '../dry-run-text.js'
import { statusMark, tableOf } from './elements.js'
import { html, type Markup } from './template.js'

const VERDICTS = {
  attach: 'would attach',
  adopt: 'is so already',
  'wait-for-grant': 'would wait for a grant',
  detach: 'would detach',
  refuse: 'would be refused',
} as const

/** The rows whose calls are shown. */
const MAX_PLANNED = 200

export function dryRunSection(rows: readonly RecordedRow[]): Markup | undefined {
  const seen = rows.flatMap(({ preflight }) => (preflight ? [preflight] : []))
  if (seen.length === 0) return undefined
  const reasons = groupBySize(
    rows.filter(({ preflight }) => preflight?.would === 'refuse'),
    ({ preflight }) => preflight?.reasons.join(' ') ?? '',
  )
  const lines = (Object.keys(VERDICTS) as (keyof typeof VERDICTS)[]).map((would) => ({
    would,
    rows: seen.filter((verdict) => verdict.would === would).length,
  }))
  const planned = rows.filter(({ preflight }) => preflight?.plan && preflight.plan.length > 0)
  return html`<section id="verdicts"><h2>Verdicts of the dry run</h2><p class="note">Nothing was changed. Submit the file without <code>--dry-run</code> to do it.</p>
<div class="card">${tableOf(
    [
      { head: 'verdict', cell: ({ would }) => statusMark('preflight', VERDICTS[would]) },
      { head: 'rows', isNumber: true, cell: ({ rows: many }) => number(many) },
    ],
    lines.filter(({ rows: many }) => many > 0),
  )}${
    reasons.length > 0 &&
    html`<details open><summary>Why it would be refused</summary>${tableOf(
      [
        { head: 'reason', cell: ({ name }) => name },
        { head: 'rows', isNumber: true, cell: ({ rows: many }) => number(many.length) },
      ],
      reasons,
    )}</details>`
  }${
    planned.length > 0 &&
    html`<details><summary>${count(planned.length, 'row')} with the calls, in order</summary><pre class="lines" tabindex="0">${dryRunText(planned.slice(0, MAX_PLANNED), (_, text) => text)}</pre>${planned.length > MAX_PLANNED && html`<p class="muted">and ${number(planned.length - MAX_PLANNED)} more, in the JSON report</p>`}</details>`
  }</div></section>`
}
