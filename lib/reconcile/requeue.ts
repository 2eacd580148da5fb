/** How a request that is not over comes back: after a failure, a pause, or a wait for its turn. */

import type { CallKind } from '../admission/circuit-breaker.js'
import { fullJitterMs, minDelayMs } from '../domain/backoff.js'
import type { Failure } from '../domain/failure.js'
import type { AttachmentRequest } from '../domain/request.js'
import { type Disposition, type RetryFacts, retryAfter } from '../messaging/disposition.js'
import { ageMs, type ReceivedMessage } from '../messaging/received-message.js'
import { noteFailure } from '../telemetry/delivery-span.js'
import type { Context } from './context.js'
import { expired, finishFailed, type Looked, publishParked } from './publish.js'
import { decide } from './retry-policy.js'

/** How long after `notAfter` an unreadable state is still asked for, in milliseconds: what is attached must not end as expired. */
const GRACE_MS = 15 * 60_000
const GRACE_LOOK_MS = 60_000

/** Longer than a worker keeps any message in memory. */
const PROOF_QUEUE_MS = 6_000
const PROOF_LADDER = { firstMs: 4_000, capMs: 240_000 }

/** Looks that a grant may take to show after it was made; only then is somebody told that it is missing. */
const LOOKS_UNTIL_GRANTED = 6

/** Decides what becomes of a request one of whose calls failed. `granted`: the grant that is said to be missing was just made. */
export async function settleFailure(
  failure: Failure,
  looked: Looked,
  call: CallKind,
  { granted = false } = {},
): Promise<Disposition> {
  const { message, request, context } = looked
  const nowMs = context.clock.now()
  noteFailure(message, failure)
  const decided = decide(failure, progressOf(message, nowMs), context.random)
  // A read that is refused says nothing about the attachment: it is asked for again, like one that got no answer.
  const refusedRead = call === 'read' && decided.action === 'fail'
  const decision = refusedRead
    ? decide({ ...failure, kind: 'unavailable', code: '' }, progressOf(message, nowMs), context.random)
    : decided
  if (decision.action === 'fail') return finishFailed(message, request, failure, decision.reason, context)
  if (decision.action === 'pause')
    return stayAway(looked, (context.breaker.status().probeAtMs ?? nowMs) - nowMs, failure)
  if (nowMs >= request.notAfterMs) {
    const unknownState = call === 'read' || failure.kind === 'unavailable'
    if (!unknownState || nowMs >= request.notAfterMs + GRACE_MS) return expired(looked, undefined, failure)
    return retryAfter(Math.min(decision.delayMs, GRACE_LOOK_MS), failure.code)
  }
  const untold = granted && message.receiveCount <= LOOKS_UNTIL_GRANTED
  if (decision.action === 'park' && !untold) await publishParked(looked, failure)
  return retryAfter(untilExpiry(request, context, decision.delayMs), failure.code)
}

/**
 * A proof of the sender is on its way. The message waits in memory if the proof is expected at once and there is room, else
 * on the queue: no slot is held, so that requests which need no proof are not delayed.
 */
export async function awaitProof(failure: Failure, looked: Looked): Promise<Disposition> {
  const { message, request, context, untouched } = looked
  const nowMs = context.clock.now()
  noteFailure(message, failure)
  if (nowMs >= request.notAfterMs) return expired({ ...looked, refused: true }, undefined, failure)
  const drawnMs = fullJitterMs(PROOF_LADDER, message.receiveCount, ageMs(message, nowMs), context.random)
  const onQueueMs = untilExpiry(request, context, PROOF_QUEUE_MS + drawnMs)
  const delayMs = untilExpiry(request, context, failure.retryAfterMs ?? onQueueMs)
  return retryAfter(delayMs, failure.code, { untouched, isNext: true, leastMs: onQueueMs })
}

/** While the intake is paused messages come back spread out, so that they do not all arrive with the probe. */
export async function stayAway(looked: Looked, waitMs: number, failure?: Failure): Promise<Disposition> {
  const { message, request, context } = looked
  if (context.clock.now() >= request.notAfterMs + GRACE_MS) return expired(looked, undefined, failure)
  const delayMs = Math.max(waitMs, context.pausedDelayMs, leastMs(message, context)) * (1 + context.random() / 4)
  return retryAfter(untilExpiry(request, context, delayMs), 'the intake is paused')
}

/** A wait that a worker may spend in hand, to the millisecond; on the queue it is never shorter than the request's age allows. */
export function waitInMemory(
  delayMs: number,
  why: string,
  { message, request, context }: Looked,
  facts: RetryFacts = {},
): Disposition {
  // These waits end by themselves, so only their number has to stay small: by tries alone it is below 400 in 72 hours.
  const onQueueMs = untilExpiry(request, context, Math.max(facts.leastMs ?? 0, minDelayMs(0, message.receiveCount)))
  return retryAfter(untilExpiry(request, context, delayMs), why, { ...facts, leastMs: onQueueMs })
}

/** The shortest wait that keeps the request within its receives. */
export const leastMs = (message: ReceivedMessage, context: Context): number =>
  minDelayMs(ageMs(message, context.clock.now()), message.receiveCount)

const progressOf = (message: ReceivedMessage, nowMs: number) => ({
  tries: message.receiveCount,
  ageMs: ageMs(message, nowMs),
})

/** No wait passes `notAfter`: the message comes back just then, is looked at once more and ends. */
function untilExpiry(request: AttachmentRequest, context: Context, delayMs: number): number {
  const leftMs = request.notAfterMs - context.clock.now()
  return leftMs <= 0 ? delayMs : Math.min(delayMs, Math.max(1_000, leftMs))
}
