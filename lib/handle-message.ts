/** The flow of one message, from its body to its disposition: parse, policy, state, attach, decide, publish. */
import { SHOWS_AFTER_MS } from './accepted-attaches.js'
import type { Attachment } from './attachment.js'
import { describeFaults } from './attachment-request.js'
import { subjectOfUnreadable } from './attachment-result.js'
import { fullJitterMs, MAX_WAIT_MS } from './backoff.js'
import { awaitProof, leastMs, settleFailure, stayAway, waitInHand } from './come-back.js'
import { askPolicy } from './consent.js'
import { type Disposition, retryAfter } from './disposition.js'
import { type Failure, failureOf } from './failure.js'
import {
  dropResult,
  expired,
  finishAttached,
  finishFailed,
  finishPreflight,
  forbidden,
  type Looked,
  withinReceives,
} from './finish.js'
import { grantForOwner } from './grant-for-owner.js'
import type { House } from './house.js'
import { isWall } from './limiter.js'
import type { AttachmentState, CallLimits } from './ports.js'
import { lookAhead } from './preflight.js'
import { idsOf, noteFailure } from './receipt.js'
import { ageMs, isAsKnown, type ReceivedMessage, receiptId } from './received-message.js'
import { requestOf } from './request-of.js'
import { lineUp, takeTurn } from './take-turn.js'

/** Time that an answer needs to be published and settled, in milliseconds; no call may eat into it. */
const SETTLE_MS = 2_000
/** Below this no call is begun. */
const LEAST_CALL_MS = 500
/** An accepted attach that does not show yet is looked for again after this at least, in milliseconds. */
const LEAST_LOOK_MS = 1_000
/** A reading before a turn waits so long at most for one that is made for others. */
const PATIENCE_MS = 1_000
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
  message.receipt?.look()
  const untouched = isAsKnown(message, house.untouched)
  const unsent = isAsKnown(message, house.unsent)
  for (const known of [house.untouched, house.unsent]) known.delete(receiptId(message))
  let disposition: Disposition
  try {
    disposition = await look(message, house, deadlineMs, { untouched, unsent })
  } catch (error) {
    house.log.error('message:crashed', {
      messageId: message.messageId,
      error: String((error as Error)?.message ?? error),
    })
    disposition = retryAfter(
      fullJitterMs(CRASH_LADDER, message.receiveCount, ageMs(message, house.clock.now()), house.random),
      'the worker failed',
    )
  }
  if (disposition.action === 'retry' && disposition.untouched) {
    house.untouched.add(receiptId(message))
    if (unsent) house.unsent.add(receiptId(message))
  }
  return disposition
}

async function look(
  message: ReceivedMessage,
  house: House,
  deadlineMs: number,
  known: Pick<Looked, 'untouched' | 'unsent'>,
): Promise<Disposition> {
  const { untouched } = known
  const parsed = requestOf(message, house.ttlMs)
  message.receipt?.trace(parsed.trace)
  if (parsed.isResult) return dropResult(message, house)
  if (!parsed.ok) {
    const failure = failureOf({ code: 'RequestInvalid', message: describeFaults(parsed.faults) })
    const subject = subjectOfUnreadable(message.body, parsed.partial)
    message.receipt?.note(idsOf(subject))
    return finishFailed(message, subject, failure, 'invalid-request', house)
  }
  const request = withinReceives(parsed.request, message, house)
  message.receipt?.note(idsOf(request))
  const asked: Looked = { message, request, house, ...known }
  const limits: CallLimits = { deadlineMs: deadlineMs - SETTLE_MS, receipt: message.receipt }
  const consent = await askPolicy(asked, limits)
  if (consent.answer === 'unproven') return awaitProof(consent.failure, asked)
  if (consent.answer === 'refused') return refused(asked, consent.failure)
  const { looked } = consent
  // After the policy: what a sender may not ask for must not end under the id of what another sender may.
  if (untouched && house.clock.now() >= request.notAfterMs) return expired(looked)

  if (limits.deadlineMs - house.clock.now() < LEAST_CALL_MS) {
    return retryAfter(leastMs(message, house), 'no time is left for a call', { untouched })
  }
  if (request.dryRun) return lookAhead(looked, limits)
  if (untouched) return attach(looked, limits)
  const early = house.attachTimes.isEarly(request.attachment.cenId, request.idempotencyKey, house.clock.now())
  if (early && house.clock.now() < request.notAfterMs) return awaitChange({ status: 'attaching' }, looked)
  const turn = lineUp(looked)
  if (typeof turn !== 'number') return turn
  const neededByMs = house.clock.now() + Math.min(turn, PATIENCE_MS)
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
  const { request, house } = looked
  const waitMs = house.intake.admit('read', request.attachment, house.clock.now())
  if (waitMs > 0) return stayAway(looked, waitMs)
  const answer = await house.attacher.readState(request.attachment, limits)
  house.intake.observe('read', request.attachment, answer.ok ? undefined : answer.failure, house.clock.now())
  return answer.ok ? goOn(answer.value) : settleFailure(answer.failure, looked, 'read')
}

