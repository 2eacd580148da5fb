/** Settles the messages of one batch independently, in order within a FIFO group, before the host's deadline. */
import { minDelayMs } from '../domain/backoff.js'
import { type Disposition, retryAfter } from './disposition.js'
import type { SettleQueue } from './message-queue.js'
import type { ReceivedMessage } from './received-message.js'
import { returnToQueue, type SettleDependencies, settleMessage } from './settle-message.js'

interface MessageBatch {
  readonly messages: readonly ReceivedMessage[]
  /** Never rejects. */
  readonly handle: (message: ReceivedMessage) => Promise<Disposition>
  readonly queue: SettleQueue
  /** True if messages of one group keep their order: after one that is returned, the rest of its group is returned unhandled. */
  readonly fifo: boolean
  /** When the host stops the work, epoch milliseconds. */
  readonly deadlineMs: number
}

/** With less time left than this, in milliseconds, no message is begun. */
const MIN_START_MS = 1_000
/** Time that the response itself takes, in milliseconds. */
const RESPONSE_MS = 300

/**
 * Settles a batch. Resolves to the ids of the messages that return to the queue, those included that were not begun or not
 * finished in time. Never rejects.
 */
export async function settleBatch(batch: MessageBatch, dependencies: SettleDependencies): Promise<string[]> {
  const returned = new Set(batch.messages.map((message) => message.messageId))
  const answered = new AbortController()
  const inTime = () => dependencies.clock.now() < batch.deadlineMs - MIN_START_MS
  const settleOne = async (message: ReceivedMessage): Promise<boolean> => {
    const disposition = inTime()
      ? await batch.handle(message)
      : retryAfter(notStartedDelayMs(message), 'no time is left')
    // After the response the host counts the message as returned: settling it now would settle it twice.
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

/**
 * A message that was not begun returns at once; if that repeats, the function's timeout is too short, and a delay saves
 * receives.
 */
const notStartedDelayMs = ({ receiveCount }: ReceivedMessage): number =>
  receiveCount > 10 ? minDelayMs(0, receiveCount) : 0

/** Settles the messages of one group in order; after one that is returned, the rest is released unhandled. */
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

/** Messages by FIFO group, in the order in which they were received. */
export function byGroup(messages: readonly ReceivedMessage[]): ReceivedMessage[][] {
  const groups = new Map<string, ReceivedMessage[]>()
  for (const message of messages) {
    const group = message.groupId ?? ''
    groups.set(group, [...(groups.get(group) ?? []), message])
  }
  return [...groups.values()]
}
