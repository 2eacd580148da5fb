/**
 * Reading the dead-letter queue. SQS shows a message only by receiving it, so a reader holds its dead letters: invisible to
 * other receivers until the reader releases them, or until their visibility timeout ends.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import { type DeadLetterView, readDeadLetter } from '../../dead-letters/dead-letter-view.js'
import type { Clock } from '../../domain/clock.js'
import { DEAD_LETTER_ATTRIBUTES } from '../../domain/messages/dead-letter.js'
import { type BatchAnswer, entryId, MAX_BATCH_ENTRIES } from '../batch.js'

export interface DeadLetterQueue {
  readonly sqs: SQSClient
  readonly deadLetterQueueUrl: string
  readonly clock: Clock
}

export interface ReadOptions {
  /** Aborting it ends the reading and releases what is held. */
  readonly stop: AbortSignal
  /** Called after every receive: how many are held, of about how many. */
  readonly progress?: (held: number, approximateCount: number) => void
}

/** SQS's counts are approximate and may lag by a minute. */
interface QueueCounts {
  readonly visible: number
  readonly invisible: number
  /** How long the queue keeps a message, in milliseconds; undefined if the queue does not report it. */
  readonly retentionMs: number | undefined
}

export interface HeldDeadLetter extends DeadLetterView {
  readonly receiptHandle: string
  /** When its visibility timeout ends, epoch milliseconds. */
  readonly heldUntilMs: number
  /** Message attributes that the message had before it was dead-lettered. */
  readonly otherAttributes: Readonly<Record<string, MessageAttributeValue>>
}

export interface DeadLetterHold {
  readonly deadLetters: readonly HeldDeadLetter[]
  /** Read after the last receive. */
  readonly counts: QueueCounts
  /** Extends the hold of those that have less than half of it left. Resolves to those that are certainly still held. */
  renew(deadLetters: readonly HeldDeadLetter[]): Promise<HeldDeadLetter[]>
  /** Deletes these from the queue. Resolves to those that were not deleted. */
  remove(deadLetters: readonly HeldDeadLetter[]): Promise<HeldDeadLetter[]>
}

export interface DeadLetterList {
  readonly letters: readonly DeadLetterView[]
  /** About how many more there are that could not be received: held by other readers, or behind others of a FIFO group. */
  readonly elsewhere: number
  /** How long the queue keeps a message, in milliseconds; undefined if the queue does not report it. */
  readonly retentionMs: number | undefined
}

const WAIT_SECONDS = 1
const MAX_RECEIVERS = 5
const MAX_CONCURRENT_CALLS = 8
/** The visibility timeout of a hold, enough to read and redrive: 30 s and a second for every twenty messages. */
const holdSeconds = (approximateCount: number): number => Math.min(900, 30 + Math.ceil(approximateCount / 20))
/** Bounds a reading if dead letters keep arriving. */
const maxDeadLetters = (approximateCount: number): number => Math.max(1_000, 2 * approximateCount)

/** Rejects if the queue cannot be read. A reading that was stopped lists what it received by then. */
export function listDeadLetters(deadLetterQueue: DeadLetterQueue, options: ReadOptions): Promise<DeadLetterList> {
  return holdDeadLetters(deadLetterQueue, options, async ({ deadLetters, counts }) => ({
    letters: deadLetters.map(withoutReceiptHandle),
    elsewhere: countUnavailable(counts, deadLetters.length),
    retentionMs: counts.retentionMs,
  }))
}

/** The dead letter without what only its holder may know: a page or a report is made from this. */
export const withoutReceiptHandle = ({
  receiptHandle: _handle,
  heldUntilMs: _until,
  otherAttributes: _attributes,
  ...deadLetter
}: HeldDeadLetter): DeadLetterView => deadLetter

export const countUnavailable = ({ visible, invisible }: QueueCounts, held: number): number =>
  Math.max(0, visible + invisible - held)

/**
 * Receives every dead letter that is available, passes them to `use`, and releases afterwards those that it did not remove.
 * Rejects if the queue cannot be read. A FIFO queue shows only the first of each group while those are held.
 */
