/** How a request ends or parks: its result is published, and only then does its message get its disposition. */
import { BACKOFF, fullJitterMs } from '../domain/backoff.js'
import type { DeadLetterReason } from '../domain/error-codes.js'
import type { Failure } from '../domain/failure.js'
import { describeGrant } from '../domain/grant-call.js'
import type { AttachmentRequest } from '../domain/request.js'
import { type Outcome, type ResultFacts, type ResultSubject, resultId, toResult } from '../domain/result.js'
import { type Disposition, retryAfter } from '../messaging/disposition.js'
import { ageMs, type ReceivedMessage } from '../messaging/received-message.js'
import { noteFailure } from '../telemetry/delivery-span.js'
import type { Context } from './context.js'
import type { AttachmentState } from './driver.js'
import type { Situation } from './situation.js'
import type { StepOf } from './step.js'

const MINUTE_MS = 60_000
/** Outcomes that somebody has to do something about. */
const NEEDS_ATTENTION: ReadonlySet<Outcome> = new Set(['failed', 'grant-required'])

/** It is as desired, as read. */
export async function finish(state: AttachmentState, situation: Situation, context: Context): Promise<Disposition> {
  const { message, request } = situation
  const { clock, durations, limiter } = context
  const nowMs = clock.now()
  limiter.ended(request, true, nowMs)
  durations.attached(request.attachment.cenId, request.idempotencyKey, nowMs)
  context.accepted.forget(request.idempotencyKey)
  // The API cuts the time to the minute: only an earlier minute is surely before the request.
  const adopted = state.attachedAtMs !== undefined && state.attachedAtMs + MINUTE_MS <= message.sentAtMs
  const unpublished = await publish(message, request, { outcome: 'attached', adopted }, context)
  return unpublished ?? { action: 'complete' }
}

/** It will not happen, and its slot is free. */
export async function finishFailed(
  { failure, reason, refused = false }: StepOf<'fail'>,
  { message, request }: Situation,
  context: Context,
): Promise<Disposition> {
  const { accepted, clock, durations, limiter, log } = context
  const { requestId, attachment, idempotencyKey } = request
  limiter.ended(request, false, clock.now())
  durations.forget(idempotencyKey)
  accepted.forget(idempotencyKey)
  if (reason === 'forbidden') {
    const { senderId, queueArn } = message
    log.warn('request:forbidden', { requestId, senderId, queueArn, ...attachment, message: failure.message })
  }
  return publishFailed(message, request, failure, reason, context, refused)
}

/** The result goes first, then the dead letter that names it. */
export async function publishFailed(
  message: ReceivedMessage,
  subject: ResultSubject | AttachmentRequest,
  failure: Failure,
  reason: DeadLetterReason,
  context: Context,
  refused = false,
): Promise<Disposition> {
  const unpublished = await publish(message, subject, { outcome: 'failed', failure, refused }, context)
  const { senderId, redriveCount } = message
  const id = resultId(subject, 'failed', redriveCount, refused ? message : undefined)
  const facts = { reason, failure, requestId: subject.requestId, resultId: id }
  return unpublished ?? { action: 'dead-letter', ...facts, ...(refused && senderId !== undefined && { senderId }) }
}

const RETURNED =
  'a result topic is subscribed to the request queue; its results are dropped. Take the subscription away'

/**
 * A result came back as a message: some result topic is subscribed to the request queue. Each would be answered by a result of
 * its own, so it is dropped; the log says so once a process and queue.
 */
export function dropResult({ messageId, queueArn }: ReceivedMessage, { log, reported }: Context): Disposition {
  const event = `results on ${queueArn}`
  if (!reported.has(event)) {
    reported.add(event)
    log.error('result:returned', { messageId, queueArn, message: RETURNED })
  }
  return { action: 'complete' }
}

/** The answer to a dry run. */
export async function answerDryRun(
  { verdict, refused = false }: StepOf<'answer'>,
  { message, request }: Situation,
  context: Context,
): Promise<Disposition> {
  const { grant } = verdict
  const facts = { outcome: 'preflight' as const, verdict, refused, ...(grant && { grant }) }
  return (await publish(message, request, facts, context)) ?? { action: 'complete' }
}

/** Reports that somebody outside must act: once a process, always under one id; one that is lost is published again with the next delivery. */
export async function publishParked(
  failure: Failure,
  { message, request }: Situation,
  context: Context,
): Promise<void> {
  const id = resultId(request, 'grant-required', message.redriveCount)
  if (context.reported.has(id)) return
  const owner = failure.kind === 'not-granted' ? await context.driver.ownerCall(request.attachment) : undefined
  const facts = owner ? { failure: { ...failure, advice: describeGrant(owner.call) }, grant: owner.call } : { failure }
  const unpublished = await publish(message, request, { outcome: 'grant-required', ...facts }, context)
  // While the exact call is not known it is published again with the next delivery.
  if (!unpublished && owner?.isComplete !== false) context.reported.add(id)
}

/** Publishes a result. Resolves to undefined, or to a retry if it did not become durable: nothing is deleted then. */
async function publish(
  message: ReceivedMessage,
  subject: ResultSubject | AttachmentRequest,
  facts: Omit<ResultFacts, 'source' | 'nowMs' | 'trace'>,
  { clock, log, publisher, random, source }: Context,
): Promise<Disposition | undefined> {
  const nowMs = clock.now()
  const trace = message.delivery?.trace()
  const result = toResult(message, subject, { ...facts, source, nowMs, trace })
  try {
    await publisher.publish(result)
  } catch (error) {
    log.error('result:unpublished', { resultId: result.id, error: (error as Error).message })
    const delayMs = fullJitterMs(BACKOFF.publish, message.receiveCount, ageMs(message, nowMs), random)
    return retryAfter(delayMs, 'the result was not published', { waitFor: 'publish' })
  }
  const { id: resultId } = result
  const { requestId, outcome, attachment, adopted, error, receiveCount, durationMs } = result.data
  noteFailure(message, facts.failure)
  message.delivery?.note({ outcome, resultId, adopted, durationMs })
  // The event of the delivery reports as much of the others.
  if (NEEDS_ATTENTION.has(outcome)) {
    const ids = { resultId, requestId, outcome, ...attachment }
    log.warn('result:published', { ...ids, code: error?.code, receiveCount, durationMs })
  }
  return undefined
}
