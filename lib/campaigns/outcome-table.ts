/** The outcome of every row as a table, for people. */
import Table from 'cli-table3'
import type { RowOutcome, Totals } from './outcomes.js'

/** A function that may colour a word; the identity where there is no terminal. */
export type Paint = (outcome: RowOutcome['outcome'], text: string) => string

/** A table without lines. */
export const PLAIN_CHARS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

interface OutcomeColumn {
  readonly head: string
  readonly align: 'left' | 'right'
  readonly cell: (row: RowOutcome, paint: Paint) => string
}

const seconds = (durationMs: number | undefined): string =>
  durationMs === undefined ? '' : (durationMs / 1_000).toFixed(1)
const outcome = (row: RowOutcome): string => (row.adopted ? `${row.outcome} (adopted)` : row.outcome)

const CEN: OutcomeColumn = { head: 'cen', align: 'left', cell: (row) => row.cenId }

const ROW_COLUMNS: readonly OutcomeColumn[] = [
  { head: 'row', align: 'left', cell: (row) => row.where },
  CEN,
  { head: 'child instance', align: 'left', cell: (row) => row.childInstanceId },
]

const COLUMNS: readonly OutcomeColumn[] = [
  ...ROW_COLUMNS,
  { head: 'outcome', align: 'left', cell: (row, paint) => paint(row.outcome, outcome(row)) },
  { head: 'seconds', align: 'right', cell: (row) => seconds(row.durationMs) },
  { head: 'receives', align: 'right', cell: (row) => String(row.receiveCount ?? '') },
  { head: 'code', align: 'left', cell: (row) => row.code ?? '' },
]

/** What a dry run says: what would be done, and why. */
const VERDICT_COLUMNS: readonly OutcomeColumn[] = [
  ...ROW_COLUMNS,
  { head: 'would', align: 'left', cell: (row, paint) => paint(row.outcome, row.preflight?.would ?? outcome(row)) },
  { head: 'because', align: 'left', cell: (row) => row.preflight?.reasons.join(' ') ?? row.code ?? '' },
]

/** Below this many characters the CEN's column is left out. */
const WIDE = 100

/** A line for each row; `seconds` is the time from sent to told. `width` is the terminal's, where there is one. */
export function outcomeTable(rows: readonly RowOutcome[], paint: Paint, width = WIDE): string {
  const all = rows.some(({ preflight }) => preflight) ? VERDICT_COLUMNS : COLUMNS
  const columns = all.filter((column) => width >= WIDE || column !== CEN)
  return plainTable(
    columns.map(({ head }) => head),
    rows.map((row) => columns.map(({ cell }) => cell(row, paint))),
    columns.map(({ align }) => align),
  )
}

/** Columns of text without lines between them; no line ends in blanks. */
export function plainTable(
  head: string[],
  rows: readonly string[][],
  colAligns: OutcomeColumn['align'][] = head.map(() => 'left'),
): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 }
  const table = new Table({ head, chars: PLAIN_CHARS, style, colAligns })
  table.push(...rows)
  return table.toString().replace(/ +$/gm, '')
}

/** The totals in a line. */
export function totalsLine({ rows, attached, failed, grantRequired, preflight, pending, unsent }: Totals): string {
  const parts = [`${attached} attached`, `${failed} failed`, `${grantRequired} grant-required`]
  if (preflight > 0) parts.push(`${preflight} preflight`)
  if (pending > 0) parts.push(`${pending} pending`)
  if (unsent > 0) parts.push(`${unsent} unsent`)
  return `${rows} ${rows === 1 ? 'row' : 'rows'}: ${parts.join(', ')}`
}
