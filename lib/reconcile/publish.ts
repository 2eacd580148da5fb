/** How a request ends or parks: its result is published, and only then does its message get its disposition. */

import { fullJitterMs } from '../domain/backoff.js'
import type { DeadLetterReason } from '../domain/error-codes.js'
import { type Failure, failureOf } from '../domain/failure.js'
import { describeGrant, grantCall } from '../domain/grant-call.js'
import type { AttachmentRequest } from '../domain/request.js'
import {
  type Outcome,
  type ResultFacts,
  type ResultSubject,
  resultId,
  toResult,
  type Verdict,
} from '../domain/result.js'
import { type Disposition, retryAfter } from '../messaging/disposition.js'
import { ageMs, type ReceivedMessage } from '../messaging/received-message.js'
import { noteFailure } from '../telemetry/delivery-span.js'
import type { Context } from './context.js'
import type { AttachmentState } from './ports.js'

/** One look at one request. */
export interface Looked {
  readonly message: ReceivedMessage
  readonly request: AttachmentRequest
  readonly context: Context
  /** Why nothing may be changed for it at this time, where the policy says so; its state may be read. */
  readonly closed?: Failure
  /** True where nothing that an earlier look did can be under way. */
  readonly untouched: boolean
  /** True where no attach was ever sent for it. */
  readonly unsent: boolean
  /** True if the policy gave no consent: what it ends as must not pass for the result of a sender who may ask. */
  readonly refused?: boolean
}

/** No request needs more than 500 receives; the queue's own redrive acts after 1,000. */
export const MOST_RECEIVES = 800

/** A queue that cannot be told to wait hands a message out too often; it ends before the queue's own redrive takes it in silence. */
export const withinReceives = (
  request: AttachmentRequest,
  { receiveCount }: ReceivedMessage,
  { clock }: Context,
): AttachmentRequest =>
  receiveCount < MOST_RECEIVES ? request : { ...request, notAfterMs: Math.min(request.notAfterMs, clock.now()) }

const MINUTE_MS = 60_000
/** Outcomes that somebody has to do something about. */
const NEEDS_EYES: ReadonlySet<Outcome> = new Set(['failed', 'grant-required'])
/** Stands for the account that owns the CEN while STS does not say which it is. */
const OWNER_OF_CEN = 'ACCOUNT_THAT_OWNS_THE_CEN'
const RETURNED =
  'a result topic is subscribed to the request queue; its results are dropped. Take the subscription away'
const PUBLISH_BACKOFF = { firstMs: 2_000, capMs: 60_000 }

/** The CEN says Attached. */
export async function finishAttached(state: AttachmentState, looked: Looked): Promise<Disposition> {
  const { message, request, context } = looked
  const nowMs = context.clock.now()
  context.limiter.ended(request.attachment, true, nowMs)
  context.durations.attached(request.attachment.cenId, request.idempotencyKey, nowMs)
  context.accepted.forget(request.idempotencyKey)
  // The API cuts the time to the minute: only an earlier minute is surely before the request.
  const adopted = state.attachedAtMs !== undefined && state.attachedAtMs + MINUTE_MS <= message.sentAtMs
  const published = await publish(message, request, { outcome: 'attached', adopted }, context)
  return published ?? { action: 'complete' }
}

/** It will not happen. The result goes first, then the dead letter that names it. */
export async function finishFailed(
  message: ReceivedMessage,
  subject: ResultSubject | AttachmentRequest,
  failure: Failure,
  reason: DeadLetterReason,
  context: Context,
  { refused = false }: Pick<Looked, 'refused'> = {},
): Promise<Disposition> {
  const published = await publish(message, subject, { outcome: 'failed', failure, refused }, context)
  const { senderId } = message
  const id = resultId(subject, 'failed', message.redriveCount, refused ? message : undefined)
  const facts = { reason, failure, requestId: subject.requestId, resultId: id }
  return published ?? { action: 'dead-letter', ...facts, ...(refused && senderId !== undefined && { senderId }) }
}

/**
 * A result came back as a message: some result topic is subscribed to the request queue. Each would be answered by a result of
 * its own, so it is dropped; the log says so once a process and queue.
 */
export function dropResult({ messageId, queueArn }: ReceivedMessage, context: Context): Disposition {
  const told = `results on ${queueArn}`
  if (!context.parked.has(told)) {
    context.parked.add(told)
    context.log.error('result:returned', { messageId, queueArn, message: RETURNED })
  }
  return { action: 'complete' }
}

