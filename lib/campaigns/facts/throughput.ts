/** The throughput of a campaign, and its estimated time left. */
import type { Totals } from '../outcomes.js'
import { countUnsettled } from './row-status.js'

/** The count of rows that are final or wait for a grant. */
export const countSettled = (totals: Totals): number => totals.rows - countUnsettled(totals)

/** Rows a second and time left, by the rows settled since the first call: rows settled before do not count. */
export function createThroughputMeter(now: () => number) {
  let first: { settled: number; atMs: number } | undefined
  return (settled: number, rows: number): { perSecond: number; leftMs?: number } => {
    first ??= { settled, atMs: now() }
    const elapsedMs = now() - first.atMs
    const done = settled - first.settled
    if (done === 0 || elapsedMs === 0) return { perSecond: 0 }
    return { perSecond: (1_000 * done) / elapsedMs, leftMs: ((rows - settled) * elapsedMs) / done }
  }
}

/** `2.5 rows/s`, or `3.0 rows/min` if fewer than one row settles in ten seconds: an attachment of Enterprise Edition takes minutes. */
export const rateText = (perSecond: number): string =>
  perSecond === 0 || perSecond >= 0.1 ? `${perSecond.toFixed(1)} rows/s` : `${(60 * perSecond).toFixed(1)} rows/min`

/** `1:02:03`, or `2:03` below an hour. */
export function clockText(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
