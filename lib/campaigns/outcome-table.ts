/** The outcomes of rows as a table of text. */
import type { RowOutcome, Totals } from './outcomes.js'
import { type Align, plainTable } from './plain-table.js'

/** Colours a word by outcome; the identity if the output is not a terminal. */
export type Paint = (outcome: RowOutcome['outcome'], text: string) => string

interface OutcomeColumn {
  readonly head: string
  readonly align: Align
  readonly cell: (row: RowOutcome, paint: Paint) => string
}

const seconds = (durationMs: number | undefined): string =>
  durationMs === undefined ? '' : (durationMs / 1_000).toFixed(1)
const outcome = (row: RowOutcome): string => (row.adopted ? `${row.outcome} (adopted)` : row.outcome)

const CEN: OutcomeColumn = { head: 'cen', align: 'left', cell: (row) => row.cenId }

const COLUMNS: readonly OutcomeColumn[] = [
  { head: 'row', align: 'left', cell: (row) => row.where },
  CEN,
  { head: 'child instance', align: 'left', cell: (row) => row.childInstanceId },
  { head: 'outcome', align: 'left', cell: (row, paint) => paint(row.outcome, outcome(row)) },
  { head: 'seconds', align: 'right', cell: (row) => seconds(row.durationMs) },
  { head: 'receives', align: 'right', cell: (row) => String(row.receiveCount ?? '') },
  { head: 'code', align: 'left', cell: (row) => row.code ?? '' },
]

/** The column of the CEN is left out below this width, in characters. */
const WIDE = 100

/** A line for each row; `seconds` is the time from sent to reported. `width`: of the terminal, in characters. */
export function outcomeTable(rows: readonly RowOutcome[], paint: Paint, width = WIDE): string {
  const columns = COLUMNS.filter((column) => width >= WIDE || column !== CEN)
  return plainTable(
    columns.map(({ head }) => head),
    rows.map((row) => columns.map(({ cell }) => cell(row, paint))),
    columns.map(({ align }) => align),
  )
}

/** `3 rows: 1 attached, 1 failed, 1 grant-required`. */
export function totalsLine({ rows, attached, detached, failed, grantRequired, ...others }: Totals): string {
  const { preflight, pending, unsent } = others
  const done = detached > 0 ? [`${attached} attached`, `${detached} detached`] : [`${attached} attached`]
  const parts = [...done, `${failed} failed`, `${grantRequired} grant-required`]
  if (preflight > 0) parts.push(`${preflight} preflight`)
  if (pending > 0) parts.push(`${pending} pending`)
  if (unsent > 0) parts.push(`${unsent} unsent`)
  return `${rows} ${rows === 1 ? 'row' : 'rows'}: ${parts.join(', ')}`
}
