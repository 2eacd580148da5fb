/** The intake: open, or paused because no message could pass; one probe at a time finds out whether it can open again. */
import type { Attachment } from './attachment.js'
import type { FailureKind } from './error-codes.js'
import type { Failure } from './failure.js'

const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 300_000
/** A breaker may be wrong about some; its pauses stay short. */
const LONGEST_BREAK_MS = 60_000
/** A probe that never comes back is given up after this. */
const PROBE_MS = 60_000
/** This many attach calls that failed in a row with one code, over two owners or CENs, look like a wrong setting. */
const BREAKER_CALLS = 20

/** Kinds that are states of one CEN or owner and have their own remedy: they say nothing about the worker's settings. */
const NOT_COUNTED: ReadonlySet<FailureKind> = new Set(['busy', 'throttled', 'not-granted', 'already-attached'])

/** A call of a message, as the intake tells them apart. */
export type Call = 'attach' | 'read'

export interface IntakeStatus {
  readonly paused: boolean
  /** Why, as a failure code. */
  readonly code?: string
  readonly message?: string
  /** Epoch milliseconds of the next probe. */
  readonly probeAtMs?: number
}

export interface Intake {
  /**
   * 0 where the call may leave now (while paused: as the one probe), else the milliseconds until it is worth asking. A
   * tripped breaker holds back attach calls only, so that what was accepted before is still read and told, and only those
   * to the CENs that failed: a CEN that has not failed may show that the settings are right.
   */
  admit(call: Call, attachment: Attachment, nowMs: number): number
  /** How many messages are worth receiving now: as many as wanted, one at a time, or none. */
  receivable(wanted: number, nowMs: number): number
  /** Tells of a call's answer. */
  observe(call: Call, attachment: Attachment, failure: Failure | undefined, nowMs: number): void
  status(): IntakeStatus
}

interface Pause {
  readonly failure: Failure
  readonly lengthMs: number
  readonly probeAtMs: number
  readonly probing: boolean
}

interface Row {
  readonly code: string
  calls: number
  readonly cens: Set<string>
  readonly owners: Set<string>
}

/** `onChange` is told of every pause and of every opening, once. */
export function createIntake(onChange: (status: IntakeStatus) => void): Intake {
  let pause: Pause | undefined
  let row: Row | undefined

  const status = (): IntakeStatus => {
    if (!pause) return { paused: false }
    const { code, message } = pause.failure
    return { paused: true, code, message, probeAtMs: pause.probeAtMs }
  }
  const close = (failure: Failure, nowMs: number) => {
    // Calls that were in flight when the pause began do not lengthen it.
    if (pause && !pause.probing) return
    const again = pause !== undefined
    const longestMs = failure.kind === 'credentials' ? LONGEST_PAUSE_MS : LONGEST_BREAK_MS
    const lengthMs = pause ? Math.min(longestMs, pause.lengthMs * 2) : FIRST_PAUSE_MS
    pause = { failure, lengthMs, probeAtMs: nowMs + lengthMs, probing: false }
    if (!again) onChange(status())
  }
  const open = () => {
    row = undefined
    if (!pause) return
    pause = undefined
    onChange(status())
  }
  const trips = (attachment: Attachment, failure: Failure): boolean => {
    if (row?.code !== failure.code) row = { code: failure.code, calls: 0, cens: new Set(), owners: new Set() }
    row.calls += 1
    row.cens.add(attachment.cenId)
    row.owners.add(attachment.childInstanceOwnerId ?? '')
    return row.calls >= BREAKER_CALLS && (row.cens.size > 1 || row.owners.size > 1)
  }
  /** True for an answer from which a tripped breaker can tell that the settings are right. */
  const speaks = (failure: Failure | undefined): boolean =>
    failure === undefined ||
    (failure.kind !== 'unavailable' && (pause?.probing === true || !NOT_COUNTED.has(failure.kind)))
  const forCredentials = () => pause?.failure.kind === 'credentials'

  return {
    status,
    admit(call, { cenId }, nowMs) {
      if (!pause || (!forCredentials() && (call === 'read' || !row?.cens.has(cenId)))) return 0
      const waitMs = pause.probeAtMs - nowMs
      // While a probe is under way its answer is expected long before it would be given up.
      if (waitMs > 0) return pause.probing ? Math.min(pause.lengthMs, waitMs) : waitMs
      pause = { ...pause, probing: true, probeAtMs: nowMs + PROBE_MS }
      return 0
    },
    receivable(wanted, nowMs) {
      if (!pause) return wanted
      if (forCredentials() && nowMs < pause.probeAtMs) return 0
      return Math.min(1, wanted)
    },
    observe(call, attachment, failure, nowMs) {
      if (failure?.kind === 'credentials') return close(failure, nowMs)
      if (pause && forCredentials()) {
        // Only the probe's answer counts, and an outcome that is not known is no answer.
        if (pause.probing && failure?.kind !== 'unavailable') open()
        return
      }
      if (pause && call === 'attach') {
        if (failure?.code !== pause.failure.code) return speaks(failure) ? open() : undefined
        const held = row?.cens.has(attachment.cenId)
        row?.cens.add(attachment.cenId)
        return held ? close(failure, nowMs) : undefined
      }
      if (call === 'read') return
      if (failure === undefined) row = undefined
      else if (!NOT_COUNTED.has(failure.kind) && trips(attachment, failure)) close(failure, nowMs)
    },
  }
}
