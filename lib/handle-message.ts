/** The flow of one message, from its body to its disposition: parse, policy, state, attach, decide, publish. */
import type { Attachment } from './attachment.js'
import { type AttachmentRequest, parseRequest } from './attachment-request.js'
import { subjectOfUnreadable } from './attachment-result.js'
import { fullJitterMs } from './backoff.js'
import { type Disposition, retryAfter } from './disposition.js'
import { type Failure, failureOf } from './failure.js'
import { expired, finishAttached, finishFailed, type Looked, publishParked } from './finish.js'
import type { House } from './house.js'
import type { AttachmentState, CallLimits } from './ports.js'
import { ageMs, type ReceivedMessage, wasSeenBefore } from './received-message.js'
import { decide } from './retry-policy.js'

/** Time that an answer needs to be published and settled, in milliseconds; no call may eat into it. */
const SETTLE_MS = 2_000
/** Below this no call is begun. */
const LEAST_CALL_MS = 500
/** How long after `notAfter` an unreadable state is still asked for, in milliseconds: what is attached must not end as expired. */
const GRACE_MS = 15 * 60_000
const GRACE_LOOK_MS = 60_000
const CRASH_LADDER = { firstMs: 5_000, capMs: 120_000 }

/**
 * Handles one message. `deadlineMs` (epoch) is when the host takes the time away. Never rejects: what was not foreseen
 * is logged and becomes a retry, so that the queue keeps the message.
 */
export async function handleMessage(
  message: ReceivedMessage,
  house: House,
  deadlineMs = Infinity,
): Promise<Disposition> {
  const startedMs = house.clock.now()
  let disposition: Disposition
  try {
    disposition = await look(message, house, deadlineMs)
  } catch (error) {
    house.log.error('message:crashed', {
      messageId: message.messageId,
      error: String((error as Error)?.message ?? error),
    })
    disposition = retryAfter(
      fullJitterMs(CRASH_LADDER, message.receiveCount, ageMs(message, startedMs), house.random),
      'the worker failed',
    )
  }
  house.log.debug('message:handled', {
    messageId: message.messageId,
    receiveCount: message.receiveCount,
    ...disposition,
    tookMs: house.clock.now() - startedMs,
  })
  return disposition
}

async function look(message: ReceivedMessage, house: House, deadlineMs: number): Promise<Disposition> {
  const parsed = parseRequest(message.body, { sentAtMs: message.sentAtMs, ttlMs: house.ttlMs })
  if (!parsed.ok) {
    const faults = parsed.faults.map(({ path, message: fault }) => `${path}: ${fault}`).join('; ')
    const subject = subjectOfUnreadable(message.body, parsed.partial)
    return finishFailed(
      message,
      subject,
      failureOf({ code: 'RequestInvalid', message: faults }),
      'invalid-request',
      house,
    )
  }
  const { request } = parsed
  const looked: Looked = { message, request, house }
  const seen = wasSeenBefore(message)
  if (!seen && house.clock.now() >= request.notAfterMs) return expired(looked)
  const refusal = house.policy.refuse(request, message)
  if (refusal) return finishFailed(message, request, refusal, 'forbidden', house)

  const waitMs = house.intake.admit(house.clock.now())
  if (waitMs > 0) return stayAway(looked, waitMs)
  const limits: CallLimits = { deadlineMs: deadlineMs - SETTLE_MS }
  if (limits.deadlineMs - house.clock.now() < LEAST_CALL_MS) return retryAfter(0, 'no time is left for a call')
  if (!seen) return attach(looked, limits)
  return readState(looked, limits, (state) => continueFrom(state, looked, limits))
}

/** Reads the state and goes on with it; a failed reading is decided like any failed call. */
async function readState(
  looked: Looked,
  limits: CallLimits,
  goOn: (state: AttachmentState) => Promise<Disposition>,
): Promise<Disposition> {
  const { request, house } = looked
  const answer = await house.attacher.readState(request.attachment, limits)
  house.intake.observe('read', request.attachment, answer.ok ? undefined : answer.failure, house.clock.now())
  return answer.ok ? goOn(answer.value) : settleFailure(answer.failure, looked, true)
}

