/** How a row stands, in the order and the words of every report. */
import type { RecordedRow } from '../record.js'

/** `pending`: sent, and nothing heard yet; `unsent`: still to be sent. */
export type RowStatus = 'attached' | 'failed' | 'grant-required' | 'preflight' | 'pending' | 'unsent'

export interface StatusDisplay {
  readonly label: string
  /** Tells standings apart without their colour. */
  readonly glyph: string
}

export const STATUS_DISPLAY: Readonly<Record<RowStatus, StatusDisplay>> = {
  attached: { label: 'attached', glyph: '✓' },
  failed: { label: 'failed', glyph: '✕' },
  'grant-required': { label: 'grant required', glyph: '!' },
  preflight: { label: 'looked at', glyph: '?' },
  pending: { label: 'no answer yet', glyph: '…' },
  unsent: { label: 'not sent', glyph: '–' },
}
export const ROW_STATUSES = Object.keys(STATUS_DISPLAY) as RowStatus[]

export const statusOf = ({ outcome, submittedAtMs }: RecordedRow): RowStatus =>
  outcome ?? (submittedAtMs === undefined ? 'unsent' : 'pending')

/** The colour of a standing; the page's style gives it its value, light or dark. */
export const colourOf = (status: RowStatus): string => `var(--${status})`

export type StatusCounts = Readonly<Record<RowStatus, number>>

export function countStatuses(rows: readonly RecordedRow[]): StatusCounts {
  const counts = Object.fromEntries(ROW_STATUSES.map((name) => [name, 0])) as Record<RowStatus, number>
  for (const row of rows) counts[statusOf(row)] += 1
  return counts
}

/** The standings that some row has. */
export const presentStatuses = (counts: StatusCounts): RowStatus[] => ROW_STATUSES.filter((name) => counts[name] > 0)
