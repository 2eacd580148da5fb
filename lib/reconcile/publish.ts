/** Publishes results. A message gets its disposition only after its result is durable on the topic. */
import { BACKOFF, fullJitterMs } from '../domain/backoff.js'
import type { DeadLetterReason } from '../domain/error-codes.js'
import type { Failure } from '../domain/failure.js'
import { describeGrant } from '../domain/grant-call.js'
import { type Outcome, type ResultFacts, type ResultSubject, resultId, toResult } from '../domain/messages/result.js'
import { noteFailure } from '../messaging/delivery-span.js'
import { type Disposition, retryAfter } from '../messaging/disposition.js'
import { ageMs, type ReceivedMessage } from '../messaging/received-message.js'
import type { Context } from './context.js'
import { type Situation, targetOf } from './decision/situation.js'
import type { StepOf } from './decision/step.js'
import type { AttachmentState } from './driver.js'

/** Outcomes that need a person's attention. */
const NEEDS_ATTENTION: ReadonlySet<Outcome> = new Set(['failed', 'grant-required'])

/** Ends a request whose desired state was read. */
export async function finish(state: AttachmentState, situation: Situation, context: Context): Promise<Disposition> {
  const { desired, message, request } = situation
  const { accepted, limiter } = context
  limiter.ended(request, true)
  const facts = { outcome: desired, adopted: isAdopted(state, situation, context), ...detailsOf(state) }
  const unpublished = await publish(message, request, facts, context)
  // Until the result is published, the next pass must still know what was written.
  if (!unpublished) accepted.forget(request.idempotencyKey)
  return unpublished ?? { action: 'complete' }
}

/**
 * True if it was so before it was asked for, and nothing was written for the request. A process that had the message before
 * may have written a route or a detach, and no reading shows by whom.
 */
function isAdopted({ attachedAtMs }: AttachmentState, situation: Situation, context: Context): boolean {
  const { desired, driver, message, request } = situation
  if (context.accepted.has(request.idempotencyKey)) return false
  const mayHaveWritten = !context.knowledge.hasAllPasses(message) || context.knowledge.hasWritten(message)
  if (mayHaveWritten && (desired === 'detached' || driver?.route !== undefined)) return false
  if (desired === 'detached') return true
  // The API cuts the time, so only an earlier unit of it is surely before the request.
  return attachedAtMs !== undefined && attachedAtMs + (driver?.rules.timePrecisionMs ?? 0) <= message.sentAtMs
}

const detailsOf = (state: AttachmentState | undefined) => (state?.details ? { details: state.details } : {})

/**
 * Ends a request that failed and frees its slot. The slot and the writes of another message for the same attachment stay:
 * a refused sender or a late duplicate must not release them.
 */
export async function finishFailed(
  { failure, reason, refused = false }: StepOf<'fail'>,
  situation: Situation,
  context: Context,
): Promise<Disposition> {
  const { message, request, knowledge } = situation
  const { accepted, durations, limiter, log } = context
  const { requestId, attachment, idempotencyKey } = request
  const isOfAnother = accepted.has(idempotencyKey) && !context.knowledge.hasWritten(message)
  if (!isOfAnother) {
    limiter.ended(request, false)
    durations.forget(idempotencyKey)
  }
  if (reason === 'forbidden') {
    const { senderId, queueArn } = message
    log.warn('request:forbidden', { requestId, senderId, queueArn, ...attachment, message: failure.message })
  }
  const state = knowledge.is === 'observed' ? knowledge.state : undefined
  const disposition = await publishFailed(message, request, failure, reason, context, { refused, ...detailsOf(state) })
  if (disposition.action !== 'retry' && !isOfAnother) accepted.forget(idempotencyKey)
  return disposition
}

/** Publishes the failed result; the dead letter that names it follows. */
export async function publishFailed(
  message: ReceivedMessage,
  subject: ResultSubject,
  failure: Failure,
  reason: DeadLetterReason,
  context: Context,
  more: Pick<ResultFacts, 'refused' | 'details'> = {},
): Promise<Disposition> {
  const { refused = false } = more
  const unpublished = await publish(message, subject, { outcome: 'failed', failure, ...more }, context)
  const { senderId, redriveCount } = message
  const id = resultId(subject, 'failed', redriveCount, refused ? message : undefined)
  const facts = { reason, failure, requestId: subject.requestId, resultId: id }
  return unpublished ?? { action: 'dead-letter', ...facts, ...(refused && senderId !== undefined && { senderId }) }
}

const RETURNED = 'a result topic is subscribed to the request queue; its results are dropped. Remove the subscription'

/**
 * Drops a result that was delivered as a message, because a result topic is subscribed to the request queue: another result
 * would answer it without end. Logged once for each process and queue.
 */
export function dropResult({ messageId, queueArn }: ReceivedMessage, { log, reported }: Context): Disposition {
  const event = `results on ${queueArn}`
  if (!reported.has(event)) {
    reported.add(event)
    log.error('result:returned', { messageId, queueArn, message: RETURNED })
  }
  return { action: 'complete' }
}

/** Publishes the answer to a dry run. */
export async function answerDryRun(
  { verdict, refused = false }: StepOf<'answer'>,
  { message, request }: Situation,
  context: Context,
): Promise<Disposition> {
  const { grant, details } = verdict
  const facts = {
    outcome: 'preflight' as const,
    verdict,
    refused,
    ...(grant && { grant }),
    ...(details && { details }),
  }
  return (await publish(message, request, facts, context)) ?? { action: 'complete' }
}

/** Publishes that a person must act: once for each process, under one id. If that fails, the next delivery publishes it. */
export async function publishParked(failure: Failure, situation: Situation, context: Context): Promise<void> {
  const { driver, message, request } = situation
  const id = resultId(request, 'grant-required', message.redriveCount)
  if (context.reported.has(id)) return
  const mending = await driver?.mendingCall(targetOf(situation), failure)
  const facts = mending
    ? { failure: { ...failure, advice: describeGrant(mending.call) }, grant: mending.call }
    : { failure }
  const unpublished = await publish(message, request, { outcome: 'grant-required', ...facts }, context)
  // Until the exact call is known, the next delivery publishes it again.
  if (!unpublished && mending?.isComplete !== false) context.reported.add(id)
}

/** Publishes a result. Resolves to undefined, or to a retry if the result is not durable on the topic. */
async function publish(
  message: ReceivedMessage,
  subject: ResultSubject,
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
  // The event of the delivery reports the other outcomes.
  if (NEEDS_ATTENTION.has(outcome)) {
    const ids = { resultId, requestId, outcome, ...attachment }
    log.warn('result:published', { ...ids, code: error?.code, receiveCount, durationMs })
  }
  return undefined
}
