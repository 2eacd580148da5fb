/** A request's turn before its attach call: now, or a wait in hand or on the queue until the limiter expects it. */

import { HOLD_MS } from '../admission/limiter.js'
import type { Disposition } from '../messaging/disposition.js'
import { ageMs } from '../messaging/received-message.js'
import type { Looked } from './publish.js'
import { waitInMemory } from './requeue.js'

/**
 * On the queue nobody sleeps through a wall that opens: not longer than a part of its expected wait, or of what it has
 * waited already; and it is back in hand before its turn.
 */
const LEAST_ON_QUEUE_MS = 6_000
const OF_WAIT = 1 / 4
/** What a process expects of its own share of a wall says nothing of the others', who may leave it the whole. */
const MOST_OF_WAIT_MS = 30_000
const OF_AGE = 1 / 8
const BEFORE_TURN = 0.6
const WHY = 'the limit of the CEN or the API is reached'

/** Undefined where the call may leave now. */
export function acquireSlot(looked: Looked): Disposition | undefined {
  const { attachment } = looked.request
  const { limiter, clock, durations } = looked.context
  const waitMs = limiter.admit(attachment, clock.now(), durations.typicalMs(attachment.cenId))
  return waitMs === 0 ? undefined : wait(waitMs, looked)
}

/**
 * What another process handed back mostly waits for the same line: its state is read when its turn is near. Then the milliseconds
 * until its turn; 0 where this process has it in hand already. Nothing is taken.
 */
export function joinQueue(looked: Looked): Disposition | number {
  const { attachment, idempotencyKey, notAfterMs } = looked.request
  const { limiter, clock, durations, holdMs } = looked.context
  const isKnown = looked.message.heldInMemory || durations.sinceMs(idempotencyKey, clock.now()) < Infinity
  if (isKnown || clock.now() >= notAfterMs) return 0
  const waitMs = limiter.joinQueue(attachment, clock.now(), durations.typicalMs(attachment.cenId))
  return waitMs <= holdMs ? waitMs : wait(waitMs, looked)
}

function wait(waitMs: number, looked: Looked): Disposition {
  const { message, context, untouched } = looked
  const nowMs = context.clock.now()
  const sleepMs = Math.max(
    LEAST_ON_QUEUE_MS,
    Math.min(waitMs * OF_WAIT, MOST_OF_WAIT_MS),
    ageMs(message, nowMs) * OF_AGE,
  )
  const onQueueMs = Math.max(HOLD_MS, Math.min(waitMs * BEFORE_TURN, sleepMs))
  // A wait in hand is exact; those on the queue are spread, so that a line does not come back in lockstep.
  if (waitMs <= HOLD_MS) return waitInMemory(waitMs, WHY, looked, { untouched })
  const leastMs = onQueueMs * (1 + context.random() / 5)
  const { attachment } = looked.request
  const isNext = context.limiter.isNext(attachment)
  // In hand it looks again soon: its turn may come sooner than was expected.
  const disposition = waitInMemory(isNext ? HOLD_MS : leastMs, WHY, looked, { untouched, isNext, leastMs })
  if (disposition.action === 'retry')
    context.limiter.scheduleReturn(attachment, nowMs + disposition.delaySeconds * 1_000)
  return disposition
}