/** The policy does not let it happen; the log says who asked. */
export function forbidden(looked: Looked, refusal: Failure): Promise<Disposition> {
  const { message, request, context } = looked
  const { senderId, queueArn } = message
  const { requestId, attachment } = request
  context.limiter.ended(attachment, false, context.clock.now())
  context.durations.forget(request.idempotencyKey)
  context.accepted.forget(request.idempotencyKey)
  context.log.warn('request:forbidden', { requestId, senderId, queueArn, ...attachment, message: refusal.message })
  return finishFailed(message, request, refusal, 'forbidden', context, { refused: true })
}

/** `notAfter` has passed; says what was last seen. A dry run is answered as one. */
export function expired(looked: Looked, state?: AttachmentState, last?: Failure): Promise<Disposition> {
  const { message, request, context } = looked
  context.limiter.ended(request.attachment, false, context.clock.now())
  context.durations.forget(request.idempotencyKey)
  const spent = message.receiveCount >= MOST_RECEIVES
  const until = spent
    ? `the queue has handed it out ${message.receiveCount} times`
    : `notAfter (${new Date(request.notAfterMs).toISOString()}) has passed`
  const seen = state
    ? `; the CEN last said: ${state.status}`
    : last
      ? `; last failure: ${last.code}: ${last.message}`
      : ''
  const accepted = context.accepted.of(request.idempotencyKey)
  context.accepted.forget(request.idempotencyKey)
  if (accepted && state?.status === 'absent' && !request.dryRun) {
    const sent = `the API accepted the attach ${accepted.times} times, first at ${new Date(accepted.firstMs).toISOString()}`
    const failure = failureOf({ code: 'AttachNotVisible', message: `${sent}, and the CEN does not show it; ${until}` })
    return finishFailed(message, request, failure, 'unknown', context)
  }
  const failure = failureOf({ code: 'RequestExpired', message: until + seen })
  if (request.dryRun) return finishPreflight({ would: 'refuse', reasons: [failure.message] }, looked)
  return finishFailed(message, request, failure, 'expired', context, looked)
}

/** The answer to a dry run. */
export async function finishPreflight(verdict: Verdict, looked: Looked): Promise<Disposition> {
  const { message, request, context, refused = false } = looked
  const { grant } = verdict
  const facts = { outcome: 'preflight' as const, verdict, refused, ...(grant && { grant }) }
  const published = await publish(message, request, facts, context)
  return published ?? { action: 'complete' }
}

/** Tells that somebody's hand is needed: once a process, always under one id; a lost one is told again on the next look. */
export async function publishParked(looked: Looked, failure: Failure): Promise<void> {
  const { message, request, context } = looked
  const id = resultId(request, 'grant-required', message.redriveCount)
  if (context.parked.has(id)) return
  const owner = failure.kind === 'not-granted' ? await context.attacher.cenOwnerId() : undefined
  const grant = owner && grantCall(request.attachment, owner.ok ? owner.value : OWNER_OF_CEN)
  const facts = grant ? { failure: { ...failure, advice: describeGrant(grant) }, grant } : { failure }
  const lost = await publish(message, request, { outcome: 'grant-required', ...facts }, context)
  // Where the exact call is not known yet, it is told again with the next look.
  if (!lost && owner?.ok !== false) context.parked.add(id)
}

/** Publishes a result. Resolves to undefined, or to a retry where it did not become durable: nothing is deleted then. */
async function publish(
  message: ReceivedMessage,
  subject: ResultSubject | AttachmentRequest,
  facts: Omit<ResultFacts, 'source' | 'nowMs' | 'trace'>,
  context: Context,
): Promise<Disposition | undefined> {
  const nowMs = context.clock.now()
  const trace = message.delivery?.trace()
  const result = toResult(message, subject, { ...facts, source: context.source, nowMs, trace })
  try {
    await context.publisher.publish(result)
  } catch (error) {
    context.log.error('result:unpublished', { resultId: result.id, error: (error as Error).message })
    return retryAfter(
      fullJitterMs(PUBLISH_BACKOFF, message.receiveCount, ageMs(message, nowMs), context.random),
      'the result was not published',
      // In hand it would not be received again, and the waits would not grow.
      { onQueue: true },
    )
  }
  const { id: resultId } = result
  const { requestId, outcome, attachment, adopted, error, receiveCount, durationMs } = result.data
  noteFailure(message, facts.failure)
  message.delivery?.note({ outcome, resultId, adopted, durationMs })
  // Of the others the receipt's own event says as much.
  if (NEEDS_EYES.has(outcome)) {
    const ids = { resultId, requestId, outcome, ...attachment }
    context.log.warn('result:published', { ...ids, code: error?.code, receiveCount, durationMs })
  }
  return undefined
}
