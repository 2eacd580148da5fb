/** Bisection: the duration of operations that all take equally long on one CEN, so that few reads come too early. */
import { type DurationEstimate, MIN_DELAY_MS } from './duration-estimate.js'

/** The longest estimate for a CEN without a completed operation, in milliseconds. */
const MAX_INITIAL_ESTIMATE_MS = 30_000
/** The bisection ends when its bounds are this close, as a share of the upper one. */
const CONVERGED = 0.03
/**
 * After this many operations an earlier read is tried again, as the CEN may have become faster: earlier by a share
 * that doubles with success.
 */
const PROBE_AFTER = 20
const PROBE_STEP = 0.07
const MAX_PROBE_STEP = 0.8
/** An overdue operation is read again after this share of the estimate, later after a quarter of its age each time. */
const OVERDUE_STEP = 0.04
const GRID_SHARE = 0.02
const MIN_GRID_MS = 40
const MAX_GRID_MS = 500
/** A CEN this fast completes so many operations a second that a coarser grid halves its reads. */
const FAST_CEN = { typicalMs: 200, gridMs: 100 }

/** `initialMs`: the first estimate. `longestMs`: the longest, whatever an outage suggests. */
export function createSteadyEstimate(initialMs: number, longestMs: number): DurationEstimate {
  /** The upper bound: a read after this long found an operation ended. */
  let ms = initialMs
  /** False until a read found one; meanwhile the oldest operation raises the bound. */
  let known = false
  /** The lower bound: a read after this long was too early. */
  let tooEarlyMs = 0
  /** The operation that is read at the middle of the bounds, before the others. */
  let probe: string | undefined
  /** Operations completed since the last earlier read was tried. */
  let count = 0
  /** How much earlier, as a share, the next try is. */
  let probeStep = PROBE_STEP
  const isConverged = () => ms - tooEarlyMs <= CONVERGED * ms
  const firstReadMs = (key: string) => (probe === key ? (tooEarlyMs + ms) / 2 : ms)

  return {
    typicalMs: () => ms,
    started(key, isTracked) {
      if (known && !isConverged() && !isTracked(probe ?? '')) probe = key
    },
    running(key, elapsedMs, fromStart) {
      if (probe === key) probe = undefined
      if (!fromStart) return
      if (known) tooEarlyMs = Math.max(tooEarlyMs, Math.min(ms, elapsedMs))
      // Until one is known to have ended, the younger ones wait for the oldest.
      else if (elapsedMs >= ms) ms = Math.max(ms, Math.min(MAX_INITIAL_ESTIMATE_MS, elapsedMs * 1.25))
    },
    completed(key, afterMs, lastRunningMs) {
      const elapsedMs = Math.min(longestMs, Math.max(MIN_DELAY_MS, afterMs))
      const wasProbe = probe === key
      if (wasProbe) probe = undefined
      const slower = lastRunningMs >= ms
      if (!known || slower || elapsedMs < ms) ms = elapsedMs
      known = true
      if (slower || lastRunningMs > tooEarlyMs) tooEarlyMs = Math.min(lastRunningMs, elapsedMs)
      tooEarlyMs = Math.min(tooEarlyMs, ms)
      count += 1
      if (wasProbe && lastRunningMs === 0) probeStep = Math.min(MAX_PROBE_STEP, probeStep * 2)
      else if (lastRunningMs > 0) probeStep = PROBE_STEP
      if (isConverged() && (count >= PROBE_AFTER || (wasProbe && lastRunningMs === 0))) {
        count = 0
        tooEarlyMs = ms * (1 - probeStep)
      }
    },
    firstReadMs,
    waitMs(key, elapsedMs) {
      const overdueStepMs = known && elapsedMs < ms * (1 + 2 * OVERDUE_STEP) ? ms * OVERDUE_STEP : elapsedMs / 4
      return Math.max(MIN_DELAY_MS, firstReadMs(key) - elapsedMs, Math.min(longestMs, overdueStepMs))
    },
    shareMs: () => 0,
    gridMs: () =>
      ms <= FAST_CEN.typicalMs ? FAST_CEN.gridMs : Math.min(MAX_GRID_MS, Math.max(MIN_GRID_MS, ms * GRID_SHARE)),
  }
}
