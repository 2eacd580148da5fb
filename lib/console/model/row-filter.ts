/** The filter of the console's rows, and their order. */
import { detailFacts, requestedAction } from '../../campaigns/facts/row-details.js'
import { ROW_STATUSES, type RowStatus, statusOf } from '../../campaigns/facts/row-status.js'
import type { RecordedRow } from '../../campaigns/record.js'

export interface RowFilter {
  readonly status?: RowStatus
  readonly cenId?: string
  readonly regionId?: string
  /** Words; a row matches if it contains all of them. */
  readonly text: string
  readonly order?: { readonly by: ColumnName; readonly down: boolean }
}

export const NO_FILTER: RowFilter = { text: '' }

/** The sort key of each column; undefined comes last in both directions. */
const SORT_VALUES = {
  line: () => 0,
  instance: ({ attachment }: RecordedRow) => attachment.childInstanceId,
  CEN: ({ attachment }: RecordedRow) => attachment.cenId,
  region: ({ attachment }: RecordedRow) => attachment.childInstanceRegionId,
  owner: ({ attachment }: RecordedRow) => attachment.childInstanceOwnerId,
  action: requestedAction,
  edition: ({ details }: RecordedRow) => details?.edition,
  outcome: (row: RecordedRow) => ROW_STATUSES.indexOf(statusOf(row)),
  took: ({ durationMs }: RecordedRow) => durationMs,
  reason: ({ error }: RecordedRow) => error?.code,
} as const satisfies Readonly<Record<string, (row: RecordedRow) => string | number | undefined>>

export type ColumnName = keyof typeof SORT_VALUES

/** Cached by row object: a changed row is a new object. */
const SEARCH_TEXTS = new WeakMap<RecordedRow, string>()

function searchText(row: RecordedRow): string {
  const known = SEARCH_TEXTS.get(row)
  if (known !== undefined) return known
  const { line, requestId, correlationId, attachment, details, error, preflight } = row
  const parts = [
    line,
    requestId,
    correlationId,
    requestedAction(row),
    ...Object.values(attachment),
    error?.code,
    error?.message,
  ]
  const shown = detailFacts(details).map(([, fact]) => fact)
  const text = [...parts, ...shown, ...(preflight?.reasons ?? [])].join('\n').toLowerCase()
  SEARCH_TEXTS.set(row, text)
  return text
}

export function filterRows(
  rows: readonly RecordedRow[],
  { status, cenId, regionId, text, order }: RowFilter,
): RecordedRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = rows.filter(
    (row) =>
      (status === undefined || statusOf(row) === status) &&
      (cenId === undefined || row.attachment.cenId === cenId) &&
      (regionId === undefined || row.attachment.childInstanceRegionId === regionId) &&
      words.every((word) => searchText(row).includes(word)),
  )
  if (!order) return matches
  const keyOf = SORT_VALUES[order.by]
  const way = order.down ? -1 : 1
  // Rows are in the order of the file already.
  if (order.by === 'line') return order.down ? matches.reverse() : matches
  return matches.sort((one, other) => {
    const [left, right] = [keyOf(one), keyOf(other)]
    if (left === right) return 0
    if (left === undefined || right === undefined) return left === undefined ? 1 : -1
    return left < right ? -way : way
  })
}
