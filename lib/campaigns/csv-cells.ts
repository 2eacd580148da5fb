/** The columns that a CSV report adds, and its cells, which a spreadsheet must not read as formulas. */
import { DETAIL_COLUMNS } from './facts/row-details.js'

/** The columns of a report besides the fields of a request; `submit` ignores them. */
export const REPORT_COLUMNS = [
  'line',
  'outcome',
  'adopted',
  ...DETAIL_COLUMNS,
  'would',
  'reasons',
  'plan',
  'errorCode',
  'errorKind',
  'errorMessage',
  'apiRequestId',
  'advice',
  'grantCommand',
  'submittedAt',
  'finishedAt',
  'durationSeconds',
  'receiveCount',
] as const

const FORMULA = /^'*[=+\-@＝＋－＠\t\r\n]/

/** Puts an apostrophe before a text that a spreadsheet would read as a formula (OWASP, CSV injection). */
export const guardCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** Removes the apostrophe of `guardCell`. */
export const unguardCell = (text: string): string => (text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text)
