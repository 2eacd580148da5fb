/** Operation durations: learns by bisection how long the attachments of each CEN take, so that few reads come too early. */

/** The estimate before any CEN is known, in milliseconds. */
const INITIAL_ESTIMATE_MS = 1_000
/** The shortest delay before a read, in milliseconds. */
const MIN_DELAY_MS = 40
/** The longest estimate for a CEN without a completed attachment, in milliseconds. */
const MAX_INITIAL_ESTIMATE_MS = 30_000
/** The longest estimate for any CEN, in milliseconds, whatever an outage suggests. */
const MAX_DURATION_MS = 60_000
/** The bisection ends when its bounds are this close, as a share of the upper one. */
const CONVERGED = 0.03
/**
 * After this many attachments an earlier read is tried again, as the CEN may have become faster: earlier by a share
 * that doubles with success.
 */
const PROBE_AFTER = 20
const PROBE_STEP = 0.07
const MAX_PROBE_STEP = 0.8
/** An overdue attachment is read again after this share of the estimate, later after a quarter of its age each time. */
const OVERDUE_STEP = 0.04
/** Reads of one CEN fall on a grid of this share of the estimate, so that one page answers many of them. */
const GRID_SHARE = 0.02
const MIN_GRID_MS = 40
const MAX_GRID_MS = 500
/** A CEN this fast completes so many attachments a second that a coarser grid halves its reads. */
const FAST_CEN = { typicalMs: 200, gridMs: 100 }
/** Multiples of the golden ratio, modulo 1, are evenly spread, however many there are. */
const GOLDEN_RATIO = 0.618_034
const MAX_TRACKED = 20_000

interface TrackedOperation {
  readonly cenId: string
  /** When it was accepted or, if another process began it, first observed, epoch milliseconds. */
  readonly sinceMs: number
  /** True if this process had it accepted. */
  readonly seenFromStart: boolean
  /** When it was last observed to be attaching, epoch milliseconds. */
  readonly attachingAtMs?: number
}

export interface OperationDurations {
  /** An attach call was accepted. */
  accepted(cenId: string, key: string, nowMs: number): void
  /** It was observed to be attaching. */
  attaching(cenId: string, key: string, nowMs: number): void
  /** It was observed to be attached. */
  attached(cenId: string, key: string, nowMs: number): void
  /** Milliseconds since this process had an attach accepted; Infinity if it had none. */
  sinceMs(key: string, nowMs: number): number
  /** True if this process had it accepted and, by the estimate, it cannot have ended yet: a read would be too early. */
  isEarly(cenId: string, key: string, nowMs: number): boolean
  /** It ended without being attached. */
  forget(key: string): void
  /** Milliseconds until the attachment should be read next. */
  nextReadMs(cenId: string, key: string, nowMs: number): number
  /** How long an attachment of the CEN usually takes, in milliseconds. */
  typicalMs(cenId: string): number
}

interface DurationEstimate {
  /** The upper bound: a read after this long found an attachment attached. */
  ms: number
  /** False until a read found one; meanwhile the oldest attachment raises the bound. */
  known: boolean
  /** The lower bound: a read after this long was too early. */
  tooEarlyMs: number
  /** The attachment that is read at the middle of the bounds, before the others. */
  probe?: string | undefined
  /** Attachments completed since the last earlier read was tried. */
  count: number
  /** The offset of its grid, as a share, so that CENs are read at different times. */
  readonly gridPhase: number
  /** How much earlier, as a share, the next try is. */
  probeStep: number
}

