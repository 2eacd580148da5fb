/** The intake: open, or paused because no message could pass; one probe at a time finds out whether it can open again. */
import type { Attachment } from '../domain/attachment.js'
import type { FailureKind } from '../domain/error-codes.js'
import type { Failure } from '../domain/failure.js'

const INITIAL_PAUSE_MS = 5_000
const MAX_PAUSE_MS = 300_000
/** A breaker may be wrong about some; its pauses stay short. */
const MAX_TRIP_PAUSE_MS = 60_000
/** A probe that never comes back is given up after this. */
const PROBE_MS = 60_000
/** This many attach calls that failed in a row with one code, over two owners or CENs, look like a wrong setting. */
const FAILURE_THRESHOLD = 20

/** Kinds that are states of one CEN or owner and have their own remedy: they say nothing about the worker's settings. */
const IGNORED_KINDS: ReadonlySet<FailureKind> = new Set(['busy', 'throttled', 'not-granted', 'already-attached'])

/** A call of a message, as the intake tells them apart. */
export type CallKind = 'attach' | 'read'

export interface BreakerStatus {
  readonly paused: boolean
  /** Why, as a failure code. */
  readonly code?: string
  readonly message?: string
  /** Epoch milliseconds of the next probe. */
  readonly probeAtMs?: number
}

export interface CircuitBreaker {
  /**
   * 0 where the call may leave now (while paused: as the one probe), else the milliseconds until it is worth asking. A
   * tripped breaker holds back attach calls only, so that what was accepted before is still read and told, and only those
   * to the CENs that failed: a CEN that has not failed may show that the settings are right.
   */
  admit(call: CallKind, attachment: Attachment, nowMs: number): number
  /** How many messages are worth receiving now: as many as wanted, one at a time, or none. */
  receivable(wanted: number, nowMs: number): number
  /** Tells of a call's answer. */
  observe(call: CallKind, attachment: Attachment, failure: Failure | undefined, nowMs: number): void
  status(): BreakerStatus
}

interface BreakerPause {
  readonly failure: Failure
  readonly lengthMs: number
  readonly probeAtMs: number
  readonly probing: boolean
}

interface FailureStreak {
  readonly code: string
  calls: number
  readonly cens: Set<string>
  readonly owners: Set<string>
}

/** `onChange` is told of every pause and of every opening, once. */
export function createCircuitBreaker(onChange: (status: BreakerStatus) => void): CircuitBreaker {
  let pause: BreakerPause | undefined
  let streak: FailureStreak | undefined

  const status = (): BreakerStatus => {
    if (!pause) return { paused: false }
    const { code, message } = pause.failure
    return { paused: true, code, message, probeAtMs: pause.probeAtMs }
  }
  const trip = (failure: Failure, nowMs: number) => {
    // Calls that were in flight when the pause began do not lengthen it.
    if (pause && !pause.probing) return
    const again = pause !== undefined
    const longestMs = failure.kind === 'credentials' ? MAX_PAUSE_MS : MAX_TRIP_PAUSE_MS
    const lengthMs = pause ? Math.min(longestMs, pause.lengthMs * 2) : INITIAL_PAUSE_MS
    pause = { failure, lengthMs, probeAtMs: nowMs + lengthMs, probing: false }
    if (!again) onChange(status())
  }
  const reset = () => {
    streak = undefined
    if (!pause) return
    pause = undefined
    onChange(status())
  }
  const shouldTrip = (attachment: Attachment, failure: Failure): boolean => {
    if (streak?.code !== failure.code) streak = { code: failure.code, calls: 0, cens: new Set(), owners: new Set() }
    streak.calls += 1
    streak.cens.add(attachment.cenId)
    streak.owners.add(attachment.childInstanceOwnerId ?? '')
    return streak.calls >= FAILURE_THRESHOLD && (streak.cens.size > 1 || streak.owners.size > 1)
  }
  /** True for an answer from which a tripped breaker can tell that the settings are right. */
  const isConclusive = (failure: Failure | undefined): boolean =>
    failure === undefined ||
    (failure.kind !== 'unavailable' && (pause?.probing === true || !IGNORED_KINDS.has(failure.kind)))
  const isForCredentials = () => pause?.failure.kind === 'credentials'

  return {
    status,
    admit(call, { cenId }, nowMs) {
      if (!pause || (!isForCredentials() && (call === 'read' || !streak?.cens.has(cenId)))) return 0
      const waitMs = pause.probeAtMs - nowMs
      // While a probe is under way its answer is expected long before it would be given up.
      if (waitMs > 0) return pause.probing ? Math.min(pause.lengthMs, waitMs) : waitMs
      pause = { ...pause, probing: true, probeAtMs: nowMs + PROBE_MS }
      return 0
    },
    receivable(wanted, nowMs) {
      if (!pause) return wanted
      if (isForCredentials() && nowMs < pause.probeAtMs) return 0
      return Math.min(1, wanted)
    },
    observe(call, attachment, failure, nowMs) {
      if (failure?.kind === 'credentials') return trip(failure, nowMs)
      if (pause && isForCredentials()) {
        // Only the probe's answer counts, and an outcome that is not known is no answer.
        if (pause.probing && failure?.kind !== 'unavailable') reset()
        return
      }
      if (pause && call === 'attach') {
        if (failure?.code !== pause.failure.code) return isConclusive(failure) ? reset() : undefined
        const wasHeldBack = streak?.cens.has(attachment.cenId)
        streak?.cens.add(attachment.cenId)
        return wasHeldBack ? trip(failure, nowMs) : undefined
      }
      if (call === 'read') return
      if (failure === undefined) streak = undefined
      else if (!IGNORED_KINDS.has(failure.kind) && shouldTrip(attachment, failure)) trip(failure, nowMs)
    },
  }
}
