/** The queue port: what the worker needs of a queue, and what an adapter says that its queue can do. */
import type { DeadLetterFacts } from '../domain/dead-letter.js'
import type { ReceivedMessage } from './received-message.js'

/** What a queue can do. */
export interface QueueAbilities {
  /** Messages of one group keep their order. */
  readonly fifo: boolean
  /** Messages that one receive returns at most. */
  readonly batchSize: number
}

/** The end of a message, and its way back. An adapter keeps what it needs for it in the message's `handle`. */
export interface SettleQueue {
  /** Ends the message: it is not delivered again. */
  complete(message: ReceivedMessage): Promise<void>
  /** The same message becomes visible again after whole seconds. */
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
