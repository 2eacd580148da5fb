/** Sends messages to a queue in batches, and retries entries that were refused for a passing reason. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Clock } from '../domain/clock.js'
import {
  type BatchAnswer,
  type BatchEntry,
  entryId,
  refusedEntry,
  splitIntoBatches,
  toMessageAttributes,
} from './batch.js'

export interface OutgoingMessage extends BatchEntry {
  readonly groupId?: string
  /** For FIFO queues only. */
  readonly deduplicationId?: string
}

const MAX_ATTEMPTS = 4
/** The wait before the second attempt is twice this; it doubles with each attempt. */
const PAUSE_MS = 500

interface BatchSendReport<T> {
  /** Messages that are durable on the queue. */
  readonly sent: readonly T[]
  readonly refused: readonly { readonly message: T; readonly why: string }[]
}

interface BatchSendOptions<T> {
  readonly clock: Clock
  /** No attempt begins after it has aborted. */
  readonly stop?: AbortSignal
  /** Called with the accepted messages, and when the call began, before anything else is sent. */
  readonly onSent?: (messages: readonly T[], atMs: number) => Promise<void>
}

const STOPPED = 'it was stopped'

/** One SendMessageBatch call; the messages must fit. */
export const sendBatchOnce = (
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

/** Sends one batch. Rejects if a call itself fails: whether it took effect is then unknown. */
async function sendBatch<T extends OutgoingMessage>(
  sqs: SQSClient,
  QueueUrl: string,
  batch: readonly T[],
  { clock, stop, onSent }: BatchSendOptions<T>,
): Promise<BatchSendReport<T>> {
  const refused = new Map<T, string>(batch.map((message) => [message, STOPPED]))
  let remaining = batch
  for (let attempt = 0; remaining.length > 0 && attempt < MAX_ATTEMPTS && !stop?.aborted; attempt++) {
    if (attempt > 0) await clock.sleep(PAUSE_MS * 2 ** attempt, stop)
    const atMs = clock.now()
    const answer = await sendBatchOnce(sqs, QueueUrl, remaining)
    const answers = remaining.map((message, index) => ({ message, refusal: refusedEntry(answer, index) }))
    const accepted = answers.filter(({ refusal }) => !refusal).map(({ message }) => message)
    for (const { message, refusal } of answers) {
      if (refusal) refused.set(message, refusal.why)
      else refused.delete(message)
    }
    if (accepted.length > 0) await onSent?.(accepted, atMs)
    // A fault of the message itself would be refused each time.
    remaining = answers.filter(({ refusal }) => refusal && !refusal.isPermanent).map(({ message }) => message)
  }
  return {
    sent: batch.filter((message) => !refused.has(message)),
    refused: [...refused].map(([message, why]) => ({ message, why })),
  }
}

export interface OutgoingRequest {
  readonly body: string
  /** MessageGroupId on a standard queue, by which SQS shares its capacity fairly; at most 128 characters. */
  readonly fairGroup: string
  /** MessageGroupId on a FIFO queue: messages of one group keep their order. */
  readonly orderGroup: string
  /** For FIFO queues only. */
  readonly deduplicationId: string

  readonly redriveCount?: number
}

interface GroupOptions {
  /** False: no MessageGroupId on a standard queue. */
  readonly groups?: boolean | undefined
  /** Called once if the queue refuses MessageGroupId; later messages are sent without it. */
  readonly ungrouped?: () => void
}

interface SendOptions extends GroupOptions {
  readonly clock: Clock
  /** Messages per second at most; absent: as fast as the queue accepts them. */
  readonly perSecond?: number | undefined
  /** No batch begins after it has aborted. */
  readonly stop: AbortSignal
}

/**
 * Servers that accept MessageGroupId on FIFO queues only: SQS before July 2025, ElasticMQ before 1.7, some VPC endpoints.
 * The text of SQS is "The request include parameter that is not valid for this queue type"; some name MessageGroupId.
 */
const REFUSES_GROUPS = /not valid for this queue type|MessageGroupId/

/** `sendBatch` for one queue: once a standard queue has refused MessageGroupId, all messages are sent without it. */
export function createBatchSender(sqs: SQSClient, QueueUrl: string, { groups = true, ungrouped }: GroupOptions = {}) {
  const fifo = QueueUrl.endsWith('.fifo')
  let grouped = groups || fifo
  return async <T extends OutgoingMessage>(
    batch: readonly T[],
    options: BatchSendOptions<T>,
  ): Promise<BatchSendReport<T>> => {
    const send = (some: readonly T[]) => sendBatch(sqs, QueueUrl, grouped ? some : some.map(withoutGroup), options)
    if (!grouped || fifo) return send(batch)
    const report = await send(batch).catch((error: Error) => {
      if (!REFUSES_GROUPS.test(error.message)) throw error
      return { sent: [], refused: batch.map((message) => ({ message, why: error.message })) }
    })
    // A batch or entry that is refused for its MessageGroupId had no effect.
    const again = report.refused.filter(({ why }) => REFUSES_GROUPS.test(why)).map(({ message }) => message)
    if (again.length === 0) return report
    if (grouped) ungrouped?.()
    grouped = false
    const second = await send(again)
    const refused = report.refused.filter(({ message }) => !again.includes(message))
    return { sent: [...report.sent, ...second.sent], refused: [...refused, ...second.refused] }
  }
}

const withoutGroup = <T extends OutgoingMessage>({ groupId: _, ...message }: T): T => message as T

/**
 * Sends one batch after another. `onSent` gets the accepted indexes and when the call began, before anything else is sent:
 * a caller that stores them loses at most one batch to a crash. Resolves to the number sent; rejects if the queue keeps
 * refusing a message.
 */
export async function sendMessages(
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly OutgoingRequest[],
  onSent: (indexes: readonly number[], atMs: number) => Promise<void>,
  { clock, perSecond = Number.POSITIVE_INFINITY, stop, ...groupOptions }: SendOptions,
): Promise<number> {
  const fifo = QueueUrl.endsWith('.fifo')
  const entries = messages.map((message, index) => ({ index, ...toOutgoingMessage(message, fifo) }))
  const send = createBatchSender(sqs, QueueUrl, groupOptions)
  let count = 0
  for (const batch of splitIntoBatches(entries, Math.max(1, Math.floor(perSecond)))) {
    const { sent, refused } = await send(batch, {
      clock,
      stop,
      onSent: (some, atMs) =>
        onSent(
          some.map(({ index }) => index),
          atMs,
        ),
    })
    count += sent.length
    if (stop.aborted) return count
    if (refused[0])
      throw new Error(`${count} of ${messages.length} requests were sent, then the queue refused: ${refused[0].why}`)
    if (perSecond < Number.POSITIVE_INFINITY && count < messages.length)
      await clock.sleep((batch.length * 1_000) / perSecond, stop)
  }
  return count
}

function toOutgoingMessage({ body, redriveCount, ...message }: OutgoingRequest, fifo: boolean): OutgoingMessage {
  return {
    body,
    groupId: fifo ? message.orderGroup : message.fairGroup,
    ...(fifo && { deduplicationId: message.deduplicationId }),
    ...(redriveCount !== undefined && { attributes: toMessageAttributes({ redriveCount: String(redriveCount) }) }),
  }
}
