/** A message as a queue handed it over; every door builds this shape from its own host's record. */

import { type ParsedRequest, parseRequest } from '../domain/request.js'
import type { TraceContext } from '../domain/trace-context.js'
import type { RecentIds } from '../reconcile/recent-ids.js'
import type { Delivery } from '../telemetry/observer.js'

export interface ReceivedMessage {
  readonly messageId: string
  readonly receiptHandle: string
  /** The body as it was sent, byte for byte. */
  readonly body: string
  /** 1 on the first receipt. */
  readonly receiveCount: number
  /** When it was sent, in epoch milliseconds, as the queue says. */
  readonly sentAtMs: number
  /** When this receipt began, in epoch milliseconds. */
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
  /** True where this process handles it again inside the same receipt, after a short wait in hand. */
  readonly heldInMemory?: boolean
  /** Gathers what is to be told of this receipt; absent where nobody asks. */
  readonly delivery?: Delivery
}

/** Milliseconds since the message was sent; never negative, so that a skewed clock cannot shorten a ladder below its start. */
export const ageMs = (message: ReceivedMessage, nowMs: number): number => Math.max(0, nowMs - message.sentAtMs)

/** True on the first receipt, and where `known` has this receipt or the one before: what this process knows of it still holds. */
export const isAsKnown = (message: ReceivedMessage, known: Pick<RecentIds, 'has'>): boolean =>
  message.heldInMemory !== true &&
  (message.receiveCount === 1 || [0, -1].some((later) => known.has(deliveryId(message, later))))

/** Names one receipt of a message; `later` receipts further on. */
export const deliveryId = ({ messageId, receiveCount }: ReceivedMessage, later = 0): string =>
  `${messageId}#${receiveCount + later}`

const read = new WeakMap<object, ParsedRequest>()

/** Reads the body, or answers what was read of it in this receipt before: every look at a message has the same body. Never throws. */
export function readRequest(message: ReceivedMessage, ttlMs: number): ParsedRequest {
  const by = message.delivery ?? message
  const known = read.get(by)
  if (known) return known
  const parsed = parseRequest(message.body, { sentAtMs: message.sentAtMs, ttlMs })
  read.set(by, parsed)
  return parsed
}
