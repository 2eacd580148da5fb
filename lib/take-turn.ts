/** A request's turn before its attach call: now, or a wait in hand or on the queue until the limiter expects it. */
import { waitInHand } from './come-back.js'
import type { Disposition } from './disposition.js'
import type { Looked } from './finish.js'
import { IN_HAND_MS } from './limiter.js'
import { ageMs } from './received-message.js'

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
export function takeTurn(looked: Looked): Disposition | undefined {
  const { attachment } = looked.request
  const { limiter, clock, attachTimes } = looked.house
  const waitMs = limiter.admit(attachment, clock.now(), attachTimes.usualMs(attachment.cenId))
  return waitMs === 0 ? undefined : wait(waitMs, looked)
}

/**
 * What another process handed back mostly waits for the same line: its state is read when its turn is near. Then the milliseconds
 * until its turn; 0 where this process has it in hand already. Nothing is taken.
 */
export function lineUp(looked: Looked): Disposition | number {
  const { attachment, idempotencyKey, notAfterMs } = looked.request
  const { limiter, clock, attachTimes, inHandMs } = looked.house
  const isKnown = looked.message.heldInHand || attachTimes.sinceMs(idempotencyKey, clock.now()) < Infinity
  if (isKnown || clock.now() >= notAfterMs) return 0
  const waitMs = limiter.lineUp(attachment, clock.now(), attachTimes.usualMs(attachment.cenId))
  return waitMs <= inHandMs ? waitMs : wait(waitMs, looked)
}

function wait(waitMs: number, looked: Looked): Disposition {
  const { message, house, untouched } = looked
  const nowMs = house.clock.now()
  const sleepMs = Math.max(
    LEAST_ON_QUEUE_MS,
    Math.min(waitMs * OF_WAIT, MOST_OF_WAIT_MS),
    ageMs(message, nowMs) * OF_AGE,
  )
  const onQueueMs = Math.max(IN_HAND_MS, Math.min(waitMs * BEFORE_TURN, sleepMs))
  // A wait in hand is exact; those on the queue are spread, so that a line does not come back in lockstep.
  if (waitMs <= IN_HAND_MS) return waitInHand(waitMs, WHY, looked, { untouched })
  const leastMs = onQueueMs * (1 + house.random() / 5)
  const { attachment } = looked.request
  const isNext = house.limiter.isNext(attachment)
  // In hand it looks again soon: its turn may come sooner than was expected.
  const disposition = waitInHand(isNext ? IN_HAND_MS : leastMs, WHY, looked, { untouched, isNext, leastMs })
  if (disposition.action === 'retry') house.limiter.comesBack(attachment, nowMs + disposition.delaySeconds * 1_000)
  return disposition
}
