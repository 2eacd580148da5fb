/** Sends requests to the request queue, one batch after the other, at most so many a second. */
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Clock } from '../ports.js'
import { batchesOf } from './batch-size.js'
import { toMessageAttributes } from './message-attributes.js'
import { type OutgoingMessage, sendBatch } from './send-batches.js'

export interface Outgoing {
  readonly body: string
  /** Whose share of a fair queue it takes (a standard queue accepts a MessageGroupId for this); at most 128 characters. */
  readonly fairGroup: string
  /** What must keep its order on a FIFO queue, and by what a repetition is known there. */
  readonly orderGroup: string
  readonly deduplicationId: string
  readonly redriveCount?: number
}

export interface SendingRules {
  readonly clock: Clock
  /** At most so many a second; absent: as fast as the queue takes them. */
  readonly perSecond?: number | undefined
  /** After it aborts no batch is begun. */
  readonly stop: AbortSignal
}

/**
 * Sends one batch after the other. `taken` is told of the indexes that the queue took, and when the call began, before
 * anything else is sent: whoever writes them down loses at most one batch to a crash. Resolves to how many were sent;
 * rejects where the queue goes on refusing some.
 */
export async function sendMessages(
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly Outgoing[],
  taken: (indexes: readonly number[], atMs: number) => Promise<void>,
  { clock, perSecond = Number.POSITIVE_INFINITY, stop }: SendingRules,
): Promise<number> {
  const fifo = QueueUrl.endsWith('.fifo')
  const entries = messages.map((message, index) => ({ index, ...toEntry(message, fifo) }))
  let count = 0
  for (const batch of batchesOf(entries, Math.max(1, Math.floor(perSecond)))) {
    const { sent, refused } = await sendBatch(sqs, QueueUrl, batch, {
      clock,
      stop,
      taken: (some, atMs) =>
        taken(
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

function toEntry({ body, redriveCount, ...message }: Outgoing, fifo: boolean): OutgoingMessage {
  return {
    body,
    groupId: fifo ? message.orderGroup : message.fairGroup,
    ...(fifo && { deduplicationId: message.deduplicationId }),
    ...(redriveCount !== undefined && { attributes: toMessageAttributes({ redriveCount: String(redriveCount) }) }),
  }
}
