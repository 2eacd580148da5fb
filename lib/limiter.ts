/** The provider's limits, respected before the call: a rate for the API and slots for each CEN. */
import { type Attachment, idempotencyKey } from './attachment.js'
import { type CenSlots, createCenSlots } from './cen-slots.js'
import { type Failure, normalCode } from './failure.js'
import { createRateGate } from './rate-gate.js'

export interface Limiter {
  /** 0 where the attach call may leave now, else the milliseconds until it is worth asking again. */
  admit(attachment: Attachment, nowMs: number, usualAttachMs: number): number
  /** The attachment is under way: its slot is taken for as long as it may take, `expectedMs`, and some more. */
  underWay(attachment: Attachment, nowMs: number, expectedMs: number): void
  /** An attempt was answered with a failure. */
  refused(attachment: Attachment, failure: Failure, nowMs: number): void
  /** The attachment is over, attached or not: its slot is free. */
  ended(attachment: Attachment, succeeded: boolean, nowMs: number): void
}

/** Between two askings of one message, milliseconds: what the line before a CEN suggests, within these. */
const LEAST_WAIT_MS = 200
const MOST_WAIT_MS = 30_000
/** A message that did not ask again for this long after its wait has left the line. */
const LEFT_LINE_MS = 60_000
const MAX_CENS = 10_000
const BLOCKING = normalCode('Operation.Blocking')

interface CenLine {
  readonly slots: CenSlots
  /** Who waits, in order, and until when it counts. */
  readonly waiting: Map<string, number>
}

/** One limiter for one process and one account; its state is small and in memory. */
export function createLimiter(): Limiter {
  const gate = createRateGate()
  const cens = new Map<string, CenLine>()
  const lineOf = (cenId: string): CenLine => {
    const known = cens.get(cenId)
    if (known) return known
    const made = { slots: createCenSlots(), waiting: new Map<string, number>() }
    cens.set(cenId, made)
    const oldest = cens.keys().next().value
    if (cens.size > MAX_CENS && oldest !== undefined) cens.delete(oldest)
    return made
  }
  const stayInLine = ({ slots, waiting }: CenLine, key: string, nowMs: number, usualAttachMs: number): number => {
    for (const [other, untilMs] of waiting) if (untilMs < nowMs) waiting.delete(other)
    const ahead = waiting.has(key) ? [...waiting.keys()].indexOf(key) : waiting.size
    const waitMs = Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, (usualAttachMs * (ahead + 1)) / slots.limit()))
    waiting.set(key, nowMs + waitMs + LEFT_LINE_MS)
    return waitMs
  }

  return {
    admit(attachment, nowMs, usualAttachMs) {
      const key = idempotencyKey(attachment)
      const line = lineOf(attachment.cenId)
      if (!line.slots.take(key, nowMs, usualAttachMs)) return stayInLine(line, key, nowMs, usualAttachMs)
      line.waiting.delete(key)
      const rateWaitMs = gate.take(nowMs)
      if (rateWaitMs > 0) line.slots.release(key, false, nowMs)
      return Math.min(MOST_WAIT_MS, rateWaitMs)
    },
    underWay(attachment, nowMs, expectedMs) {
      lineOf(attachment.cenId).slots.hold(idempotencyKey(attachment), nowMs, expectedMs)
    },
    refused(attachment, failure, nowMs) {
      const key = idempotencyKey(attachment)
      const { slots } = lineOf(attachment.cenId)
      if (failure.kind === 'throttled') gate.refused(nowMs, failure.retryAfterMs)
      if (normalCode(failure.code) === BLOCKING) slots.refused(key, nowMs)
      // After an unknown outcome the attachment may be under way: its slot stays taken until the state is read.
      else if (failure.kind !== 'unavailable') slots.release(key, false, nowMs)
    },
    ended(attachment, succeeded, nowMs) {
      lineOf(attachment.cenId).slots.release(idempotencyKey(attachment), succeeded, nowMs)
    },
  }
}
