/** Acquires a slot of the CEN and the rate limiter for a write, or a position in the queue for one. */
import { HOLD_MS } from '../domain/backoff.js'
import type { WaitFor } from '../messaging/disposition.js'
import type { Context } from './context.js'
import { operationOf } from './decision/operation.js'
import type { Setback, Situation } from './decision/situation.js'

/** A message that waited in memory for these has not been read before. */
const WAITS_FOR_SLOT: ReadonlySet<WaitFor> = new Set(['slot-soon', 'proof'])

type LimitSetback = Extract<Setback, { from: 'limit' }>

/** Undefined if the call may be sent now. */
export function acquireSlot(situation: Situation, context: Context): LimitSetback | undefined {
  const { request } = situation
  const { limiter, clock, durations } = context
  const waitMs = limiter.admit(request, clock.now(), durations.typicalMs(operationOf(situation)))
  return waitMs === 0 ? undefined : toSetback(waitMs, request, context)
}

/**
 * Joins the queue for a slot and takes none. A message from another process mostly waits for a slot, so its state is read
 * when its slot is near. Returns the estimated wait in milliseconds, 0 for a message that this process already knows.
 */
export function joinQueue(situation: Situation, context: Context): LimitSetback | number {
  const { request, message, desired } = situation
  const { limiter, clock, durations } = context
  // What is read before a detach is kept for seconds only, so it is read when a slot is free.
  const holdMs = desired === 'detached' ? 0 : context.holdMs
  const { idempotencyKey, notAfterMs, dryRun } = request
  const isHeld = message.heldFor !== undefined && !WAITS_FOR_SLOT.has(message.heldFor)
  const isKnown = isHeld || durations.sinceMs(idempotencyKey, clock.now()) < Infinity
  if (dryRun || isKnown || clock.now() >= notAfterMs) return 0
  const waitMs = limiter.joinQueue(request, clock.now(), durations.typicalMs(operationOf(situation)))
  return waitMs <= holdMs ? waitMs : toSetback(waitMs, request, context)
}

const toSetback = (waitMs: number, request: Situation['request'], { limiter }: Context): LimitSetback => ({
  from: 'limit',
  waitMs,
  isSoon: waitMs > HOLD_MS && limiter.isNext(request),
})
