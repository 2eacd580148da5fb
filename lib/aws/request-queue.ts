/** The request queue and its dead-letter queue, as SQS spells them. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { type DeadLetterFacts, toDeadLetter } from '../dead-letter.js'
import { byteLength } from '../digest.js'
import type { Clock, MessageQueue } from '../ports.js'
import type { ReceivedMessage } from '../received-message.js'
import { fromSdkMessage } from './sqs-message.js'

export interface QueueUrls {
  readonly requestQueueUrl: string
  readonly deadLetterQueueUrl: string
}

export interface RequestQueue extends MessageQueue {
  /** Up to `max` (1 to 10) messages; waits up to `waitSeconds` (0 to 20) for the first. */
  receive(max: number, waitSeconds: number, signal?: AbortSignal): Promise<ReceivedMessage[]>
  /** Keeps a message invisible for `seconds` more. */
  extend(message: ReceivedMessage, seconds: number): Promise<void>
  /** Reads the request queue's own visibility timeout in seconds; rejects where the queue cannot be reached. */
  visibilitySeconds(): Promise<number>
}

/** Up to this size a letter is accepted by every queue (256 KiB was SQS's limit, and is the default of many queues). */
const SAFE_BYTES = 262_144

export function createRequestQueue(sqs: SQSClient, urls: QueueUrls, clock: Clock): RequestQueue {
  const setVisibility = async (message: ReceivedMessage, seconds: number) => {
    const { receiptHandle: ReceiptHandle } = message
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: urls.requestQueueUrl, ReceiptHandle, VisibilityTimeout: seconds }),
    )
  }
  const attribute = async (QueueUrl: string, name: 'VisibilityTimeout' | 'MaximumMessageSize') => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))
    return Number(Attributes?.[name])
  }
  let deadLetterBytes: Promise<number> | undefined
  const maxDeadLetterBytes = async () => {
    deadLetterBytes ??= attribute(urls.deadLetterQueueUrl, 'MaximumMessageSize').catch(() => SAFE_BYTES)
    return (await deadLetterBytes) || SAFE_BYTES
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
      return (Messages ?? []).map((message) => fromSdkMessage(message, nowMs))
    },
    extend: setVisibility,
    retry: setVisibility,
    visibilitySeconds: () => attribute(urls.requestQueueUrl, 'VisibilityTimeout'),
    async complete({ receiptHandle: ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: urls.requestQueueUrl, ReceiptHandle }))
    },
    async deadLetter(message, facts) {
      // Small bodies fit everywhere; only for the others is the queue asked what it takes.
      const maxBytes = byteLength(message.body) < SAFE_BYTES / 2 ? SAFE_BYTES : await maxDeadLetterBytes()
      await sqs.send(new SendMessageCommand(toSendInput(urls.deadLetterQueueUrl, message, facts, maxBytes)))
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
