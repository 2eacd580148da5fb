/** A message as a queue delivered it; every adapter builds it from the queue's own record. */
import type { SourceMessage } from '../domain/messages/result.js'
import type { TraceContext } from '../domain/trace-context.js'
import type { Delivery } from '../telemetry/observer.js'
import type { WaitFor } from './disposition.js'

/** The queue's handle of one delivery. The adapter may replace it, since some queues issue a new handle with each extension. */
interface DeliveryHandle {
  current: string
}

export interface ReceivedMessage extends SourceMessage {
  readonly messageId: string
  /** What the adapter needs to settle this delivery; opaque to all others. */
  readonly handle: DeliveryHandle
  /** When this delivery began, epoch milliseconds. */
  readonly receivedAtMs: number
  /** The topic whose signature the message carries, once it is verified. */
  readonly topicArn?: string
  /** The message group of a FIFO queue. */
  readonly groupId?: string
  /** The trace context in the message's own attributes. */
  readonly trace?: TraceContext
  /** The trace context of the queue's own tracing; `trace` takes precedence. */
  readonly queueTrace?: TraceContext
  /** What the message waited for in memory within this delivery; absent in the first pass of a delivery. */
  readonly heldFor?: WaitFor
  /** Collects what is reported about this delivery; absent if nothing is reported. */
  readonly delivery?: Delivery
}

/** Milliseconds since the message was sent; never negative, so that a skewed clock cannot shorten a backoff. */
export const ageMs = (message: ReceivedMessage, nowMs: number): number => Math.max(0, nowMs - message.sentAtMs)