/** Learns in memory only; a crash costs some reads, nothing else. */
export function createOperationDurations(): OperationDurations {
  const cens = new Map<string, DurationEstimate>()
  const tracked = new Map<string, TrackedOperation>()
  /** The estimate for an unknown CEN: that of the CEN that was updated last. */
  let lastTypicalMs = INITIAL_ESTIMATE_MS
  const estimateOf = (cenId: string): DurationEstimate => {
    const known = cens.get(cenId)
    if (known) return known
    const made = {
      ms: lastTypicalMs,
      known: false,
      tooEarlyMs: 0,
      count: 0,
      probeStep: PROBE_STEP,
      gridPhase: (cens.size * GOLDEN_RATIO) % 1,
    }
    cens.set(cenId, made)
    evictOldest(cens)
    return made
  }
  const clampDuration = (ms: number) => Math.min(MAX_DURATION_MS, Math.max(MIN_DELAY_MS, ms))
  const firstReadMs = (estimate: DurationEstimate, key: string) =>
    estimate.probe === key ? (estimate.tooEarlyMs + estimate.ms) / 2 : estimate.ms
  const isConverged = ({ ms, tooEarlyMs }: DurationEstimate) => ms - tooEarlyMs <= CONVERGED * ms

  return {
    typicalMs: (cenId) => estimateOf(cenId).ms,
    accepted(cenId, key, nowMs) {
      const estimate = estimateOf(cenId)
      tracked.set(key, { cenId, sinceMs: nowMs, seenFromStart: true })
      evictOldest(tracked)
      if (estimate.known && !isConverged(estimate) && !tracked.has(estimate.probe ?? '')) estimate.probe = key
    },
    attaching(cenId, key, nowMs) {
      const seen = tracked.get(key) ?? { cenId, sinceMs: nowMs, seenFromStart: false }
      tracked.set(key, { ...seen, attachingAtMs: nowMs })
      evictOldest(tracked)
      const estimate = estimateOf(cenId)
      const elapsedMs = nowMs - seen.sinceMs
      if (estimate.probe === key) estimate.probe = undefined
      if (!seen.seenFromStart) return
      if (estimate.known) estimate.tooEarlyMs = Math.max(estimate.tooEarlyMs, Math.min(estimate.ms, elapsedMs))
      // Until one is known to be attached, the younger ones wait for the oldest.
      else if (elapsedMs >= estimate.ms)
        estimate.ms = Math.max(estimate.ms, Math.min(MAX_INITIAL_ESTIMATE_MS, elapsedMs * 1.25))
    },
    attached(cenId, key, nowMs) {
      const seen = tracked.get(key)
      tracked.delete(key)
      const estimate = estimateOf(cenId)
      const wasProbe = estimate.probe === key
      if (wasProbe) estimate.probe = undefined
      if (!seen?.seenFromStart) return
      const elapsedMs = clampDuration(nowMs - seen.sinceMs)
      const lastAttachingMs = (seen.attachingAtMs ?? seen.sinceMs) - seen.sinceMs
      const slower = lastAttachingMs >= estimate.ms
      if (!estimate.known || slower || elapsedMs < estimate.ms) estimate.ms = elapsedMs
      estimate.known = true
      if (slower || lastAttachingMs > estimate.tooEarlyMs) estimate.tooEarlyMs = Math.min(lastAttachingMs, elapsedMs)
      estimate.tooEarlyMs = Math.min(estimate.tooEarlyMs, estimate.ms)
      estimate.count += 1
      if (wasProbe && lastAttachingMs === 0) estimate.probeStep = Math.min(MAX_PROBE_STEP, estimate.probeStep * 2)
      else if (lastAttachingMs > 0) estimate.probeStep = PROBE_STEP
      if (isConverged(estimate) && (estimate.count >= PROBE_AFTER || (wasProbe && lastAttachingMs === 0))) {
        estimate.count = 0
        estimate.tooEarlyMs = estimate.ms * (1 - estimate.probeStep)
      }
      lastTypicalMs = estimate.ms
    },
    sinceMs(key, nowMs) {
      const seen = tracked.get(key)
      return seen?.seenFromStart ? nowMs - seen.sinceMs : Infinity
    },
    isEarly(cenId, key, nowMs) {
      const seen = tracked.get(key)
      return (
        seen?.seenFromStart === true && nowMs - seen.sinceMs < firstReadMs(estimateOf(cenId), key) * (1 - OVERDUE_STEP)
      )
    },
    forget: (key) => void tracked.delete(key),
    nextReadMs(cenId, key, nowMs) {
      const estimate = estimateOf(cenId)
      const elapsedMs = nowMs - (tracked.get(key)?.sinceMs ?? nowMs)
      const dueMs = firstReadMs(estimate, key)
      const overdueStepMs =
        estimate.known && elapsedMs < estimate.ms * (1 + 2 * OVERDUE_STEP) ? estimate.ms * OVERDUE_STEP : elapsedMs / 4
      const waitMs = Math.max(MIN_DELAY_MS, dueMs - elapsedMs, Math.min(MAX_DURATION_MS, overdueStepMs))
      const gridMs = gridOf(estimate.ms)
      return (Math.ceil((nowMs + waitMs) / gridMs - estimate.gridPhase) + estimate.gridPhase) * gridMs - nowMs
    },
  }
}

const gridOf = (typicalMs: number): number =>
  typicalMs <= FAST_CEN.typicalMs
    ? FAST_CEN.gridMs
    : Math.min(MAX_GRID_MS, Math.max(MIN_GRID_MS, typicalMs * GRID_SHARE))

function evictOldest<T>(map: Map<string, T>): void {
  const oldest = map.keys().next().value
  if (map.size > MAX_TRACKED && oldest !== undefined) map.delete(oldest)
}
