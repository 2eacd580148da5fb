/** Operation durations: learns how long the operations of each CEN take, and when each operation should be read next. */
import { putNewest } from '../domain/kept.js'
import { type DurationEstimate, INITIAL_ESTIMATE_MS } from './duration-estimate.js'
import { createSpreadEstimate } from './spread-estimate.js'
import { createSteadyEstimate } from './steady-estimate.js'

/** An operation this close to its expected end, as a share, is no longer too early to be read. */
const NEAR_END = 0.04
/** Multiples of the golden ratio, modulo 1, are evenly spread, however many there are. */
const GOLDEN_RATIO = 0.618_034
const MAX_TRACKED = 20_000

/** An operation on a CEN. Operations of one kind and CEN share an estimate. */
export interface Operation {
  readonly cenId: string
  /** The edition and the write, such as `basic attach`. */
  readonly kind: string
  /** False if it is no change of the CEN. */
  readonly holdsSlot: boolean
  /** True if operations of the kind take differently long. */
  readonly vary: boolean
  /** The longest estimate, in milliseconds. */
  readonly longestMs: number
}

interface TrackedOperation {
  readonly operation: Operation
  /** When it was accepted or, if another process began it, first observed, epoch milliseconds. */
  readonly sinceMs: number
  /** True if this process had it accepted. */
  readonly seenFromStart: boolean
  /** When it was last observed in progress, epoch milliseconds. */
  readonly runningAtMs?: number
}

/** `key` names the request. */
export interface OperationDurations {
  /** The write was accepted. */
  accepted(operation: Operation, key: string, nowMs: number): void
  /** It was observed in progress. */
  running(operation: Operation, key: string, nowMs: number): void
  /** It was observed to have ended as it should. */
  completed(key: string, nowMs: number): void
  /** The operation that is in progress, as far as this process knows. */
  current(key: string): Operation | undefined
  /** Milliseconds since this process had a write accepted; Infinity if it had none. */
  sinceMs(key: string, nowMs: number): number
  /** Milliseconds since the operation that is in progress was accepted or first observed; 0 if none is. */
  elapsedMs(key: string, nowMs: number): number
  /** True if this process had it accepted and, by the estimate, it cannot have ended yet: a read would be too early. */
  isEarly(key: string, nowMs: number): boolean
  /** It ended without an effect. */
  forget(key: string): void
  /** Milliseconds until the operation of `key`, or one that begins now, should be read next. */
  nextReadMs(operation: Operation, key: string, nowMs: number): number
  /** How long a read of the operation of `key` may wait for others that share its call, in milliseconds. */
  shareMs(key: string): number
  /** How long an operation of this kind usually takes on this CEN, in milliseconds. */
  typicalMs(operation: Operation): number
}

/** The operations of one CEN share the phase of their grids. */
interface CenDurations {
  readonly byKind: Map<string, DurationEstimate>
  /** The offset of the grid, as a share, so that CENs are read at different times. */
  readonly gridPhase: number
}

/** Learns in memory only; a crash costs some reads, nothing else. */
export function createOperationDurations(): OperationDurations {
  const cens = new Map<string, CenDurations>()
  const tracked = new Map<string, TrackedOperation>()
  /** The estimate for an unknown CEN: that of the CEN whose operation of the kind ended last. */
  const lastTypicalMs = new Map<string, number>()

  const cenOf = (cenId: string): CenDurations => {
    const known = cens.get(cenId)
    if (known) return known
    const made = { byKind: new Map<string, DurationEstimate>(), gridPhase: (cens.size * GOLDEN_RATIO) % 1 }
    putNewest(cens, cenId, made, MAX_TRACKED)
    return made
  }
  const estimateOf = ({ cenId, kind, vary, longestMs }: Operation): DurationEstimate => {
    const { byKind } = cenOf(cenId)
    const known = byKind.get(kind)
    if (known) return known
    const initialMs = lastTypicalMs.get(kind) ?? INITIAL_ESTIMATE_MS
    const slowestMs = () => Math.max(...[...byKind.values()].map((estimate) => estimate.typicalMs()))
    const made = vary
      ? createSpreadEstimate(initialMs, longestMs, slowestMs)
      : createSteadyEstimate(initialMs, longestMs)
    byKind.set(kind, made)
    return made
  }
  const track = (key: string, operation: TrackedOperation) => putNewest(tracked, key, operation, MAX_TRACKED)

  return {
    typicalMs: (operation) => estimateOf(operation).typicalMs(),
    accepted(operation, key, nowMs) {
      track(key, { operation, sinceMs: nowMs, seenFromStart: true })
      estimateOf(operation).started(key, (other) => tracked.has(other))
    },
    running(operation, key, nowMs) {
      const seen = tracked.get(key) ?? { operation, sinceMs: nowMs, seenFromStart: false }
      track(key, { ...seen, runningAtMs: nowMs })
      estimateOf(seen.operation).running(key, nowMs - seen.sinceMs, seen.seenFromStart)
    },
    completed(key, nowMs) {
      const seen = tracked.get(key)
      tracked.delete(key)
      if (!seen?.seenFromStart) return
      const { operation, sinceMs, runningAtMs = sinceMs } = seen
      const estimate = estimateOf(operation)
      estimate.completed(key, nowMs - sinceMs, runningAtMs - sinceMs)
      lastTypicalMs.set(operation.kind, estimate.typicalMs())
    },
    current: (key) => tracked.get(key)?.operation,
    sinceMs(key, nowMs) {
      const seen = tracked.get(key)
      return seen?.seenFromStart ? nowMs - seen.sinceMs : Infinity
    },
    elapsedMs: (key, nowMs) => nowMs - (tracked.get(key)?.sinceMs ?? nowMs),
    isEarly(key, nowMs) {
      const seen = tracked.get(key)
      if (!seen?.seenFromStart) return false
      return nowMs - seen.sinceMs < estimateOf(seen.operation).firstReadMs(key) * (1 - NEAR_END)
    },
    shareMs(key) {
      const seen = tracked.get(key)
      return seen ? estimateOf(seen.operation).shareMs() : 0
    },
    forget: (key) => void tracked.delete(key),
    nextReadMs(next, key, nowMs) {
      const { operation, sinceMs } = tracked.get(key) ?? { operation: next, sinceMs: nowMs }
      const estimate = estimateOf(operation)
      const { gridPhase } = cenOf(operation.cenId)
      const waitMs = estimate.waitMs(key, nowMs - sinceMs)
      const gridMs = estimate.gridMs()
      return (Math.ceil((nowMs + waitMs) / gridMs - gridPhase) + gridPhase) * gridMs - nowMs
    },
  }
}
