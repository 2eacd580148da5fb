/** Sends messages to a queue in batches, and sends again what the queue refused for a moment. */
import { type MessageAttributeValue, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { byteLength } from '../digest.js'
import type { Clock } from '../ports.js'

export interface OutgoingMessage {
  readonly body: string
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>
  readonly groupId?: string
  /** For FIFO queues only. */
  readonly deduplicationId?: string
}

/** SendMessageBatch takes 10 entries and 256 KiB together (1 MiB on newer queues). */
const BATCH_ENTRIES = 10
const BATCH_BYTES = 262_144
const TRIES = 4
const PAUSE_MS = 500

const textOf = ({ DataType = '', StringValue = '' }: MessageAttributeValue) => DataType + StringValue
const sizeOf = ({ body, attributes = {} }: OutgoingMessage): number =>
  Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + byteLength(name + textOf(value)) + (value.BinaryValue?.length ?? 0),
    byteLength(body),
  )

/** Cuts messages into batches that one call takes, in order; of at most `most` each. */
export function* batchesOf<T extends OutgoingMessage>(messages: readonly T[], most = BATCH_ENTRIES): Generator<T[]> {
  let batch: T[] = []
  let bytes = 0
  for (const message of messages) {
    const size = sizeOf(message)
    if (batch.length === Math.min(BATCH_ENTRIES, most) || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

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

/** Sends one batch. Rejects where the call itself fails: whether it took effect is not known then. */
export async function sendBatch<T extends OutgoingMessage>(
  sqs: SQSClient,
  QueueUrl: string,
  batch: readonly T[],
  { clock, stop, taken }: BatchRules<T>,
): Promise<BatchReport<T>> {
  const entries = batch.map((message, index) => ({
    Id: String(index),
    MessageBody: message.body,
    ...(message.attributes && { MessageAttributes: { ...message.attributes } }),
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
  }))
  const refused = new Map(entries.map(({ Id }) => [Id, STOPPED]))
  let left = entries
  for (let tries = 0; left.length > 0 && tries < TRIES && !stop?.aborted; tries++) {
    if (tries > 0) await clock.sleep(PAUSE_MS * 2 ** tries, stop)
    const atMs = clock.now()
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: left }))
    const failed = new Map(Failed.map((one) => [one.Id, one]))
    const took = left.filter(({ Id }) => !failed.has(Id))
    for (const { Id } of took) refused.delete(Id)
    for (const { Id = '', Message, Code = '' } of Failed) refused.set(Id, Message ?? Code)
    if (took.length > 0)
      await taken?.(
        batch.filter((_, index) => took.some(({ Id }) => Id === String(index))),
        atMs,
      )
    // What is the message's own fault would be refused again and again.
    left = left.filter(({ Id }) => failed.has(Id) && !failed.get(Id)?.SenderFault)
  }
  return {
    sent: batch.filter((_, index) => !refused.has(String(index))),
    refused: batch.flatMap((message, index) => {
      const why = refused.get(String(index))
      return why === undefined ? [] : [{ message, why }]
    }),
  }
}
