/** The flow of one message, from its body to its disposition: parse, policy, state, attach, decide, publish. */
import { SHOWS_AFTER_MS } from '../admission/accepted-writes.js'
import { isLimitRefusal } from '../admission/limiter.js'
import type { Attachment } from '../domain/attachment.js'
import { fullJitterMs, MAX_WAIT_MS } from '../domain/backoff.js'
import { type Failure, failureOf } from '../domain/failure.js'
import { describeFaults } from '../domain/request.js'
import { subjectOfUnreadable } from '../domain/result.js'
import { type Disposition, retryAfter } from '../messaging/disposition.js'
import { ageMs, deliveryId, isAsKnown, type ReceivedMessage, readRequest } from '../messaging/received-message.js'
import { idsOf, noteFailure } from '../telemetry/delivery-span.js'
import { acquireSlot, joinQueue } from './acquire-slot.js'
import { askPolicy } from './authorise.js'
import type { Context } from './context.js'
import { lookAhead } from './dry-run.js'
import { grantForOwner } from './grant.js'
import type { AttachmentState, CallLimits } from './ports.js'
import {
  dropResult,
  expired,
  finishAttached,
  finishFailed,
  finishPreflight,
  forbidden,
  type Looked,
  withinReceives,
} from './publish.js'
import { awaitProof, leastMs, settleFailure, stayAway, waitInMemory } from './requeue.js'

/** Time that an answer needs to be published and settled, in milliseconds; no call may eat into it. */
const SETTLE_MS = 2_000
/** Below this no call is begun. */
const LEAST_CALL_MS = 500
/** An accepted attach that does not show yet is looked for again after this at least, in milliseconds. */
const LEAST_LOOK_MS = 1_000
/** A reading before a turn waits so long at most for one that is made for others. */
const PATIENCE_MS = 1_000
const CRASH_BACKOFF = { firstMs: 5_000, capMs: 120_000 }

/**
 * Handles one message. `deadlineMs` (epoch) is when the host takes the time away. Never rejects: what was not foreseen
 * is logged and becomes a retry, so that the queue keeps the message.
 */
export async function handleMessage(
  message: ReceivedMessage,
  context: Context,
  deadlineMs = Infinity,
): Promise<Disposition> {
  message.delivery?.startPass()
  const untouched = isAsKnown(message, context.untouched)
  const unsent = isAsKnown(message, context.unsent)
  for (const known of [context.untouched, context.unsent]) known.delete(deliveryId(message))
  let disposition: Disposition
  try {
    disposition = await startPass(message, context, deadlineMs, { untouched, unsent })
  } catch (error) {
    context.log.error('message:crashed', {
      messageId: message.messageId,
      error: String((error as Error)?.message ?? error),
    })
    disposition = retryAfter(
      fullJitterMs(CRASH_BACKOFF, message.receiveCount, ageMs(message, context.clock.now()), context.random),
      'the worker failed',
    )
  }
  if (disposition.action === 'retry' && disposition.untouched) {
    context.untouched.add(deliveryId(message))
    if (unsent) context.unsent.add(deliveryId(message))
  }
  return disposition
}

async function startPass(
  message: ReceivedMessage,
  context: Context,
  deadlineMs: number,
  known: Pick<Looked, 'untouched' | 'unsent'>,
): Promise<Disposition> {
  const { untouched } = known
  const parsed = readRequest(message, context.ttlMs)
  message.delivery?.trace(parsed.trace)
  if (parsed.isResult) return dropResult(message, context)
  if (!parsed.ok) {
    const failure = failureOf({ code: 'RequestInvalid', message: describeFaults(parsed.faults) })
    const subject = subjectOfUnreadable(message.body, parsed.partial)
    message.delivery?.note(idsOf(subject))
    return finishFailed(message, subject, failure, 'invalid-request', context)
  }
  const request = withinReceives(parsed.request, message, context)
  message.delivery?.note(idsOf(request))
  const asked: Looked = { message, request, context, ...known }
  const limits: CallLimits = { deadlineMs: deadlineMs - SETTLE_MS, delivery: message.delivery }
  const consent = await askPolicy(asked, limits)
  if (consent.answer === 'unproven') return awaitProof(consent.failure, asked)
  if (consent.answer === 'refused') return refused(asked, consent.failure)
  const { looked } = consent
  // After the policy: what a sender may not ask for must not end under the id of what another sender may.
  if (untouched && context.clock.now() >= request.notAfterMs) return expired(looked)

  if (limits.deadlineMs - context.clock.now() < LEAST_CALL_MS) {
    return retryAfter(leastMs(message, context), 'no time is left for a call', { untouched })
  }
  if (request.dryRun) return lookAhead(looked, limits)
  if (untouched) return attach(looked, limits)
  const early = context.durations.isEarly(request.attachment.cenId, request.idempotencyKey, context.clock.now())
  if (early && context.clock.now() < request.notAfterMs) return awaitChange({ status: 'attaching' }, looked)
  const turn = joinQueue(looked)
  if (typeof turn !== 'number') return turn
  const neededByMs = context.clock.now() + Math.min(turn, PATIENCE_MS)
  return readState(looked, { ...limits, neededByMs }, (state) => continueFrom(state, looked, limits))
}

const refused = (looked: Looked, refusal: Failure): Promise<Disposition> =>
  looked.request.dryRun
    ? finishPreflight({ would: 'refuse', reasons: [refusal.message] }, { ...looked, refused: true })
    : forbidden(looked, refusal)

