/** Sends messages to a queue in batches, and sends again what the queue refused for a moment. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Clock } from '../ports.js'
import { type BatchAnswer, entryId, refusalOf } from './batch-answer.js'
import type { Sized } from './batch-size.js'

export interface OutgoingMessage extends Sized {
  readonly groupId?: string
  /** For FIFO queues only. */
  readonly deduplicationId?: string
}

const TRIES = 4
const PAUSE_MS = 500

export interface BatchReport<T> {
  /** Durable on the queue. */
  readonly sent: readonly T[]
  readonly refused: readonly { readonly message: T; readonly why: string }[]
}

export interface BatchRules<T> {
  readonly clock: Clock
  /** After it aborts no try is begun. */
  readonly stop?: AbortSignal
  /** Told what the queue took, and when the call began, before anything else is sent. */
  readonly taken?: (messages: readonly T[], atMs: number) => Promise<void>
}

const STOPPED = 'it was stopped'

/** One call, for as many messages as it takes. */
export const sendOnce = (
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly OutgoingMessage[],
): Promise<BatchAnswer> =>
  sqs.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: messages.map(({ body, attributes, groupId, deduplicationId }, index) => ({
        Id: entryId(index),
        MessageBody: body,
        ...(attributes && { MessageAttributes: { ...attributes } }),
        ...(groupId !== undefined && { MessageGroupId: groupId }),
        ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
      })),
    }),
  )

/** Sends one batch. Rejects where the call itself fails: whether it took effect is not known then. */
export async function sendBatch<T extends OutgoingMessage>(
  sqs: SQSClient,
  QueueUrl: string,
  batch: readonly T[],
  { clock, stop, taken }: BatchRules<T>,
): Promise<BatchReport<T>> {
  const refused = new Map<T, string>(batch.map((message) => [message, STOPPED]))
  let left = batch
  for (let tries = 0; left.length > 0 && tries < TRIES && !stop?.aborted; tries++) {
    if (tries > 0) await clock.sleep(PAUSE_MS * 2 ** tries, stop)
    const atMs = clock.now()
    const answer = await sendOnce(sqs, QueueUrl, left)
    const told = left.map((message, index) => ({ message, refusal: refusalOf(answer, index) }))
    const took = told.filter(({ refusal }) => !refusal).map(({ message }) => message)
    for (const { message, refusal } of told) {
      if (refusal) refused.set(message, refusal.why)
      else refused.delete(message)
    }
    if (took.length > 0) await taken?.(took, atMs)
    // What is the message's own fault would be refused again and again.
    left = told.filter(({ refusal }) => refusal && !refusal.forGood).map(({ message }) => message)
  }
  return {
    sent: batch.filter((message) => !refused.has(message)),
    refused: [...refused].map(([message, why]) => ({ message, why })),
  }
}
