/** The intake: open, or paused because no message could pass; one probe at a time finds out whether it can open again. */
import type { Attachment } from './attachment.js'
import type { FailureKind } from './error-codes.js'
import type { Failure } from './failure.js'

const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 300_000
/** A probe that never comes back is given up after this. */
const PROBE_MS = 60_000
/** This many attach calls that failed in a row with one code, over two owners or CENs, look like a wrong setting. */
const BREAKER_CALLS = 20

/** Kinds that are states of one CEN or owner and have their own remedy: they say nothing about the worker's settings. */
const NOT_COUNTED: ReadonlySet<FailureKind> = new Set(['busy', 'throttled', 'not-granted', 'already-attached'])

export interface IntakeStatus {
  readonly paused: boolean
  /** Why, as a failure code. */
  readonly code?: string
  readonly message?: string
  /** Epoch milliseconds of the next probe. */
  readonly probeAtMs?: number
}

export interface Intake {
  /** 0 where a message may be handled now (while paused: as the one probe), else the milliseconds until it is worth asking. */
  admit(nowMs: number): number
  /** How many messages are worth receiving now: as many as asked, one as a probe, or none. */
  receivable(wanted: number, nowMs: number): number
  /** Tells of a call's answer. `attach` counts for the breaker; any good answer shows that credentials are good. */
  observe(call: 'attach' | 'read', attachment: Attachment, failure: Failure | undefined, nowMs: number): void
  status(): IntakeStatus
}

/** `onChange` is told of every pause and of every opening, once. */
export function createIntake(onChange: (status: IntakeStatus) => void): Intake {
  let pause:
    | { code: string; message: string; credentials: boolean; lengthMs: number; probeAtMs: number; probing: boolean }
    | undefined
  let row: { code: string; calls: number; cens: Set<string>; owners: Set<string> } | undefined

  const status = (): IntakeStatus =>
    pause ? { paused: true, code: pause.code, message: pause.message, probeAtMs: pause.probeAtMs } : { paused: false }

  const close = (failure: Failure, nowMs: number) => {
    // Calls that were in flight when the pause began do not lengthen it.
    if (pause && !pause.probing) return
    const again = pause !== undefined
    const lengthMs = pause ? Math.min(LONGEST_PAUSE_MS, pause.lengthMs * 2) : FIRST_PAUSE_MS
    pause = {
      code: failure.code,
      message: failure.message,
      credentials: failure.kind === 'credentials',
      lengthMs,
      probeAtMs: nowMs + lengthMs,
      probing: false,
    }
    if (!again) onChange(status())
  }
  const open = () => {
    row = undefined
    if (!pause) return
    pause = undefined
    onChange(status())
  }
  const count = (attachment: Attachment, failure: Failure) => {
    if (row?.code !== failure.code) row = { code: failure.code, calls: 0, cens: new Set(), owners: new Set() }
    row.calls += 1
    row.cens.add(attachment.cenId)
    row.owners.add(attachment.childInstanceOwnerId ?? '')
    return row.calls >= BREAKER_CALLS && (row.cens.size > 1 || row.owners.size > 1)
  }

  return {
    status,
    admit(nowMs) {
      if (!pause) return 0
      // While a probe is under way its answer is expected long before it would be given up.
      if (nowMs < pause.probeAtMs)
        return pause.probing ? Math.min(pause.lengthMs, pause.probeAtMs - nowMs) : pause.probeAtMs - nowMs
      pause.probing = true
      pause.probeAtMs = nowMs + PROBE_MS
      return 0
    },
    receivable: (wanted, nowMs) => (!pause ? wanted : nowMs < pause.probeAtMs ? 0 : Math.min(1, wanted)),
    observe(call, attachment, failure, nowMs) {
      if (failure?.kind === 'credentials') return close(failure, nowMs)
      if (pause?.credentials) return open()
      if (call === 'read') return
      if (failure === undefined || NOT_COUNTED.has(failure.kind)) return open()
      if (pause ? failure.code === pause.code : count(attachment, failure)) return close(failure, nowMs)
      if (pause) open()
    },
  }
}
