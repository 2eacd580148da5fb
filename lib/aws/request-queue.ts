/** The request queue and its dead-letter queue, as SQS spells them. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { type DeadLetterFacts, toDeadLetter } from '../dead-letter.js'
import type { Clock, MessageQueue } from '../ports.js'
import type { ReceivedMessage } from '../received-message.js'
import { fromSdkMessage } from './sqs-message.js'

export interface QueueUrls {
  readonly requestQueueUrl: string
  readonly deadLetterQueueUrl: string
}

export interface RequestQueue extends MessageQueue {
  /** Up to `max` (1 to 10) messages, each with its queue's ARN once `visibilitySeconds` has been read; waits up to `waitSeconds` (0 to 20) for the first. */
  receive(max: number, waitSeconds: number, signal?: AbortSignal): Promise<ReceivedMessage[]>
  /** Keeps a message invisible for `seconds` more. */
  extend(message: ReceivedMessage, seconds: number): Promise<void>
  /** Reads the request queue's own visibility timeout in seconds; rejects where the queue cannot be reached. */
  visibilitySeconds(): Promise<number>
}

/** SQS's limit until 2025, and still that of many queues. */
const DEFAULT_BYTES = 262_144

export function createRequestQueue(sqs: SQSClient, urls: QueueUrls, clock: Clock): RequestQueue {
  const setVisibility = async (message: ReceivedMessage, seconds: number) => {
    const { receiptHandle: ReceiptHandle } = message
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: urls.requestQueueUrl, ReceiptHandle, VisibilityTimeout: seconds }),
    )
  }
  const attributes = async (QueueUrl: string, ...AttributeNames: QueueAttributeName[]) => {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
    return Attributes
  }
  let queueArn: string | undefined
  const visibilitySeconds = async () => {
    const { VisibilityTimeout, QueueArn } = await attributes(urls.requestQueueUrl, 'VisibilityTimeout', 'QueueArn')
    queueArn = QueueArn
    return Number(VisibilityTimeout)
  }
  let deadLetterBytes: number | undefined
  /** Asked once; while the queue does not say, the default of most queues is assumed. */
  const maxDeadLetterBytes = async () => {
    deadLetterBytes ??=
      Number(
        (await attributes(urls.deadLetterQueueUrl, 'MaximumMessageSize').catch(() => undefined))?.MaximumMessageSize,
      ) || undefined
    return deadLetterBytes ?? DEFAULT_BYTES
  }

  return {
    async receive(max, waitSeconds, signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl: urls.requestQueueUrl,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp', 'SenderId', 'MessageGroupId'],
        MessageAttributeNames: ['redriveCount'],
      })
      const { Messages } = await sqs.send(command, signal ? { abortSignal: signal } : {})
      const nowMs = clock.now()
      return (Messages ?? []).map((message) => fromSdkMessage(message, queueArn, nowMs))
    },
    extend: setVisibility,
    retry: setVisibility,
    visibilitySeconds,
    async complete({ receiptHandle: ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: urls.requestQueueUrl, ReceiptHandle }))
    },
    async deadLetter(message, facts) {
      const input = toSendInput(urls.deadLetterQueueUrl, message, facts, await maxDeadLetterBytes())
      await sqs.send(new SendMessageCommand(input))
    },
  }
}

function toSendInput(QueueUrl: string, message: ReceivedMessage, facts: DeadLetterFacts, maxBytes: number) {
  const letter = toDeadLetter(message, facts, maxBytes)
  const fifo = { MessageGroupId: message.groupId ?? 'dead-letter', MessageDeduplicationId: facts.resultId }
  return {
    QueueUrl,
    MessageBody: letter.body,
    MessageAttributes: toMessageAttributes(letter.attributes),
    ...(QueueUrl.endsWith('.fifo') && fifo),
  }
}

/** SQS and SNS spell an attribute alike. */
export const toMessageAttributes = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  )
