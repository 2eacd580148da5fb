/** The outcome of every row as a table, for people. */
import Table from 'cli-table3'
import type { RowOutcome, Totals } from './outcomes.js'

/** A function that may colour a word; the identity where there is no terminal. */
export type Paint = (outcome: RowOutcome['outcome'], text: string) => string

const PLAIN_CHARS = {
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

/** Columns: row, CEN, child instance, outcome, code, receive count, seconds from sent to told. */
export function outcomeTable(rows: readonly RowOutcome[], paint: Paint): string {
  const table = new Table({
    head: ['row', 'cen', 'child instance', 'outcome', 'seconds', 'receives', 'code'],
    chars: PLAIN_CHARS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right', 'left'],
  })
  for (const row of rows) {
    const outcome = row.adopted ? `${row.outcome} (adopted)` : row.outcome
    const seconds = row.durationMs === undefined ? '' : (row.durationMs / 1_000).toFixed(1)
    table.push([
      row.where,
      row.cenId,
      row.childInstanceId,
      paint(row.outcome, outcome),
      seconds,
      row.receiveCount ?? '',
      row.code ?? '',
    ])
  }
  return table.toString().replace(/ +$/gm, '')
}

/** The totals in a line. */
export function totalsLine({ rows, attached, failed, grantRequired, preflight, pending }: Totals): string {
  const parts = [`${attached} attached`, `${failed} failed`, `${grantRequired} grant-required`]
  if (preflight > 0) parts.push(`${preflight} preflight`)
  if (pending > 0) parts.push(`${pending} pending`)
  return `${rows} ${rows === 1 ? 'row' : 'rows'}: ${parts.join(', ')}`
}
