/** Order statistics of the latest durations: for operations of one kind that take differently long. */
import { type DurationEstimate, MIN_DELAY_MS } from './duration-estimate.js'

/** So many of the latest durations are kept. */
const SAMPLES = 32
/** If no operation has ended yet, the next read comes after this share of the age: soon at first, then ever later. */
const UNKNOWN_STEP = 1 / 4
/** A longer operation is read again after this share of its age. */
const OVERDUE_STEP = 0.04
/** Every operation of this number is read this much earlier, as the CEN may have become faster. */
const PROBE = { every: 8, share: 0.7 }
/** Reads fall on a grid of this share of the usual duration … */
const GRID_SHARE = 0.05
/** … and at least of this share of the slowest operation of the CEN, beside which a shorter wait saves nothing. */
const SLOWEST_SHARE = 0.02
const MAX_GRID_MS = 8_000
/** Durations within this many steps of the grid are read once, when most of them have passed. */
const NARROW_STEPS = 1.5

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
  const gridMs = () =>
    Math.min(MAX_GRID_MS, Math.max(MIN_DELAY_MS, estimateMs * GRID_SHARE, slowestMs() * SLOWEST_SHARE))
  /** The shortest duration, or the upper quartile if all are nearly equal. */
  const firstReadMs = (key: string): number => {
    const order = sorted()
    const shortest = order[0]
    if (shortest === undefined) return estimateMs
    const quartile = order[Math.floor(order.length * 0.75)] ?? shortest
    const first = quartile - shortest <= NARROW_STEPS * gridMs() ? quartile : shortest
    return probe === key ? first * PROBE.share : first
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
    completed(key, elapsedMs) {
      if (probe === key) probe = undefined
      samples.push(Math.min(longestMs, Math.max(MIN_DELAY_MS, elapsedMs)))
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
  }
}
