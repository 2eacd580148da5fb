/** Which rows of a board are shown, and in which order. */
import type { RecordedRow } from '../campaign-record.js'
import { STANDING_NAMES, type Standing, standingOf } from '../report/standing.js'

export interface Choice {
  readonly standing?: Standing
  readonly cenId?: string
  readonly regionId?: string
  /** Words that all must stand somewhere in the row. */
  readonly text: string
  readonly order?: { readonly by: ColumnName; readonly down: boolean }
}

export const ALL: Choice = { text: '' }

/** What a column is sorted by; undefined comes last, either way. */
export const COLUMNS = {
  line: () => 0,
  instance: ({ attachment }: RecordedRow) => attachment.childInstanceId,
  CEN: ({ attachment }: RecordedRow) => attachment.cenId,
  region: ({ attachment }: RecordedRow) => attachment.childInstanceRegionId,
  owner: ({ attachment }: RecordedRow) => attachment.childInstanceOwnerId,
  outcome: (row: RecordedRow) => STANDING_NAMES.indexOf(standingOf(row)),
  took: ({ durationMs }: RecordedRow) => durationMs,
  reason: ({ error }: RecordedRow) => error?.code,
} as const satisfies Readonly<Record<string, (row: RecordedRow) => string | number | undefined>>

export type ColumnName = keyof typeof COLUMNS

/** A row is searched as it was told: a new telling is a new object. */
const TEXTS = new WeakMap<RecordedRow, string>()

function textOf(row: RecordedRow): string {
  const known = TEXTS.get(row)
  if (known !== undefined) return known
  const { line, requestId, correlationId, attachment, error, preflight } = row
  const parts = [line, requestId, correlationId, ...Object.values(attachment), error?.code, error?.message]
  const text = [...parts, ...(preflight?.reasons ?? [])].join('\n').toLowerCase()
  TEXTS.set(row, text)
  return text
}

export function chosen(
  rows: readonly RecordedRow[],
  { standing, cenId, regionId, text, order }: Choice,
): RecordedRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const hits = rows.filter(
    (row) =>
      (standing === undefined || standingOf(row) === standing) &&
      (cenId === undefined || row.attachment.cenId === cenId) &&
      (regionId === undefined || row.attachment.childInstanceRegionId === regionId) &&
      words.every((word) => textOf(row).includes(word)),
  )
  if (!order) return hits
  const keyOf = COLUMNS[order.by]
  const way = order.down ? -1 : 1
  // The order of the file turned round has no values to compare.
  if (order.by === 'line') return order.down ? hits.reverse() : hits
  return hits.sort((one, other) => {
    const [left, right] = [keyOf(one), keyOf(other)]
    if (left === right) return 0
    if (left === undefined || right === undefined) return left === undefined ? 1 : -1
    return left < right ? -way : way
  })
}
