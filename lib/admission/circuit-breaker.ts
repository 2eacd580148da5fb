/** The circuit breaker: it opens when no call can succeed, and one probe at a time finds out whether it may close. */
import type { Attachment } from '../domain/attachment.js'
import { type FailureKind, OWN_CODES } from '../domain/error-codes.js'
import { type Failure, NOT_SENT } from '../domain/failure.js'

/** The pause before the first probe, and the longest pause while the credentials are refused, in milliseconds. */
const INITIAL_PAUSE_MS = 5_000
const MAX_PAUSE_MS = 300_000
/** The longest pause after a streak of failures, in milliseconds; short, because some calls might succeed. */
const MAX_STREAK_PAUSE_MS = 60_000
/** A probe without an answer is given up after this, in milliseconds. */
const PROBE_MS = 60_000
/** A wrong setting is assumed after this many consecutive writes failed with one code, over two owners or CENs. */
const FAILURE_THRESHOLD = 20

/** A message that a probe in flight holds back is tried again after this, in milliseconds. */
const BEHIND_PROBE_MS = 5_000

/** Kinds that are states of one CEN, owner or network and have their own remedy: no evidence of a wrong setting. */
const IGNORED_KINDS: ReadonlySet<FailureKind> = new Set([
  'busy',
  'throttled',
  'not-granted',
  'already-attached',
  'blocked',
])
/** Codes of the worker itself: it found the request unfit and sent nothing. */
const UNSENT_CODES: ReadonlySet<string> = new Set(OWN_CODES.map(({ code }) => code))
const isEvidence = ({ kind, code }: Failure): boolean => !IGNORED_KINDS.has(kind) && !UNSENT_CODES.has(code)

/** The calls that the circuit breaker distinguishes. */
type CallKind = 'write' | 'read'

export interface BreakerStatus {
  readonly paused: boolean
  /** The code of the failure that opened the circuit breaker. */
  readonly code?: string
  readonly message?: string
  /** Epoch milliseconds of the next probe. */
  readonly probeAtMs?: number
}

export interface CircuitBreaker {
  /**
   * 0 if the call may be sent now (while open: as the probe), else the milliseconds until the next try. After a streak only
   * writes to the CENs of the streak are held back: accepted attachments are still read and reported, and a call to
   * another CEN may prove that the settings are right.
   */
  admit(call: CallKind, attachment: Attachment, nowMs: number): number
  /** True while a probe finds out whether the credentials are accepted again: only what the API answers shows it. */
  isProbing(): boolean
  /** How many messages may be received now: as many as wanted, one at a time, or none. */
  receivable(wanted: number, nowMs: number): number
  /** Takes the answer to a call into account. */
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

/** `onChange` is called once each time the circuit breaker opens or closes. */
export function createCircuitBreaker(onChange: (status: BreakerStatus) => void): CircuitBreaker {
  let pause: BreakerPause | undefined
  let streak: FailureStreak | undefined

  const status = (): BreakerStatus => {
    if (!pause) return { paused: false }
    const { code, message } = pause.failure
    return { paused: true, code, message, probeAtMs: pause.probeAtMs }
  }
  const trip = (failure: Failure, nowMs: number) => {
    // Calls in flight when the pause began do not lengthen it.
    if (pause && !pause.probing) return
    const again = pause !== undefined
    const longestMs = failure.kind === 'credentials' ? MAX_PAUSE_MS : MAX_STREAK_PAUSE_MS
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
  /** True if the answer proves that the settings are right. */
  const isConclusive = (failure: Failure | undefined): boolean =>
    failure === undefined || (failure.kind !== 'unavailable' && (pause?.probing === true || isEvidence(failure)))
  const isForCredentials = () => pause?.failure.kind === 'credentials'

  return {
    status,
    admit(call, { cenId }, nowMs) {
      if (!pause || (!isForCredentials() && (call === 'read' || !streak?.cens.has(cenId)))) return 0
      const waitMs = pause.probeAtMs - nowMs
      // The answer to a probe in flight is expected long before the probe is given up.
      if (waitMs > 0) return pause.probing ? Math.min(BEHIND_PROBE_MS, waitMs) : waitMs
      pause = { ...pause, probing: true, probeAtMs: nowMs + PROBE_MS }
      return 0
    },
    isProbing: () => isForCredentials() && pause?.probing === true,
    receivable(wanted, nowMs) {
      if (!pause) return wanted
      if (isForCredentials() && nowMs < pause.probeAtMs) return 0
      return Math.min(1, wanted)
    },
    observe(call, attachment, failure, nowMs) {
      // The API was not asked.
      if (failure?.code === NOT_SENT) return
      if (failure?.kind === 'credentials') return trip(failure, nowMs)
      if (pause && isForCredentials()) {
        // Only the answer to the probe counts, and an unknown outcome is no answer.
        if (pause.probing && failure?.kind !== 'unavailable') reset()
        return
      }
      if (pause && call === 'write') {
        if (failure?.code !== pause.failure.code) return isConclusive(failure) ? reset() : undefined
        const wasHeldBack = streak?.cens.has(attachment.cenId)
        streak?.cens.add(attachment.cenId)
        return wasHeldBack ? trip(failure, nowMs) : undefined
      }
      if (call === 'read') return
      if (failure === undefined) streak = undefined
      else if (isEvidence(failure) && shouldTrip(attachment, failure)) trip(failure, nowMs)
    },
  }
}