async function continueFrom(state: AttachmentState, looked: Looked, limits: CallLimits): Promise<Disposition> {
  const { request, house } = looked
  switch (state.status) {
    case 'attached':
      return finishAttached(state, looked)
    case 'attaching':
    case 'detaching':
      return awaitChange(state, looked)
    case 'absent':
      if (house.clock.now() >= request.notAfterMs) return expired(looked, state)
      return attach(looked, limits)
  }
}

/** Something is under way on the CEN: comes back when that has had its usual time. */
async function awaitChange(state: AttachmentState, looked: Looked): Promise<Disposition> {
  const { message, request, house } = looked
  const nowMs = house.clock.now()
  if (nowMs >= request.notAfterMs) return expired(looked, state)
  const { cenId } = request.attachment
  const known = house.attachTimes.nextLookMs(cenId, request.idempotencyKey, nowMs)
  const delayMs = Math.max(known, ageMs(message, nowMs) / 40)
  return retryAfter(untilExpiry(request, house, delayMs), `the CEN says ${state.status}`)
}

async function attach(looked: Looked, limits: CallLimits): Promise<Disposition> {
  const { message, request, house } = looked
  const { attachment } = request
  const nowMs = house.clock.now()
  const usualMs = house.attachTimes.usualMs(attachment.cenId)
  const waitMs = house.limiter.admit(attachment, nowMs, usualMs)
  if (waitMs > 0) {
    const delayMs = Math.max(waitMs, ageMs(message, nowMs) / 40)
    return retryAfter(
      untilExpiry(request, house, delayMs),
      'the limit of the CEN or the API is reached',
      !wasSeenBefore(message),
    )
  }
  const answer = await house.attacher.attach(attachment, limits)
  const failure = answer.ok ? undefined : answer.failure
  house.limiter.answered(attachment, failure, house.clock.now())
  house.intake.observe('attach', attachment, failure, house.clock.now())
  if (failure === undefined) {
    house.attachTimes.accepted(attachment.cenId, request.idempotencyKey, house.clock.now())
    return awaitChange({ status: 'attaching' }, looked)
  }
  house.log.info('attach:failed', { ...who(request.attachment), code: failure.code, kind: failure.kind })
  if (failure.kind !== 'already-attached') return settleFailure(failure, looked, failure.kind === 'unavailable')
  return readState(looked, limits, async (state) =>
    state.status === 'absent' ? settleFailure(failure, looked, false) : continueFrom(state, looked, limits),
  )
}

/** `unknownState`: the failure leaves open whether it is attached. */
async function settleFailure(failure: Failure, looked: Looked, unknownState: boolean): Promise<Disposition> {
  const { message, request, house } = looked
  const nowMs = house.clock.now()
  const decision = decide(failure, progressOf(message, nowMs), house.random)
  if (decision.action === 'fail') return finishFailed(message, request, failure, decision.reason, house)
  if (decision.action === 'pause') return stayAway(looked, (house.intake.status().probeAtMs ?? nowMs) - nowMs, failure)
  if (nowMs >= request.notAfterMs) {
    if (!unknownState || nowMs >= request.notAfterMs + GRACE_MS) return expired(looked, undefined, failure)
    return retryAfter(Math.min(decision.delayMs, GRACE_LOOK_MS), failure.code)
  }
  if (decision.action === 'park') await publishParked(looked, failure)
  return retryAfter(untilExpiry(request, house, decision.delayMs), failure.code)
}

/** While the intake is paused messages come back spread out, so that they do not all arrive with the probe. */
async function stayAway(looked: Looked, waitMs: number, failure?: Failure): Promise<Disposition> {
  const { request, house } = looked
  if (house.clock.now() >= request.notAfterMs + GRACE_MS) return expired(looked, undefined, failure)
  const delayMs = Math.max(waitMs, house.pausedDelayMs) * (1 + house.random() / 4)
  return retryAfter(untilExpiry(request, house, delayMs), 'the intake is paused')
}

const progressOf = (message: ReceivedMessage, nowMs: number) => ({
  tries: message.receiveCount,
  ageMs: ageMs(message, nowMs),
})

/** No wait passes `notAfter`: the message comes back just then, is looked at once more and ends. */
function untilExpiry(request: AttachmentRequest, house: House, delayMs: number): number {
  const leftMs = request.notAfterMs - house.clock.now()
  return leftMs <= 0 ? delayMs : Math.min(delayMs, Math.max(1_000, leftMs))
}

const who = ({ cenId, childInstanceId }: Attachment) => ({ cenId, childInstanceId })
