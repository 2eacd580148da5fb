/** A message as a queue delivered it; every adapter builds this shape from its own record. */

import type { TraceContext } from '../domain/trace-context.js'
import type { Delivery } from '../telemetry/observer.js'
import type { WaitFor } from './disposition.js'

/** An adapter keeps its own handle of a delivery in this object and may replace it, as queues do that hand out a new one at each extension. */
export interface DeliveryHandle {
  current: string
}

export interface ReceivedMessage {
  readonly messageId: string
  /** What the queue's adapter needs to settle this delivery; opaque to everyone else. */
  readonly handle: DeliveryHandle
  /** The body as it was sent, byte for byte. */
  readonly body: string
  /** 1 on the first delivery. */
  readonly receiveCount: number
  /** When it was sent, in epoch milliseconds, as the queue says. */
  readonly sentAtMs: number
  /** When this delivery began, in epoch milliseconds. */
  readonly receivedAtMs: number
  /** The id of the principal that sent it, as the queue says; a body proves nothing. */
  readonly senderId?: string
  /** The queue that it came from. */
  readonly queueArn?: string
  /** The topic whose signature it carries, once that is proved. */
  readonly topicArn?: string
  /** FIFO order or fair-queue group. */
  readonly groupId?: string
  /** How often it came back from the dead-letter queue; absent on a first submission. */
  readonly redriveCount?: number
  /** Where it stands in a trace, as it says beside its body. */
  readonly trace?: TraceContext
  /** The same as the queue's own tracing has it; what the message says of itself goes before it. */
  readonly queueTrace?: TraceContext
  /** Why this process kept it in memory within the same delivery; absent in the first pass of a delivery. */
  readonly heldFor?: WaitFor
  /** Collects what is reported of this delivery; absent if nobody asks. */
  readonly delivery?: Delivery
}

/** Milliseconds since the message was sent; never negative, so that a skewed clock cannot shorten a backoff below its start. */
export const ageMs = (message: ReceivedMessage, nowMs: number): number => Math.max(0, nowMs - message.sentAtMs)

/** Names one delivery of a message; `later` deliveries further on. */
export const deliveryId = ({ messageId, receiveCount }: ReceivedMessage, later = 0): string =>
  `${messageId}#${receiveCount + later}`
