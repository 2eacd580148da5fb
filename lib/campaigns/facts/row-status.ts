/** The status of a row, in the order and the words of every report and of the console. */
import type { Outcome } from '../../domain/messages/result.js'
import type { RecordedRow } from '../record.js'
import { count, number } from './format.js'

/** `pending`: sent, without a result so far; `unsent`: still to be sent. */
export type RowStatus = Outcome | 'pending' | 'unsent'

interface StatusDisplay {
  readonly label: string
  /** Distinguishes statuses without their colour. */
  readonly glyph: string
}

export const STATUS_DISPLAY: Readonly<Record<RowStatus, StatusDisplay>> = {
  attached: { label: 'attached', glyph: '✓' },
  detached: { label: 'detached', glyph: '∅' },
  failed: { label: 'failed', glyph: '✕' },
  'grant-required': { label: 'grant required', glyph: '!' },
  preflight: { label: 'dry run', glyph: '?' },
  pending: { label: 'no result yet', glyph: '…' },
  unsent: { label: 'not sent', glyph: '–' },
}
export const ROW_STATUSES = Object.keys(STATUS_DISPLAY) as RowStatus[]

export const statusOf = ({ outcome, submittedAtMs }: RecordedRow): RowStatus =>
  outcome ?? (submittedAtMs === undefined ? 'unsent' : 'pending')

/** The labels of rows for which nothing had to be done. */
const DONE_BEFORE: Partial<Record<RowStatus, string>> = { attached: 'attached before', detached: 'detached before' }

/** The label of one row: that of its status, or what a dry run found, or that it was so before the request. */
export function rowLabel(row: RecordedRow): string {
  if (row.preflight) return `would ${row.preflight.would.replaceAll('-', ' ')}`
  const status = statusOf(row)
  return row.adopted && DONE_BEFORE[status] ? DONE_BEFORE[status] : STATUS_DISPLAY[status].label
}

/** The CSS variable that holds the colour of a status, light or dark. */
export const colourOf = (status: RowStatus): string => `var(--${status})`

export type StatusCounts = Readonly<Record<RowStatus, number>>

/** The count of rows that are neither final nor wait for a grant: a campaign waits for them. */
export const countUnsettled = ({ pending, unsent }: Pick<StatusCounts, 'pending' | 'unsent'>): number =>
  pending + unsent

export const noCounts = (): Record<RowStatus, number> =>
  Object.fromEntries(ROW_STATUSES.map((name) => [name, 0])) as Record<RowStatus, number>

export function countStatuses(rows: readonly RecordedRow[]): StatusCounts {
  const counts = noCounts()
  for (const row of rows) counts[statusOf(row)] += 1
  return counts
}

/** The sum of several counts, status by status. */
export function addCounts(parts: readonly StatusCounts[]): StatusCounts {
  const total = noCounts()
  for (const part of parts) for (const name of ROW_STATUSES) total[name] += part[name]
  return total
}

/** The statuses that at least one row has. */
export const presentStatuses = (counts: StatusCounts): RowStatus[] => ROW_STATUSES.filter((name) => counts[name] > 0)

/** `412 rows: 410 attached, 2 failed`. */
export function countsText(counts: StatusCounts, rows: number): string {
  const parts = presentStatuses(counts).map((name) => `${number(counts[name])} ${STATUS_DISPLAY[name].label}`)
  return `${count(rows, 'row')}: ${parts.join(', ')}`
}
