/** The request queue and its dead-letter queue, as SQS spells them. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { toDeadLetter } from '../dead-letter.js'
import type { Clock, MessageQueue } from '../ports.js'
import type { ReceivedMessage } from '../received-message.js'
import { entryId } from './batch-answer.js'
import { sizeOf } from './batch-size.js'
import { createGatherer } from './gatherer.js'
import { toMessageAttributes } from './message-attributes.js'
import { type OutgoingMessage, sendOnce } from './send-batches.js'
import { fromSdkMessage, READ_ATTRIBUTES, SYSTEM_ATTRIBUTES } from './sqs-message.js'

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
  /** How large a dead letter may be, in bytes; rejects where the dead-letter queue cannot be read. */
  deadLetterBytes(): Promise<number>
}

/** SQS's limit until 2025, and still that of many queues. */
const DEFAULT_BYTES = 262_144

export function createRequestQueue(sqs: SQSClient, urls: QueueUrls, clock: Clock): RequestQueue {
  const { requestQueueUrl: QueueUrl, deadLetterQueueUrl } = urls
  const remove = createGatherer<ReceivedMessage>({
    call: (messages) => sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: messages.map(toEntry) })),
    clock,
  })
  const hide = createGatherer<{ message: ReceivedMessage; seconds: number }>({
    call: (wishes) => {
      const Entries = wishes.map(({ message, seconds }, index) => ({
        ...toEntry(message, index),
        VisibilityTimeout: seconds,
      }))
      return sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    },
    clock,
  })
  const bury = createGatherer<OutgoingMessage>({
    call: (letters) => sendOnce(sqs, deadLetterQueueUrl, letters),
    bytesOf: sizeOf,
    clock,
  })
  const setVisibility = (message: ReceivedMessage, seconds: number) => hide({ message, seconds })
  const attributes = async (QueueUrl: string, ...AttributeNames: QueueAttributeName[]) => {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
    return Attributes
  }
  let queueArn: string | undefined
  const visibilitySeconds = async () => {
    const { VisibilityTimeout, QueueArn } = await attributes(QueueUrl, 'VisibilityTimeout', 'QueueArn')
    queueArn = QueueArn
    return Number(VisibilityTimeout)
  }
  let asked: Promise<number> | undefined
  /** Asked once, together for all that wait for it. */
  const deadLetterBytes = (): Promise<number> => {
    asked ??= attributes(deadLetterQueueUrl, 'MaximumMessageSize').then(
      ({ MaximumMessageSize }) => Number(MaximumMessageSize) || DEFAULT_BYTES,
      (error) => {
        asked = undefined
        throw error
      },
    )
    return asked
  }
  /** While the queue does not say, the default of most queues is assumed. */
  const maxDeadLetterBytes = () => deadLetterBytes().catch(() => DEFAULT_BYTES)

  return {
    async receive(max, waitSeconds, signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: [...SYSTEM_ATTRIBUTES],
        MessageAttributeNames: [...READ_ATTRIBUTES],
      })
      const { Messages } = await (signal ? sqs.send(command, { abortSignal: signal }) : sqs.send(command))
      const nowMs = clock.now()
      return (Messages ?? []).map((message) => fromSdkMessage(message, queueArn, nowMs))
    },
    extend: setVisibility,
    retry: setVisibility,
    visibilitySeconds,
    deadLetterBytes,
    complete: remove,
    async deadLetter(message, facts) {
      const letter = toDeadLetter(message, facts, await maxDeadLetterBytes())
      const fifo = { groupId: message.groupId ?? 'dead-letter', deduplicationId: facts.resultId }
      const attributes = toMessageAttributes(letter.attributes)
      await bury({ body: letter.body, attributes, ...(deadLetterQueueUrl.endsWith('.fifo') && fifo) })
    },
  }
}

const toEntry = ({ receiptHandle }: ReceivedMessage, index: number) => ({
  Id: entryId(index),
  ReceiptHandle: receiptHandle,
})
