/** The queue port: what the worker needs from a queue, and what a queue can do. */
import type { DeadLetterFacts } from '../domain/messages/dead-letter.js'
import type { ReceivedMessage } from './received-message.js'

interface QueueAbilities {
  /** Messages of one group keep their order. */
  readonly fifo: boolean
  /** The most messages that one receive returns. */
  readonly batchSize: number
}

/** The calls that settle a message. An adapter keeps what it needs for them in the message's `handle`. */
export interface SettleQueue {
  /** Ends the message: it is not delivered again. */
  complete(message: ReceivedMessage): Promise<void>
  /** The same message becomes visible again after `delaySeconds`, whole seconds. */
  retry(message: ReceivedMessage, delaySeconds: number): Promise<void>
  /** Resolves once a copy with its reason is durable on the dead-letter queue. */
  deadLetter(message: ReceivedMessage, facts: DeadLetterFacts): Promise<void>
}

export interface MessageQueue extends SettleQueue {
  readonly can: QueueAbilities
  /** Up to `max` messages; waits up to `waitSeconds` (0 to 20) for the first. */
  receive(max: number, waitSeconds: number): Promise<ReceivedMessage[]>
  /** Keeps a message invisible for `seconds` more. */
  extend(message: ReceivedMessage, seconds: number): Promise<void>
  /** The queue's own visibility timeout in seconds; rejects if the queue cannot be reached. */
  visibilitySeconds(): Promise<number>
}
