/** The provider's limits, respected before the call: a rate for the API and slots for each CEN. */
import { type Attachment, idempotencyKey } from './attachment.js'
import { type CenSlots, createCenSlots } from './cen-slots.js'
import type { Failure } from './failure.js'
import { createRateGate } from './rate-gate.js'

export interface Limiter {
  /** 0 where the attach call may leave now, else the milliseconds until it is worth asking again. */
  admit(attachment: Attachment, nowMs: number, usualAttachMs: number): number
  /** The attach call was answered; without a failure it was accepted and the slot stays taken. */
  answered(attachment: Attachment, failure: Failure | undefined, nowMs: number): void
  /** The attachment is over, attached or not: its slot is free. */
  ended(attachment: Attachment, succeeded: boolean, nowMs: number): void
}

/** Between two askings of one message, milliseconds; what the CEN's queue adds comes on top. */
const LEAST_WAIT_MS = 200

/** One limiter for one process and one account; state is small and in memory. */
export function createLimiter(): Limiter {
  const gate = createRateGate()
  const cens = new Map<string, { readonly slots: CenSlots; readonly waiting: Map<string, number> }>()
  const cenOf = (cenId: string) => {
    const known = cens.get(cenId)
    if (known) return known
    const made = { slots: createCenSlots(), waiting: new Map<string, number>() }
    cens.set(cenId, made)
    return made
  }

  return {
    admit(attachment, nowMs, usualAttachMs) {
      const key = idempotencyKey(attachment)
      const { slots, waiting } = cenOf(attachment.cenId)
      if (!slots.take(key, nowMs, usualAttachMs)) {
        for (const [other, untilMs] of waiting) if (untilMs < nowMs) waiting.delete(other)
        const ahead = waiting.has(key) ? [...waiting.keys()].indexOf(key) : waiting.size
        const waitMs = Math.max(LEAST_WAIT_MS, (usualAttachMs * (ahead + 1)) / slots.limit())
        waiting.set(key, nowMs + waitMs + 60_000)
        return waitMs
      }
      waiting.delete(key)
      const rateWaitMs = gate.take(nowMs)
      if (rateWaitMs > 0) slots.release(key, false, nowMs)
      return rateWaitMs
    },
    answered(attachment, failure, nowMs) {
      if (failure === undefined) return
      const key = idempotencyKey(attachment)
      const { slots } = cenOf(attachment.cenId)
      if (failure.kind === 'throttled') gate.refused(nowMs, failure.retryAfterMs)
      if (failure.code === 'Operation.Blocking') slots.refused(key, nowMs)
      // After an unknown outcome the attachment may be under way: its slot stays taken until the state is read.
      else if (failure.kind !== 'unavailable') slots.release(key, false, nowMs)
    },
    ended(attachment, succeeded, nowMs) {
      cenOf(attachment.cenId).slots.release(idempotencyKey(attachment), succeeded, nowMs)
    },
  }
}