export async function holdDeadLetters<T>(
  deadLetterQueue: DeadLetterQueue,
  { stop, progress = () => undefined }: ReadOptions,
  use: (hold: DeadLetterHold) => Promise<T>,
): Promise<T> {
  const { sqs, deadLetterQueueUrl: QueueUrl, clock } = deadLetterQueue
  const { visible: approximateCount } = await readQueueCounts(deadLetterQueue)
  const seconds = holdSeconds(approximateCount)
  const held = new Map<string, HeldDeadLetter>()

  const receive = async (): Promise<void> => {
    while (!stop.aborted && held.size < maxDeadLetters(approximateCount)) {
      const heldUntilMs = clock.now() + seconds * 1_000
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: MAX_BATCH_ENTRIES,
          VisibilityTimeout: seconds,
          // A long poll asks all servers of the queue; a short poll may find none although there are some.
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      const before = held.size
      // The latest receipt handle of a message is the valid one.
      for (const message of Messages)
        held.set(message.MessageId ?? '', toHeldDeadLetter(message, clock.now(), heldUntilMs))
      progress(held.size, Math.max(approximateCount, held.size))
      if (held.size === before) return
    }
  }
  const setVisibility = (deadLetters: readonly HeldDeadLetter[], VisibilityTimeout: number) =>
    inBatches(deadLetters, (entries) => {
      const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout }))
      return sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    })

  try {
    const receiverCount = Math.max(1, Math.min(MAX_RECEIVERS, Math.ceil(approximateCount / (2 * MAX_BATCH_ENTRIES))))
    await allSettled(Array.from({ length: receiverCount }, receive))
    return await use({
      deadLetters: [...held.values()],
      counts: await readQueueCounts(deadLetterQueue),
      async renew(deadLetters) {
        const expiring = deadLetters.filter(({ heldUntilMs }) => heldUntilMs - clock.now() < (seconds * 1_000) / 2)
        const heldUntilMs = clock.now() + seconds * 1_000
        const renewed = await setVisibility(expiring, seconds)
        const lost = expiring.filter((deadLetter) => !renewed.includes(deadLetter))
        return deadLetters
          .filter((deadLetter) => !lost.includes(deadLetter))
          .map((deadLetter) => (renewed.includes(deadLetter) ? { ...deadLetter, heldUntilMs } : deadLetter))
      },
      async remove(deadLetters) {
        const removed = await inBatches(deadLetters, (Entries) =>
          sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
        )
        for (const { messageId } of removed) held.delete(messageId)
        return deadLetters.filter((deadLetter) => !removed.includes(deadLetter))
      },
    })
  } finally {
    // Those that cannot be released become visible when their visibility timeout ends.
    await setVisibility([...held.values()], 0)
  }
}

async function readQueueCounts({ sqs, deadLetterQueueUrl }: DeadLetterQueue): Promise<QueueCounts> {
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'MessageRetentionPeriod',
  ] as const
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: [...names] }),
  )
  const [visible = 0, invisible = 0, retentionSeconds = 0] = names.map((name) => Number(Attributes[name] ?? 0))
  return { visible, invisible, retentionMs: retentionSeconds > 0 ? retentionSeconds * 1_000 : undefined }
}

/** Waits for all, so that no dead letter is received after the hold was released; then rejects if one rejected. */
async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(work)) if (one.status === 'rejected') throw one.reason
}

interface ReceiptHandleEntry {
  readonly Id: string
  readonly ReceiptHandle: string
}

/** Makes a call for every ten dead letters. Resolves to those for which it certainly took effect; never rejects. */
async function inBatches(
  deadLetters: readonly HeldDeadLetter[],
  call: (entries: ReceiptHandleEntry[]) => Promise<BatchAnswer>,
): Promise<HeldDeadLetter[]> {
  const slots = pLimit(MAX_CONCURRENT_CALLS)
  const batches = Array.from({ length: Math.ceil(deadLetters.length / MAX_BATCH_ENTRIES) }, (_, batch) =>
    deadLetters.slice(batch * MAX_BATCH_ENTRIES, (batch + 1) * MAX_BATCH_ENTRIES),
  )
  const done = batches.map((batch) =>
    slots(async () => {
      const entries = batch.map(({ receiptHandle: ReceiptHandle }, index) => ({ Id: entryId(index), ReceiptHandle }))
      const { Successful = [] } = await call(entries).catch((): BatchAnswer => ({}))
      const succeeded = new Set(Successful.map(({ Id }) => Id))
      return batch.filter((_, index) => succeeded.has(entryId(index)))
    }),
  )
  return (await Promise.all(done)).flat()
}

/** Reads a message that was received with all its attributes. */
function toHeldDeadLetter(message: Message, nowMs: number, heldUntilMs: number): HeldDeadLetter {
  const { Attributes = {}, MessageAttributes = {}, MessageId = '', ReceiptHandle = '', Body = '' } = message
  const texts = Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue] as const],
  )
  const deadLetter = readDeadLetter({
    messageId: MessageId,
    body: Body,
    attributes: Object.fromEntries(texts),
    sentAtMs: Number(Attributes.SentTimestamp) || nowMs,
    receiveCount: Number(Attributes.ApproximateReceiveCount) || 1,
    ...(Attributes.MessageGroupId && { groupId: Attributes.MessageGroupId }),
    ...(Attributes.SenderId && { senderId: Attributes.SenderId }),
    ...(Attributes.DeadLetterQueueSourceArn && { sourceArn: Attributes.DeadLetterQueueSourceArn }),
  })
  const otherAttributes = Object.entries(MessageAttributes).filter(([name]) => !DEAD_LETTER_ATTRIBUTES.has(name))
  return {
    ...deadLetter,
    receiptHandle: ReceiptHandle,
    heldUntilMs,
    otherAttributes: Object.fromEntries(otherAttributes),
  }
}
