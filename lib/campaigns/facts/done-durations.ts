/** How long attaching and detaching took, from sent to reported, over the rows that a request attached or detached. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/clock.js'
import type { RecordedRow } from '../record.js'
import { requestedAction } from './row-details.js'

const isDone = ({ outcome }: RecordedRow): boolean => outcome === 'attached' || outcome === 'detached'

/** Ascending, in milliseconds. Adopted rows are left out: they were so before the request. */
export function doneDurations(rows: readonly RecordedRow[]): number[] {
  return rows
    .flatMap((row) => (isDone(row) && !row.adopted && row.durationMs !== undefined ? [row.durationMs] : []))
    .sort((one, other) => one - other)
}

/** What the rows ask for, in a word: `attach`, `detach`, or both. */
export function actionsText(rows: readonly RecordedRow[]): 'attach' | 'detach' | 'attach or detach' {
  const [first, second] = [...new Set(rows.map(requestedAction))]
  return second === undefined ? (first ?? 'attach') : 'attach or detach'
}

/** The nearest-rank quantile; undefined if there are no durations. */
export const quantile = (ascending: readonly number[], share: number): number | undefined =>
  ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)]

/** Round durations, each about 1.5 times the one before. */
const BIN_EDGES_MS = [
  ...[0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 45].map((s) => s * SECOND_MS),
  ...[1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 45].map((min) => min * MINUTE_MS),
  ...[1, 1.5, 2, 3, 5, 8, 12, 16, 24, 36, 48, 72].map((h) => h * HOUR_MS),
  Number.POSITIVE_INFINITY,
]

export interface HistogramBin {
  readonly fromMs: number
  readonly toMs: number
  readonly rows: number
}

/** The count of rows by duration, in bins that grow from seconds to days. Empty bins at both ends are left out. */
export function histogram(ascending: readonly number[]): HistogramBin[] {
  const bins = BIN_EDGES_MS.slice(0, -1).map((fromMs, index) => {
    const toMs = BIN_EDGES_MS[index + 1] ?? Number.POSITIVE_INFINITY
    return { fromMs, toMs, rows: ascending.filter((ms) => ms >= fromMs && ms < toMs).length }
  })
  const filled = bins.flatMap(({ rows }, index) => (rows > 0 ? [index] : []))
  return bins.slice(filled[0] ?? 0, (filled.at(-1) ?? -1) + 1)
}
