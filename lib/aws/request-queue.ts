/** The queue port over SQS: the request queue and its dead-letter queue. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Clock } from '../domain/clock.js'
import { loadOnce } from '../domain/kept.js'
import { toDeadLetter } from '../domain/messages/dead-letter.js'
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
  /** The largest message of the dead-letter queue, in bytes; rejects if the queue's attributes cannot be read. */
  deadLetterBytes(): Promise<number>
}

/** The limit of SQS until 2025, and still that of many queues. */
const DEFAULT_MAX_BYTES = 262_144

/**
 * Messages carry their queue's ARN once `visibilitySeconds` has been called. A receive returns 1 to 10 messages. Each message
 * is settled on the queue that its ARN names: a function of Lambda is also fed from the queues of producers.
 */
export function createRequestQueue(sqs: SQSClient, urls: QueueUrls, clock: Clock): SqsQueue {
  const { requestQueueUrl: QueueUrl, deadLetterQueueUrl } = urls
  const settling = new Map<string, SettleCalls>()
  const settlingOf = ({ queueArn }: ReceivedMessage): SettleCalls => {
    const key = queueArn ?? ''
    const calls = settling.get(key) ?? createSettleCalls(sqs, queueUrlOf(queueArn, QueueUrl), clock)
    settling.set(key, calls)
    return calls
  }
  const sendToDeadLetterQueue = createBatcher<OutgoingMessage, BatchAnswer>({
    call: (messages) => sendBatchOnce(sqs, deadLetterQueueUrl, messages),
    rules: AWS_BATCHES,
    bytesOf: entryBytes,
    clock,
  })
  const setVisibility = (message: ReceivedMessage, seconds: number) =>
    settlingOf(message).changeVisibility({ message, seconds })
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
  const { get: deadLetterBytes } = loadOnce(async () => {
    const { MaximumMessageSize } = await attributes(deadLetterQueueUrl, 'MaximumMessageSize')
    return Number(MaximumMessageSize) || DEFAULT_MAX_BYTES
  })
  /** The default of most queues is assumed while the attribute cannot be read. */
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
    complete: (message) => settlingOf(message).deleteMessage(message),
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

interface SettleCalls {
  deleteMessage(message: ReceivedMessage): Promise<void>
  changeVisibility(change: { readonly message: ReceivedMessage; readonly seconds: number }): Promise<void>
}

/** The batch calls that settle messages of one queue. */
const createSettleCalls = (sqs: SQSClient, QueueUrl: string, clock: Clock): SettleCalls => ({
  deleteMessage: createBatcher<ReceivedMessage, BatchAnswer>({
    call: (messages) => sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: messages.map(toEntry) })),
    rules: AWS_BATCHES,
    clock,
  }),
  changeVisibility: createBatcher<{ message: ReceivedMessage; seconds: number }, BatchAnswer>({
    call: (changes) => {
      const Entries = changes.map(({ message, seconds }, index) => ({
        ...toEntry(message, index),
        VisibilityTimeout: seconds,
      }))
      return sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    },
    rules: AWS_BATCHES,
    clock,
  }),
})

/** The URL of the queue with this ARN: that of the request queue, with the account and the name of the ARN at its end. */
function queueUrlOf(queueArn: string | undefined, requestQueueUrl: string): string {
  const [, , , , account, name] = queueArn?.split(':') ?? []
  return name === undefined ? requestQueueUrl : requestQueueUrl.replace(/\/[^/]+\/[^/]+\/?$/, `/${account}/${name}`)
}

const toEntry = ({ handle }: ReceivedMessage, index: number) => ({
  Id: entryId(index),
  ReceiptHandle: handle.current,
})
