/**
 * The dead-letter queue as somebody reads it. SQS shows a message only by handing it out, so a reading holds what it sees:
 * invisible to others for a while, given back at once when the reading is over, by itself where the reader dies.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import type { Clock } from '../ports.js'
import { type HeldLetter, toHeld } from './held-letter.js'

export interface Desk {
  readonly sqs: SQSClient
  readonly deadLetterQueueUrl: string
  readonly clock: Clock
}

export interface Reading {
  /** Aborting it ends the reading; what it holds is given back. */
  readonly stop: AbortSignal
  /** Told after every page: how many are held, of about how many. */
  readonly progress?: (held: number, about: number) => void
}

/** What the queue says of itself; SQS's counts are approximate and may lag by a minute. */
export interface QueueFacts {
  readonly visible: number
  readonly invisible: number
  /** Undefined where the queue does not say. */
  readonly retentionMs: number | undefined
}

export interface Holding {
  readonly letters: readonly HeldLetter[]
  /** Read once everything that could be had was in hand. */
  readonly facts: QueueFacts
  /** Holds these for longer where their time is short. Resolves to those that are surely still in hand. */
  renew(letters: readonly HeldLetter[]): Promise<HeldLetter[]>
  /** Deletes these from the queue. Resolves to those that it did not delete. */
  remove(letters: readonly HeldLetter[]): Promise<HeldLetter[]>
}

const PAGE = 10
const WAIT_SECONDS = 1
const RECEIVERS = 5
const CALLS_AT_ONCE = 8
/** A hold lasts as long as reading and moving may take: half a minute, and a second for every twenty messages. */
const holdSeconds = (about: number): number => Math.min(900, 30 + Math.ceil(about / 20))
/** Letters that arrive meanwhile must not keep a reading from its end. */
const mostLetters = (about: number): number => Math.max(1_000, 2 * about)

export async function readQueueFacts({ sqs, deadLetterQueueUrl }: Desk): Promise<QueueFacts> {
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
export async function withLetters<T>(
  desk: Desk,
  { stop, progress = () => undefined }: Reading,
  use: (holding: Holding) => Promise<T>,
): Promise<T> {
  const { sqs, deadLetterQueueUrl: QueueUrl, clock } = desk
  const { visible: about } = await readQueueFacts(desk)
  const seconds = holdSeconds(about)
  const held = new Map<string, HeldLetter>()

  const receive = async (): Promise<void> => {
    while (!stop.aborted && held.size < mostLetters(about)) {
      const heldUntilMs = clock.now() + seconds * 1_000
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: PAGE,
          VisibilityTimeout: seconds,
          // A long poll asks all of the queue's servers; a short one may find none where there are some.
          WaitTimeSeconds: WAIT_SECONDS,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      const before = held.size
      // A message that comes a second time is held by its latest receipt.
      for (const message of Messages) held.set(message.MessageId ?? '', toHeld(message, clock.now(), heldUntilMs))
      progress(held.size, Math.max(about, held.size))
      if (held.size === before) return
    }
  }
  const setVisibility = (letters: readonly HeldLetter[], VisibilityTimeout: number) =>
    inPages(letters, (entries) => {
      const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout }))
      return sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    })

  try {
    const receivers = Math.max(1, Math.min(RECEIVERS, Math.ceil(about / (2 * PAGE))))
    await allSettled(Array.from({ length: receivers }, receive))
    return await use({
      letters: [...held.values()],
      facts: await readQueueFacts(desk),
      async renew(letters) {
        const short = letters.filter(({ heldUntilMs }) => heldUntilMs - clock.now() < (seconds * 1_000) / 2)
        const heldUntilMs = clock.now() + seconds * 1_000
        const renewed = await setVisibility(short, seconds)
        const lost = short.filter((letter) => !renewed.includes(letter))
        return letters
          .filter((letter) => !lost.includes(letter))
          .map((letter) => (renewed.includes(letter) ? { ...letter, heldUntilMs } : letter))
      },
      async remove(letters) {
        const removed = await inPages(letters, (Entries) =>
          sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })),
        )
        for (const { messageId } of removed) held.delete(messageId)
        return letters.filter((letter) => !removed.includes(letter))
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

interface Entry {
  readonly Id: string
  readonly ReceiptHandle: string
}

interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined
}

/** Makes a call for every ten letters. Resolves to those for which it surely took effect; never rejects. */
async function inPages(
  letters: readonly HeldLetter[],
  call: (entries: Entry[]) => Promise<BatchAnswer>,
): Promise<HeldLetter[]> {
  const slots = pLimit(CALLS_AT_ONCE)
  const pages = Array.from({ length: Math.ceil(letters.length / PAGE) }, (_, page) =>
    letters.slice(page * PAGE, (page + 1) * PAGE),
  )
  const done = pages.map((page) =>
    slots(async () => {
      const entries = page.map(({ receiptHandle: ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      const { Successful = [] } = await call(entries).catch((): BatchAnswer => ({}))
      const succeeded = new Set(Successful.map(({ Id }) => Id))
      return page.filter((_, index) => succeeded.has(String(index)))
    }),
  )
  return (await Promise.all(done)).flat()
}
