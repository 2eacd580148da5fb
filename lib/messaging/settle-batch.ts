/** A batch: every message handled and settled by itself, in order within its FIFO group, inside the host's time. */
import { minDelayMs } from '../domain/backoff.js'
import { type Disposition, retryAfter } from './disposition.js'
import type { SettleQueue } from './message-queue.js'
import type { ReceivedMessage } from './received-message.js'
import { returnToQueue, type SettleDependencies, settleMessage } from './settle-message.js'

export interface MessageBatch {
  readonly messages: readonly ReceivedMessage[]
  /** Never rejects. */
  readonly handle: (message: ReceivedMessage) => Promise<Disposition>
  readonly queue: SettleQueue
  /** True where messages of one group must keep their order; after one that comes back the rest of its group comes back untouched. */
  readonly fifo: boolean
  /** When the host takes the time away, epoch milliseconds. */
  readonly deadlineMs: number
}

/** With less than this left, in milliseconds, no message is begun; it is time to hand messages back. */
const MIN_START_MS = 1_000
/** Time that is kept for the answer itself, in milliseconds. */
const RESPONSE_MS = 300

/**
 * Settles a batch. Resolves to the ids of the messages that come back; never rejects. Messages that were not begun, or
 * not finished when the time ran out, are among them.
 */
export async function settleBatch(batch: MessageBatch, dependencies: SettleDependencies): Promise<string[]> {
  const returned = new Set(batch.messages.map((message) => message.messageId))
  const answered = new AbortController()
  const inTime = () => dependencies.clock.now() < batch.deadlineMs - MIN_START_MS
  const settleOne = async (message: ReceivedMessage): Promise<boolean> => {
    const disposition = inTime()
      ? await batch.handle(message)
      : retryAfter(notStartedDelayMs(message), 'no time is left')
    // Once the answer is given the host counts the message as returned: deleting or sending it now would do it twice.
    if (answered.signal.aborted) return false
    const ended = (await settleMessage(message, disposition, batch.queue, dependencies)) === 'ended'
    if (ended) returned.delete(message.messageId)
    return ended
  }
  const release = (message: ReceivedMessage) => returnToQueue(message, 0, batch.queue, dependencies)
  const groups = batch.fifo ? byGroup(batch.messages) : batch.messages.map((message) => [message])
  const all = Promise.all(groups.map((group) => settleInOrder(group, settleOne, release)))
  const timeUp = dependencies.clock.sleep(batch.deadlineMs - RESPONSE_MS - dependencies.clock.now(), answered.signal)
  await Promise.race([all, timeUp])
  const ids = [...returned]
  answered.abort()
  for (const message of batch.messages) message.delivery?.end()
  return ids
}

/** What was not begun comes back at once; where that happens again and again the function's timeout is too short, and receives run out. */
const notStartedDelayMs = ({ receiveCount }: ReceivedMessage): number =>
  receiveCount > 10 ? minDelayMs(0, receiveCount) : 0

/** Settles the messages of one group in their order; after one that comes back the rest is released untouched. */
export async function settleInOrder(
  messages: readonly ReceivedMessage[],
  settleOne: (message: ReceivedMessage) => Promise<boolean>,
  release: (message: ReceivedMessage) => Promise<void>,
): Promise<void> {
  for (const [index, message] of messages.entries()) {
    if (await settleOne(message)) continue
    for (const later of messages.slice(index + 1)) await release(later)
    return
  }
}

/** Messages by their FIFO group, each in the order in which it was received. */
export function byGroup(messages: readonly ReceivedMessage[]): ReceivedMessage[][] {
  const groups = new Map<string, ReceivedMessage[]>()
  for (const message of messages) {
    const group = message.groupId ?? ''
    groups.set(group, [...(groups.get(group) ?? []), message])
  }
  return [...groups.values()]
}