/** Reads the state and goes on with it; a failed reading is never the end of a request. */
async function readState(
  looked: Looked,
  limits: CallLimits,
  goOn: (state: AttachmentState) => Promise<Disposition>,
): Promise<Disposition> {
  const { request, context } = looked
  const waitMs = context.breaker.admit('read', request.attachment, context.clock.now())
  if (waitMs > 0) return stayAway(looked, waitMs)
  const answer = await context.attacher.readState(request.attachment, limits)
  context.breaker.observe('read', request.attachment, answer.ok ? undefined : answer.failure, context.clock.now())
  return answer.ok ? goOn(answer.value) : settleFailure(answer.failure, looked, 'read')
}

async function continueFrom(state: AttachmentState, looked: Looked, limits: CallLimits): Promise<Disposition> {
  const { request, context } = looked
  switch (state.status) {
    case 'attached':
      return finishAttached(state, looked)
    case 'attaching':
    case 'detaching':
      context.durations.attaching(request.attachment.cenId, request.idempotencyKey, context.clock.now())
      return awaitChange(state, looked)
    case 'absent':
      if (context.clock.now() >= request.notAfterMs) return expired(looked, state)
      // Nothing is under way: while it waits for its turn from here on, that need not be read again.
      return awaitSight(looked) ?? attach({ ...looked, untouched: true }, limits)
  }
}

/** Something is under way on the CEN: comes back when that has had its usual time. */
async function awaitChange(state: AttachmentState, looked: Looked): Promise<Disposition> {
  const { request, context } = looked
  const nowMs = context.clock.now()
  if (nowMs >= request.notAfterMs) return expired(looked, state)
  const { cenId } = request.attachment
  const nextReadMs = context.durations.nextReadMs(cenId, request.idempotencyKey, nowMs)
  // Whoever began it, it takes up the CEN until the next look at least.
  context.limiter.underWay(request.attachment, nowMs, context.durations.typicalMs(cenId), nextReadMs)
  return waitInMemory(nextReadMs, `the CEN says ${state.status}`, looked, { underWay: true })
}

/**
 * The API has accepted an attach and the CEN does not show it: the state is read again soon at first, then ever later, and
 * the attach is sent again only after the gap that `accepted` says. Undefined: now.
 */
function awaitSight(looked: Looked): Disposition | undefined {
  const { clock, accepted } = looked.context
  const { idempotencyKey: key } = looked.request
  const waitMs = accepted.waitMs(key, clock.now())
  if (waitMs === 0) return undefined
  const sinceMs = clock.now() - (accepted.of(key)?.lastMs ?? 0)
  const nextReadMs = Math.min(MAX_WAIT_MS, Math.max(LEAST_LOOK_MS, sinceMs / 2))
  return waitInMemory(Math.min(waitMs, nextReadMs), 'the CEN does not show an attach that was accepted', looked)
}

async function attach(looked: Looked, limits: CallLimits, granted = false): Promise<Disposition> {
  const { request, context, closed } = looked
  if (closed) return forbidden(looked, closed)
  const { attachment, idempotencyKey } = request
  const turn = acquireSlot(looked)
  if (turn) return turn
  const pausedMs = context.breaker.admit('attach', attachment, context.clock.now())
  if (pausedMs > 0) {
    context.limiter.ended(attachment, false, context.clock.now())
    return stayAway(looked, pausedMs)
  }
  const typicalMs = context.durations.typicalMs(attachment.cenId)
  const refused = (failure: Failure) => context.limiter.refused(attachment, failure, context.clock.now(), typicalMs)
  const answer = await context.attacher.attach(attachment, { ...limits, refused })
  const failure = answer.ok ? undefined : answer.failure
  context.breaker.observe('attach', attachment, failure, context.clock.now())
  noteFailure(looked.message, failure)
  if (failure === undefined) {
    context.durations.accepted(attachment.cenId, idempotencyKey, context.clock.now())
    const originMs = looked.unsent ? context.clock.now() : looked.message.sentAtMs
    context.accepted.add(idempotencyKey, originMs, context.clock.now())
    return awaitChange({ status: 'attaching' }, looked)
  }
  const { code, kind, message: said, apiRequestId } = failure
  const { requestId } = request
  context.log.info('attach:failed', { requestId, ...who(attachment), code, kind, message: said, apiRequestId })
  // The limiter knows when it is worth another try, and no attempt of this message has changed anything.
  if (isLimitRefusal(failure)) return acquireSlot(looked) ?? settleFailure(failure, looked, 'attach')
  if (kind === 'not-granted' && !granted)
    return (await grantForOwner(failure, looked, limits)) ?? attach(looked, limits, true)
  if (kind !== 'already-attached') return settleFailure(failure, looked, 'attach', { granted })
  return readState(looked, { ...limits, alone: true }, async (state) => {
    if (state.status !== 'absent') return continueFrom(state, looked, limits)
    // An attach that was sent before may not show yet; only then is it not simply attached elsewhere.
    const sinceMs = Math.min(
      ageMs(looked.message, context.clock.now()),
      context.durations.sinceMs(idempotencyKey, context.clock.now()),
    )
    const mayBeOurs = !looked.unsent && sinceMs < SHOWS_AFTER_MS
    return mayBeOurs
      ? waitInMemory(SHOWS_AFTER_MS - sinceMs, 'it may not show yet', looked)
      : settleFailure(failure, looked, 'attach')
  })
}

const who = ({ cenId, childInstanceId }: Attachment) => ({ cenId, childInstanceId })
