/**
 * The dead-letter queue as somebody reads it. SQS shows a message only by handing it out, so a reading holds what it sees:
 * invisible to others for a while, given back at once when the reading is over, by itself where the reader dies.
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
import { type DeadLetterView, readDeadLetter } from '../dead-letters/dead-letter-view.js'
import type { Clock } from '../domain/clock.js'
import { DEAD_LETTER_ATTRIBUTES } from '../domain/dead-letter.js'

export interface DeadLetterQueue {
  readonly sqs: SQSClient
  readonly deadLetterQueueUrl: string
  readonly clock: Clock
}

export interface ReadOptions {
  /** Aborting it ends the reading; what it holds is given back. */
  readonly stop: AbortSignal
  /** Told after every page: how many are held, of about how many. */
  readonly progress?: (held: number, approximateCount: number) => void
}

/** What the queue says of itself; SQS's counts are approximate and may lag by a minute. */
interface QueueCounts {
  readonly visible: number
  readonly invisible: number
  /** Undefined where the queue does not say. */
  readonly retentionMs: number | undefined
}

export interface DeadLetterHold {
  readonly letters: readonly HeldDeadLetter[]
  /** Read once everything that could be had was in hand. */
  readonly counts: QueueCounts
  /** Holds these for longer where their time is short. Resolves to those that are surely still in hand. */
  renew(letters: readonly HeldDeadLetter[]): Promise<HeldDeadLetter[]>
  /** Deletes these from the queue. Resolves to those that it did not delete. */
  remove(letters: readonly HeldDeadLetter[]): Promise<HeldDeadLetter[]>
}

const BATCH_SIZE = 10
const WAIT_SECONDS = 1
const RECEIVERS = 5
const MAX_CONCURRENT_CALLS = 8
/** A hold lasts as long as reading and moving may take: half a minute, and a second for every twenty messages. */
const holdSeconds = (approximateCount: number): number => Math.min(900, 30 + Math.ceil(approximateCount / 20))
/** Letters that arrive meanwhile must not keep a reading from its end. */
const maxDeadLetters = (approximateCount: number): number => Math.max(1_000, 2 * approximateCount)

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

/**
 * Holds every letter that can be had, lets `use` look at them, and gives back what it did not remove, however it ends.
 * Rejects where the queue cannot be read. A FIFO queue shows the first of each group only, while those are held.
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
          MaxNumberOfMessages: BATCH_SIZE,
          VisibilityTimeout: seconds,
          // A long poll asks all of the queue's servers; a short one may find none where there are some.
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      const before = held.size
      // A message that comes a second time is held by its latest receipt.
      for (const message of Messages)
        held.set(message.MessageId ?? '', toHeldDeadLetter(message, clock.now(), heldUntilMs))
      progress(held.size, Math.max(approximateCount, held.size))
      if (held.size === before) return
    }
  }
  const setVisibility = (letters: readonly HeldDeadLetter[], VisibilityTimeout: number) =>
    inBatches(letters, (entries) => {
      const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout }))
      return sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    })

  try {
    const receiverCount = Math.max(1, Math.min(RECEIVERS, Math.ceil(approximateCount / (2 * BATCH_SIZE))))
    await allSettled(Array.from({ length: receiverCount }, receive))
    return await use({
      letters: [...held.values()],
      counts: await readQueueCounts(deadLetterQueue),
      async renew(letters) {
        const expiring = letters.filter(({ heldUntilMs }) => heldUntilMs - clock.now() < (seconds * 1_000) / 2)
        const heldUntilMs = clock.now() + seconds * 1_000
        const renewed = await setVisibility(expiring, seconds)
        const lost = expiring.filter((deadLetter) => !renewed.includes(deadLetter))
        return letters
          .filter((deadLetter) => !lost.includes(deadLetter))
          .map((deadLetter) => (renewed.includes(deadLetter) ? { ...deadLetter, heldUntilMs } : deadLetter))
      },
      async remove(letters) {
        const removed = await inBatches(letters, (Entries) =>
          sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
        )
        for (const { messageId } of removed) held.delete(messageId)
        return letters.filter((deadLetter) => !removed.includes(deadLetter))
      },
    })
  } finally {
    // What cannot be given back comes back by itself.
    await setVisibility([...held.values()], 0)
  }
}

/** Waits for all, so that no page comes in after the hold has been given up; then rejects where one did. */
async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(work)) if (one.status === 'rejected') throw one.reason
}

interface ReceiptHandleEntry {
  readonly Id: string
  readonly ReceiptHandle: string
}

interface BatchSuccesses {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined
}

/** Makes a call for every ten letters. Resolves to those for which it surely took effect; never rejects. */
async function inBatches(
  letters: readonly HeldDeadLetter[],
  call: (entries: ReceiptHandleEntry[]) => Promise<BatchSuccesses>,
): Promise<HeldDeadLetter[]> {
  const slots = pLimit(MAX_CONCURRENT_CALLS)
  const batches = Array.from({ length: Math.ceil(letters.length / BATCH_SIZE) }, (_, batch) =>
    letters.slice(batch * BATCH_SIZE, (batch + 1) * BATCH_SIZE),
  )
  const done = batches.map((batch) =>
    slots(async () => {
      const entries = batch.map(({ receiptHandle: ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      const { Successful = [] } = await call(entries).catch((): BatchSuccesses => ({}))
      const succeeded = new Set(Successful.map(({ Id }) => Id))
      return batch.filter((_, index) => succeeded.has(String(index)))
    }),
  )
  return (await Promise.all(done)).flat()
}

export interface HeldDeadLetter extends DeadLetterView {
  readonly receiptHandle: string
  /** When the queue shows it to others again, epoch milliseconds. */
  readonly heldUntilMs: number
  /** Attributes that were on the message before it became a letter. */
  readonly otherAttributes: Readonly<Record<string, MessageAttributeValue>>
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

/** The letter without what only its holder may know: a page or a report is made from this. */
export const withoutReceiptHandle = ({
  receiptHandle: _handle,
  heldUntilMs: _until,
  otherAttributes: _carried,
  ...deadLetter
}: HeldDeadLetter): DeadLetterView => deadLetter

export interface DeadLetterList {
  readonly letters: readonly DeadLetterView[]
  /** About how many more there are that could not be had: in other hands, or behind others of a FIFO group. */
  readonly elsewhere: number
  /** How long the queue keeps a letter after it was sent, in milliseconds; undefined where it does not say. */
  readonly retentionMs: number | undefined
}

/** Rejects where the queue cannot be read. A reading that was stopped lists what it had seen by then. */
export function listDeadLetters(deadLetterQueue: DeadLetterQueue, reading: ReadOptions): Promise<DeadLetterList> {
  return holdDeadLetters(deadLetterQueue, reading, async ({ letters, counts }) => ({
    letters: letters.map(withoutReceiptHandle),
    elsewhere: countUnavailable(counts, letters.length),
    retentionMs: counts.retentionMs,
  }))
}

/** SQS's counts are approximate and may lag by a minute. */
export const countUnavailable = ({ visible, invisible }: QueueCounts, held: number): number =>
  Math.max(0, visible + invisible - held)
