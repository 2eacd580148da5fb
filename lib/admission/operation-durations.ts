/** How long a CEN's attachments take, from the recent ones, so that the state is read when it has something to say. */

/** What is assumed where nothing is known of any CEN, in milliseconds. */
const INITIAL_ESTIMATE_MS = 1_000
/** No look comes sooner than this after the attach, or after the look before. */
const MIN_DELAY_MS = 40
/** While nothing is known of a CEN nobody waits for its eldest longer than this. */
const MAX_INITIAL_ESTIMATE_MS = 30_000
/** No CEN is taken for slower than this, whatever an outage made it look like. */
const MAX_DURATION_MS = 60_000
/** Between the longest look in vain and the shortest one that was not: this near, as a share, is near enough. */
const CONVERGED = 0.03
/** After so many attachments it may have become faster: so much sooner is worth a look again. */
const PROBE_AFTER = 20
const PROBE_STEP = 0.07
const MAX_PROBE_STEP = 0.8
/** One that is late is looked at again after a little more, then ever a quarter more. */
const OVERDUE_STEP = 0.04
/** Looks fall on a beat of this share of the usual time, so that a page answers many. */
const GRID_SHARE = 0.02
const MIN_GRID_MS = 40
const MAX_GRID_MS = 500
/** A CEN that takes no longer than this answers so many a second that a slower beat halves what is read of it. */
const FAST_CEN = { typicalMs: 200, gridMs: 100 }
/** Multiples of it fall evenly into an interval, however many there are. */
const GOLDEN_RATIO = 0.618_034
const MAX_TRACKED = 20_000

interface TrackedOperation {
  readonly cenId: string
  /** When it was accepted or, where another process began it, first seen to be under way. */
  readonly sinceMs: number
  /** True where this process saw the whole of it. */
  readonly seenFromStart: boolean
  /** When it was last seen to be under way. */
  readonly attachingAtMs?: number
}

export interface OperationDurations {
  /** An attach call was accepted. */
  accepted(cenId: string, key: string, nowMs: number): void
  /** The CEN says Attaching. */
  attaching(cenId: string, key: string, nowMs: number): void
  /** The CEN says Attached. */
  attached(cenId: string, key: string, nowMs: number): void
  /** Milliseconds since an attach of it was accepted here; Infinity where none is known. */
  sinceMs(key: string, nowMs: number): number
  /** True where it was accepted here and cannot be over yet, as far as is known: a look would be in vain. */
  isEarly(cenId: string, key: string, nowMs: number): boolean
  /** It is over in another way. */
  forget(key: string): void
  /** Milliseconds until the state of this attachment is worth a look. */
  nextReadMs(cenId: string, key: string, nowMs: number): number
  typicalMs(cenId: string): number
}

interface DurationEstimate {
  /** A look after this long found it attached; false while none did, and the eldest finds out. */
  ms: number
  known: boolean
  /** A look after this long was in vain. */
  tooEarlyMs: number
  /** The one that looks sooner than the others, half way between the two. */
  probe?: string | undefined
  /** Attached since it was last tried sooner. */
  count: number
  /** Where its beat falls, as a share: the CENs take turns. */
  readonly gridPhase: number
  /** How much sooner, as a share, is tried next: doubled while it succeeds. */
  probeStep: number
}

/** Learns in memory only; what is forgotten in a crash costs a look, nothing else. */
export function createOperationDurations(): OperationDurations {
  const cens = new Map<string, DurationEstimate>()
  const tracked = new Map<string, TrackedOperation>()
  /** What the CEN that was learnt of last takes is the best guess about one of which nothing is known. */
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
      // While nothing is known the younger ones wait for what the eldest finds.
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
