/** The request queue and its dead-letter queue, as SQS spells them. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Clock } from '../domain/clock.js'
import { toDeadLetter } from '../domain/dead-letter.js'
import { createBatcher } from '../messaging/batcher.js'
import type { MessageQueue } from '../messaging/message-queue.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import { AWS_BATCHES, type BatchAnswer, entryBytes, entryId, toMessageAttributes } from './batch.js'
import { type OutgoingMessage, sendBatchOnce } from './send-messages.js'
import { fromSdkMessage, READ_ATTRIBUTES, SYSTEM_ATTRIBUTES } from './sqs-message.js'

export interface QueueUrls {
  readonly requestQueueUrl: string
  readonly deadLetterQueueUrl: string
}

export interface SqsQueue extends MessageQueue {
  /** How large a dead letter may be, in bytes; rejects if the dead-letter queue cannot be read. */
  deadLetterBytes(): Promise<number>
}

/** SQS's limit until 2025, and still that of many queues. */
const DEFAULT_MAX_BYTES = 262_144

/** Messages carry their queue's ARN once `visibilitySeconds` has been read. Receives 1 to 10 messages (SQS, ReceiveMessage). */
export function createRequestQueue(sqs: SQSClient, urls: QueueUrls, clock: Clock): SqsQueue {
  const { requestQueueUrl: QueueUrl, deadLetterQueueUrl } = urls
  const deleteMessage = createBatcher<ReceivedMessage, BatchAnswer>({
    call: (messages) => sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: messages.map(toEntry) })),
    rules: AWS_BATCHES,
    clock,
  })
  const changeVisibility = createBatcher<{ message: ReceivedMessage; seconds: number }, BatchAnswer>({
    call: (changes) => {
      const Entries = changes.map(({ message, seconds }, index) => ({
        ...toEntry(message, index),
        VisibilityTimeout: seconds,
      }))
      return sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    },
    rules: AWS_BATCHES,
    clock,
  })
  const sendToDeadLetterQueue = createBatcher<OutgoingMessage, BatchAnswer>({
    call: (messages) => sendBatchOnce(sqs, deadLetterQueueUrl, messages),
    rules: AWS_BATCHES,
    bytesOf: entryBytes,
    clock,
  })
  const setVisibility = (message: ReceivedMessage, seconds: number) => changeVisibility({ message, seconds })
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
      ({ MaximumMessageSize }) => Number(MaximumMessageSize) || DEFAULT_MAX_BYTES,
      (error) => {
        asked = undefined
        throw error
      },
    )
    return asked
  }
  /** While the queue does not say, the default of most queues is assumed. */
  const maxDeadLetterBytes = () => deadLetterBytes().catch(() => DEFAULT_MAX_BYTES)

  return {
    can: { fifo: QueueUrl.endsWith('.fifo'), batchSize: 10 },
    async receive(max, waitSeconds) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: [...SYSTEM_ATTRIBUTES],
        MessageAttributeNames: [...READ_ATTRIBUTES],
      })
      const { Messages } = await sqs.send(command)
      const nowMs = clock.now()
      return (Messages ?? []).map((message) => fromSdkMessage(message, queueArn, nowMs))
    },
    extend: setVisibility,
    retry: setVisibility,
    visibilitySeconds,
    deadLetterBytes,
    complete: deleteMessage,
    async deadLetter(message, facts) {
      const sentMessage = toDeadLetter(message, facts, await maxDeadLetterBytes())
      const fifo = { groupId: message.groupId ?? 'dead-letter', deduplicationId: facts.resultId }
      const attributes = toMessageAttributes(sentMessage.attributes)
      await sendToDeadLetterQueue({
        body: sentMessage.body,
        attributes,
        ...(deadLetterQueueUrl.endsWith('.fifo') && fifo),
      })
    },
  }
}

const toEntry = ({ handle }: ReceivedMessage, index: number) => ({
  Id: entryId(index),
  ReceiptHandle: handle.current,
})
