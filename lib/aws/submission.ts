/** Sends messages to the request queue in batches, and sends again what the queue refused. */
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs'
import { byteLength } from '../digest.js'
import type { Clock } from '../ports.js'
import { toMessageAttributes } from './request-queue.js'

/** SendMessageBatch takes 10 entries and 1 MiB together (API reference); 256 KiB was the limit until 2025, and still is elsewhere. */
const BATCH_ENTRIES = 10
const BATCH_BYTES = 262_144
const TRIES = 4
const PAUSE_MS = 500

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
  let sent = 0
  for (const batch of batches(messages, Math.min(BATCH_ENTRIES, Math.max(1, Math.floor(perSecond))))) {
    let left = batch.map((index) => toEntry(index, messages[index] as Outgoing, fifo))
    let reason = ''
    for (let tries = 0; left.length > 0 && tries < TRIES && !stop.aborted; tries++) {
      if (tries > 0) await clock.sleep(PAUSE_MS * 2 ** tries, stop)
      const atMs = clock.now()
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: left }))
      reason = Failed[0]?.Message ?? Failed[0]?.Code ?? ''
      const failed = new Set(Failed.map(({ Id }) => Id))
      const took = left.filter(({ Id }) => !failed.has(Id))
      left = left.filter(({ Id }) => failed.has(Id))
      sent += took.length
      if (took.length > 0)
        await taken(
          took.map(({ Id }) => Number(Id)),
          atMs,
        )
    }
    if (stop.aborted) return sent
    if (left.length > 0)
      throw new Error(`${sent} of ${messages.length} requests were sent, then the queue refused: ${reason}`)
    if (perSecond < Number.POSITIVE_INFINITY && sent < messages.length)
      await clock.sleep((batch.length * 1_000) / perSecond, stop)
  }
  return sent
}

function toEntry(index: number, message: Outgoing, fifo: boolean): SendMessageBatchRequestEntry {
  const { body, redriveCount } = message
  return {
    Id: String(index),
    MessageBody: body,
    MessageGroupId: fifo ? message.orderGroup : message.fairGroup,
    ...(fifo && { MessageDeduplicationId: message.deduplicationId }),
    ...(redriveCount !== undefined && {
      MessageAttributes: toMessageAttributes({ redriveCount: String(redriveCount) }),
    }),
  }
}

function* batches(messages: readonly Outgoing[], most: number): Generator<number[]> {
  let batch: number[] = []
  let bytes = 0
  for (const [index, { body }] of messages.entries()) {
    const size = byteLength(body) + 64
    if (batch.length === most || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(index)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
