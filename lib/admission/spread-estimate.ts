/** Order statistics of the latest durations: for operations of one kind that take differently long. */
import { type DurationEstimate, MIN_DELAY_MS } from './duration-estimate.js'

/** So many of the latest durations are kept. */
const SAMPLES = 16
/** An operation whose first read found it ended has probably run for this share of the time until then. */
const UNREAD_SHARE = 0.9
/** If no operation has ended yet, the next read comes after this share of the age: soon at first, then ever later. */
const UNKNOWN_STEP = 1 / 8
/** A longer operation is read again after this share of its age. */
const OVERDUE_STEP = 0.04
/** Every operation of this number is read this much earlier, as the CEN may have become faster. */
const PROBE = { every: 8, share: 0.7 }
/** A read waits for others for this share of the usual duration. */
const SHARE = 0.01
/**
 * Reads fall on a grid of about this share of the usual duration. The grid is the longest one halved some times, so that a
 * small change of the mean leaves it as it is.
 */
const GRID_SHARE = 0.08
const MAX_GRID_MS = 12_000
/**
 * An operation that is short beside the slowest one of its CEN is read once, when nearly all of its kind have ended: an
 * earlier read would save little.
 */
const SHORT = { ofSlowest: 0.1, quantile: 0.95 }

/**
 * `initialMs`: the first estimate. `longestMs`: the longest one. `slowestMs`: the usual duration of the slowest
 * operation of the CEN, in milliseconds.
 */
export function createSpreadEstimate(initialMs: number, longestMs: number, slowestMs: () => number): DurationEstimate {
  let estimateMs = initialMs
  let started = 0
  let probe: string | undefined
  const samples: number[] = []
  const sorted = () => [...samples].sort((a, b) => a - b)
  const gridMs = () => {
    const halvings = Math.round(Math.log2(MAX_GRID_MS / (estimateMs * GRID_SHARE)))
    return Math.max(MIN_DELAY_MS, MAX_GRID_MS / 2 ** Math.max(0, halvings))
  }
  /** The shortest duration; a high quantile of a short operation. */
  const firstReadMs = (key: string): number => {
    const order = sorted()
    const shortest = order[0]
    if (shortest === undefined) return estimateMs
    const most = order[Math.floor(order.length * SHORT.quantile)] ?? shortest
    if (most <= slowestMs() * SHORT.ofSlowest) return most
    return probe === key ? shortest * PROBE.share : shortest
  }

  return {
    typicalMs: () => estimateMs,
    started(key) {
      started += 1
      if (started % PROBE.every === 0) probe = key
    },
    running(_key, elapsedMs) {
      if (samples.length === 0 && elapsedMs >= estimateMs)
        estimateMs = Math.min(longestMs, Math.max(estimateMs, elapsedMs * (1 + UNKNOWN_STEP)))
    },
    completed(key, elapsedMs, lastRunningMs) {
      if (probe === key) probe = undefined
      // It ended between two reads; without an earlier read not much before this one.
      const sinceMs = Math.max(lastRunningMs, elapsedMs * UNREAD_SHARE)
      samples.push(Math.min(longestMs, Math.max(MIN_DELAY_MS, (sinceMs + elapsedMs) / 2)))
      if (samples.length > SAMPLES) samples.shift()
      estimateMs = samples.reduce((sum, sample) => sum + sample, 0) / samples.length
    },
    firstReadMs,
    waitMs(key, elapsedMs) {
      const isKnown = samples.length > 0
      const dueMs = isKnown ? firstReadMs(key) - elapsedMs : Math.min(initialMs, estimateMs) - elapsedMs
      return Math.min(longestMs, Math.max(MIN_DELAY_MS, dueMs, elapsedMs * (isKnown ? OVERDUE_STEP : UNKNOWN_STEP)))
    },
    gridMs,
    shareMs: () => estimateMs * SHARE,
  }
}
