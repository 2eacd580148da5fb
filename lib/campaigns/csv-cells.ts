/** Cells of a CSV that a spreadsheet will open: none of them may become a formula. */

/** A report's own columns beside the fields of a request; a file that has them can be submitted as it is. */
export const REPORT_COLUMNS = [
  'line',
  'outcome',
  'adopted',
  'would',
  'reasons',
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

export const FORMULA = /^'*[=+\-@\t\r]/

/** Marks a text that a spreadsheet would take for a formula with an apostrophe before it (OWASP, CSV injection). */
export const guardCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** Takes the mark off again, so that what a report wrote reads as it was. */
export const unguardCell = (text: string): string => (text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text)
