/** One pass of a message: parse, authorise, reconcile, and return its disposition. */
import type { RequestAction } from '../domain/attachment.js'
import { BACKOFF, fullJitterMs } from '../domain/backoff.js'
import { MINUTE_MS } from '../domain/clock.js'
import { type Failure, failureOf } from '../domain/failure.js'
import { type AttachmentRequest, describeFaults } from '../domain/messages/request.js'
import { type ResultSubject, subjectOfUnreadable } from '../domain/messages/result.js'
import { idsOf } from '../messaging/delivery-span.js'
import { type Disposition, retryAfter } from '../messaging/disposition.js'
import { ageMs, type ReceivedMessage } from '../messaging/received-message.js'
import { type Authorisation, authorise } from './authorise.js'
import type { Context } from './context.js'
import { expire, FIRST_WRITE, isGraceOver, MOST_DELIVERIES } from './decision/decide.js'
import type { Desired, Knowledge, Setback, Situation } from './decision/situation.js'
import { type CallLimits, LEAST_CALL_MS } from './driver.js'
import { dropResult, publishFailed } from './publish.js'
import { reconcile } from './reconcile.js'

/** Time reserved to publish and settle, in milliseconds; no call may use it. */
const SETTLE_MS = 2_000

/** Handles one message. `deadlineMs` (epoch) is when the host stops the work. Never rejects. */
export async function handleMessage(
  message: ReceivedMessage,
  context: Context,
  deadlineMs = Infinity,
): Promise<Disposition> {
  message.delivery?.startPass()
  try {
    const disposition = await handle(message, context, deadlineMs)
    if (disposition.action !== 'retry') context.knowledge.forget(message)
    return disposition
  } catch (error) {
    return afterCrash(message, messageOf(error), context)
  }
}

const messageOf = (error: unknown): string => String((error as Error)?.message ?? error)

/**
 * An unexpected error is logged and becomes a retry, so that the queue keeps the message. An error that stays ends the request
 * when an unknown state would: the queue's own redrive policy reports no outcome.
 */
async function afterCrash(message: ReceivedMessage, text: string, context: Context): Promise<Disposition> {
  const { clock, log, random } = context
  const { messageId, receiveCount } = message
  log.error('message:crashed', { messageId, error: text })
  const end = { message, request: subjectAfterCrash(message, context) }
  try {
    if (isGraceOver(end, clock.now())) {
      const { failure, reason } = expire(end, `the worker failed: ${text}`)
      return await publishFailed(message, end.request, failure, reason, context)
    }
  } catch (error) {
    log.error('message:crashed', { messageId, error: messageOf(error) })
  }
  return retryAfter(fullJitterMs(BACKOFF.crash, receiveCount, ageMs(message, clock.now()), random), 'the worker failed')
}

/** A body whose reading crashes has no `notAfter`, so its deliveries alone end it. */
function subjectAfterCrash(message: ReceivedMessage, { requests }: Context): ResultSubject & { notAfterMs: number } {
  try {
    const parsed = requests.read(message)
    if (parsed.ok) return parsed.request
  } catch {
    // What crashed may be the reading.
  }
  return { ...subjectOfUnreadable(message.body, {}), notAfterMs: Infinity }
}

async function handle(message: ReceivedMessage, context: Context, deadlineMs: number): Promise<Disposition> {
  const { clock } = context
  const known = context.knowledge.take(message, clock.now())
  const parsed = context.requests.read(message)
  message.delivery?.trace(parsed.trace)
  if (parsed.isResult) return dropResult(message, context)
  if (!parsed.ok) {
    const failure = failureOf({ code: 'RequestInvalid', message: describeFaults(parsed.faults) })
    const subject = subjectOfUnreadable(message.body, parsed.partial)
    message.delivery?.note(idsOf(subject))
    return publishFailed(message, subject, failure, 'invalid-request', context)
  }
  const request = withinDeliveries(parsed.request, message, clock.now())
  message.delivery?.note(idsOf(request))
  const limits: CallLimits = { deadlineMs: deadlineMs - SETTLE_MS, delivery: message.delivery }
  const authorised = await authorise(message, request, context, limits)
  const situation = open(authorised, request, parsed.detachKey, known, context)
  const setback = setbackBefore(authorised.unproven, limits.deadlineMs - clock.now())
  return reconcile(setback ? { ...situation, setback } : situation, context, limits)
}

function setbackBefore(unproven: Failure | undefined, leftMs: number): Setback | undefined {
  if (unproven) return { from: 'proof', failure: unproven, waitMs: unproven.retryAfterMs }
  return leftMs < LEAST_CALL_MS ? { from: 'host' } : undefined
}

/** Another process may have ended a detach this long after a write of this one, in milliseconds. */
const LONGEST_DETACH_MS = 15 * MINUTE_MS

const DESIRED: Readonly<Record<RequestAction, Desired>> = { attach: 'attached', detach: 'detached' }

/** The situation at the start of a pass. A dry run always reads the state. */
function open(
  { message, permission }: Authorisation,
  request: AttachmentRequest,
  detachKey: string | undefined,
  known: Knowledge,
  { accepted, clock, drivers, durations, random }: Context,
): Situation {
  const desired = DESIRED[request.action]
  const isPending = known.is === 'unknown' && durations.isEarly(request.idempotencyKey, clock.now())
  const knowledge: Knowledge = request.dryRun
    ? { is: 'unknown' }
    : isPending
      ? { is: 'pending', write: FIRST_WRITE[desired] }
      : known
  const mayMeetDetach = detachKey !== undefined && desired === 'attached' && !request.dryRun
  const isDetachUnderWay = mayMeetDetach && accepted.sinceMs(detachKey, clock.now()) < LONGEST_DETACH_MS
  return {
    message,
    request,
    desired,
    driver: drivers.known(request.attachment),
    knowledge,
    isDetachUnderWay,
    permission,
    grant: request.attachment.childInstanceOwnerId === undefined ? 'impossible' : 'possible',
    draw: random(),
  }
}

/** After too many deliveries the request is late: it ends before the queue's own redrive policy would dead-letter it silently. */
const withinDeliveries = (
  request: AttachmentRequest,
  { receiveCount }: ReceivedMessage,
  nowMs: number,
): AttachmentRequest =>
  receiveCount < MOST_DELIVERIES ? request : { ...request, notAfterMs: Math.min(request.notAfterMs, nowMs) }
