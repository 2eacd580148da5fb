/** Turns a message of SQS and a record of a Lambda event into a received message. */
import type { Message } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import { readTraceContext, type TraceContext } from '../domain/trace-context.js'
import type { ReceivedMessage } from '../messaging/received-message.js'

/** Message attributes that are read if the sender set them. */
export const READ_ATTRIBUTES = ['redriveCount', 'traceparent', 'tracestate'] as const
/** Attributes that the queue itself sets. */
export const SYSTEM_ATTRIBUTES = [
  'ApproximateReceiveCount',
  'SentTimestamp',
  'SenderId',
  'MessageGroupId',
  'AWSTraceHeader',
] as const

interface SystemAttributes {
  readonly ApproximateReceiveCount?: string | undefined
  readonly SentTimestamp?: string | undefined
  readonly SenderId?: string | undefined
  readonly MessageGroupId?: string | undefined
  readonly AWSTraceHeader?: string | undefined
}

/** A message that the SDK received. */
export const fromSdkMessage = (message: Message, queueArn: string | undefined, nowMs: number): ReceivedMessage =>
  toReceivedMessage(
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

/** A record of a Lambda event; undefined if it has no message id. */
export const fromLambdaRecord = (record: Partial<SQSRecord> | null, nowMs: number): ReceivedMessage | undefined =>
  typeof record?.messageId !== 'string'
    ? undefined
    : toReceivedMessage(
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

interface MessageFields {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** The text of a message attribute. */
  readonly attribute: (name: (typeof READ_ATTRIBUTES)[number]) => string | undefined
  readonly queueArn: string | undefined
}

function toReceivedMessage(fields: MessageFields, systemAttributes: SystemAttributes, nowMs: number): ReceivedMessage {
  const { messageId, receiptHandle, body, attribute } = fields
  const sentAtMs = Number(systemAttributes.SentTimestamp)
  const receiveCount = Number(systemAttributes.ApproximateReceiveCount)
  const redriveCountText = attribute('redriveCount') ?? ''
  const redriveCount = /^\d{1,6}$/.test(redriveCountText) ? Number(redriveCountText) : undefined
  const trace = readTraceContext(attribute('traceparent'), attribute('tracestate'))
  const queueTrace = readXrayHeader(systemAttributes.AWSTraceHeader)
  return {
    messageId,
    handle: { current: receiptHandle },
    body,
    receiveCount: Math.max(1, receiveCount || 1),
    sentAtMs: sentAtMs > 0 ? sentAtMs : nowMs,
    receivedAtMs: nowMs,
    ...(systemAttributes.SenderId !== undefined && { senderId: systemAttributes.SenderId }),
    ...(fields.queueArn !== undefined && { queueArn: fields.queueArn }),
    ...(systemAttributes.MessageGroupId !== undefined && { groupId: systemAttributes.MessageGroupId }),
    ...(redriveCount !== undefined && { redriveCount }),
    ...(trace && { trace }),
    ...(queueTrace && { queueTrace }),
  }
}

/**
 * `Root=1-8 hex-24 hex;Parent=16 hex;Sampled=1` (AWS X-Ray, tracing header). Undefined without a parent or if not sampled:
 * the SDKs send an unsampled header from every Lambda function, and following it would switch off our own sampling.
 */
function readXrayHeader(header: string | undefined): TraceContext | undefined {
  const parts = new Map((header ?? '').split(';').map((part) => part.trim().split('=', 2) as [string, string]))
  const [, seconds = '', rest = ''] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(parts.get('Root') ?? '') ?? []
  if (parts.get('Sampled') !== '1') return undefined
  return readTraceContext(`00-${seconds}${rest}-${parts.get('Parent')}-01`)
}
