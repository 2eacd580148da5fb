/** A letter in hand: what SQS hands out of the dead-letter queue, and how long it stays ours. */
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'
import { LETTER_ATTRIBUTES } from '../dead-letter.js'
import { type Letter, readLetter } from '../letter.js'

export interface HeldLetter extends Letter {
  readonly receiptHandle: string
  /** When the queue shows it to others again, epoch milliseconds. */
  readonly heldUntilMs: number
  /** Attributes that were on the message before it became a letter. */
  readonly carried: Readonly<Record<string, MessageAttributeValue>>
}

/** Reads a message that was received with all its attributes. */
export function toHeld(message: Message, nowMs: number, heldUntilMs: number): HeldLetter {
  const { Attributes = {}, MessageAttributes = {}, MessageId = '', ReceiptHandle = '', Body = '' } = message
  const texts = Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue] as const],
  )
  const letter = readLetter({
    messageId: MessageId,
    body: Body,
    attributes: Object.fromEntries(texts),
    sentAtMs: Number(Attributes.SentTimestamp) || nowMs,
    receiveCount: Number(Attributes.ApproximateReceiveCount) || 1,
    ...(Attributes.MessageGroupId && { groupId: Attributes.MessageGroupId }),
    ...(Attributes.SenderId && { senderId: Attributes.SenderId }),
    ...(Attributes.DeadLetterQueueSourceArn && { sourceArn: Attributes.DeadLetterQueueSourceArn }),
  })
  const carried = Object.entries(MessageAttributes).filter(([name]) => !LETTER_ATTRIBUTES.has(name))
  return { ...letter, receiptHandle: ReceiptHandle, heldUntilMs, carried: Object.fromEntries(carried) }
}

/** The letter without what only its holder may know: a page or a report is made from this. */
export const withoutHold = ({
  receiptHandle: _handle,
  heldUntilMs: _until,
  carried: _carried,
  ...letter
}: HeldLetter): Letter => letter