async function continueFrom(state: AttachmentState, looked: Looked, limits: CallLimits): Promise<Disposition> {
  const { request, house } = looked
  switch (state.status) {
    case 'attached':
      return finishAttached(state, looked)
    case 'attaching':
    case 'detaching':
      house.attachTimes.attaching(request.attachment.cenId, request.idempotencyKey, house.clock.now())
      return awaitChange(state, looked)
    case 'absent':
      if (house.clock.now() >= request.notAfterMs) return expired(looked, state)
      // Nothing is under way: while it waits for its turn from here on, that need not be read again.
      return awaitSight(looked) ?? attach({ ...looked, untouched: true }, limits)
  }
}

/** Something is under way on the CEN: comes back when that has had its usual time. */
async function awaitChange(state: AttachmentState, looked: Looked): Promise<Disposition> {
  const { request, house } = looked
  const nowMs = house.clock.now()
  if (nowMs >= request.notAfterMs) return expired(looked, state)
  const { cenId } = request.attachment
  const lookMs = house.attachTimes.nextLookMs(cenId, request.idempotencyKey, nowMs)
  // Whoever began it, it takes up the CEN until the next look at least.
  house.limiter.underWay(request.attachment, nowMs, house.attachTimes.usualMs(cenId), lookMs)
  return waitInHand(lookMs, `the CEN says ${state.status}`, looked, { underWay: true })
}

/**
 * The API has accepted an attach and the CEN does not show it: the state is read again soon at first, then ever later, and
 * the attach is sent again only after the gap that `accepted` says. Undefined: now.
 */
function awaitSight(looked: Looked): Disposition | undefined {
  const { clock, accepted } = looked.house
  const { idempotencyKey: key } = looked.request
  const waitMs = accepted.waitMs(key, clock.now())
  if (waitMs === 0) return undefined
  const sinceMs = clock.now() - (accepted.of(key)?.lastMs ?? 0)
  const lookMs = Math.min(MAX_WAIT_MS, Math.max(LEAST_LOOK_MS, sinceMs / 2))
  return waitInHand(Math.min(waitMs, lookMs), 'the CEN does not show an attach that was accepted', looked)
}

async function attach(looked: Looked, limits: CallLimits, granted = false): Promise<Disposition> {
  const { request, house, closed } = looked
  if (closed) return forbidden(looked, closed)
  const { attachment, idempotencyKey } = request
  const turn = takeTurn(looked)
  if (turn) return turn
  const pausedMs = house.intake.admit('attach', attachment, house.clock.now())
  if (pausedMs > 0) {
    house.limiter.ended(attachment, false, house.clock.now())
    return stayAway(looked, pausedMs)
  }
  const usualMs = house.attachTimes.usualMs(attachment.cenId)
  const refused = (failure: Failure) => house.limiter.refused(attachment, failure, house.clock.now(), usualMs)
  const answer = await house.attacher.attach(attachment, { ...limits, refused })
  const failure = answer.ok ? undefined : answer.failure
  house.intake.observe('attach', attachment, failure, house.clock.now())
  noteFailure(looked.message, failure)
  if (failure === undefined) {
    house.attachTimes.accepted(attachment.cenId, idempotencyKey, house.clock.now())
    const originMs = looked.unsent ? house.clock.now() : looked.message.sentAtMs
    house.accepted.add(idempotencyKey, originMs, house.clock.now())
    return awaitChange({ status: 'attaching' }, looked)
  }
  const { code, kind, message: said, apiRequestId } = failure
  const { requestId } = request
  house.log.info('attach:failed', { requestId, ...who(attachment), code, kind, message: said, apiRequestId })
  // The limiter knows when it is worth another try, and no attempt of this message has changed anything.
  if (isWall(failure)) return takeTurn(looked) ?? settleFailure(failure, looked, 'attach')
  if (kind === 'not-granted' && !granted)
    return (await grantForOwner(failure, looked, limits)) ?? attach(looked, limits, true)
  if (kind !== 'already-attached') return settleFailure(failure, looked, 'attach', { granted })
  return readState(looked, { ...limits, alone: true }, async (state) => {
    if (state.status !== 'absent') return continueFrom(state, looked, limits)
    // An attach that was sent before may not show yet; only then is it not simply attached elsewhere.
    const sinceMs = Math.min(
      ageMs(looked.message, house.clock.now()),
      house.attachTimes.sinceMs(idempotencyKey, house.clock.now()),
    )
    const mayBeOurs = !looked.unsent && sinceMs < SHOWS_AFTER_MS
    return mayBeOurs
      ? waitInHand(SHOWS_AFTER_MS - sinceMs, 'it may not show yet', looked)
      : settleFailure(failure, looked, 'attach')
  })
}

const who = ({ cenId, childInstanceId }: Attachment) => ({ cenId, childInstanceId })
