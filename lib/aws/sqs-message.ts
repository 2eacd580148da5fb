/** What SQS and Lambda call a message, turned into a received message. */
import type { Message } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import type { ReceivedMessage } from '../received-message.js'
import { readTraceContext } from '../trace-context.js'
import { readXrayHeader } from './xray-header.js'

/** Attributes of a message that are read, if a sender attached them. */
export const READ_ATTRIBUTES = ['redriveCount', 'traceparent', 'tracestate'] as const
/** What is asked of the queue beside them. */
export const SYSTEM_ATTRIBUTES = [
  'ApproximateReceiveCount',
  'SentTimestamp',
  'SenderId',
  'MessageGroupId',
  'AWSTraceHeader',
] as const

interface QueueFacts {
  readonly ApproximateReceiveCount?: string | undefined
  readonly SentTimestamp?: string | undefined
  readonly SenderId?: string | undefined
  readonly MessageGroupId?: string | undefined
  readonly AWSTraceHeader?: string | undefined
}

/** A message that the SDK received. */
export const fromSdkMessage = (message: Message, queueArn: string | undefined, nowMs: number): ReceivedMessage =>
  toReceived(
    {
      messageId: message.MessageId ?? '',
      receiptHandle: message.ReceiptHandle ?? '',
      body: message.Body ?? '',
      attribute: (name) => message.MessageAttributes?.[name]?.StringValue,
      queueArn,
    },
    message.Attributes ?? {},
    nowMs,
  )

/** A record of a Lambda event, or undefined where it is none that could be named. */
export const fromLambdaRecord = (record: Partial<SQSRecord> | null, nowMs: number): ReceivedMessage | undefined =>
  typeof record?.messageId !== 'string'
    ? undefined
    : toReceived(
        {
          messageId: record.messageId,
          receiptHandle: record.receiptHandle ?? '',
          body: record.body ?? '',
          attribute: (name) => record.messageAttributes?.[name]?.stringValue,
          queueArn: record.eventSourceARN,
        },
        record.attributes ?? {},
        nowMs,
      )

interface Named {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** What a sender attached by this name, beside the body. */
  readonly attribute: (name: (typeof READ_ATTRIBUTES)[number]) => string | undefined
  readonly queueArn: string | undefined
}

function toReceived(named: Named, facts: QueueFacts, nowMs: number): ReceivedMessage {
  const { messageId, receiptHandle, body, attribute } = named
  const sentAtMs = Number(facts.SentTimestamp)
  const receiveCount = Number(facts.ApproximateReceiveCount)
  const counted = attribute('redriveCount') ?? ''
  const redriveCount = /^\d{1,6}$/.test(counted) ? Number(counted) : undefined
  const trace = readTraceContext(attribute('traceparent'), attribute('tracestate'))
  const queueTrace = readXrayHeader(facts.AWSTraceHeader)
  return {
    messageId,
    receiptHandle,
    body,
    receiveCount: Math.max(1, receiveCount || 1),
    sentAtMs: sentAtMs > 0 ? sentAtMs : nowMs,
    receivedAtMs: nowMs,
    ...(facts.SenderId !== undefined && { senderId: facts.SenderId }),
    ...(named.queueArn !== undefined && { queueArn: named.queueArn }),
    ...(facts.MessageGroupId !== undefined && { groupId: facts.MessageGroupId }),
    ...(redriveCount !== undefined && { redriveCount }),
    ...(trace && { trace }),
    ...(queueTrace && { queueTrace }),
  }
}
