/** The result publisher over SNS. */
import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns'
import type { Clock } from '../domain/clock.js'
import { sha256Hex } from '../domain/digest.js'
import { resultAttributes } from '../domain/messages/result.js'
import { createBatcher } from '../messaging/batcher.js'
import type { ResultPublisher } from '../messaging/result-publisher.js'
import { AWS_BATCHES, type BatchAnswer, entryBytes, entryId, toMessageAttributes } from './batch.js'
import type { OutgoingMessage } from './send-messages.js'

export interface ResultTopic extends ResultPublisher {
  /** A call that publishes nothing; rejects, with NotFound if there is no such topic. */
  check(): Promise<unknown>
}

/** Concurrent results share a PublishBatch call; each resolves or rejects by itself. */
export function createResultTopic(sns: SNSClient, TopicArn: string, clock: Clock): ResultTopic {
  const publish = createBatcher<OutgoingMessage, BatchAnswer>({
    call: (results) =>
      sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: results.map(toPublishEntry) })),
    rules: AWS_BATCHES,
    bytesOf: entryBytes,
    clock,
  })
  const isFifo = TopicArn.endsWith('.fifo')
  return {
    // An existing topic refuses an empty batch with another error than NotFound; sns:Publish is the only permission needed.
    check: () => sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [] })),
    publish(result) {
      const attributes = toMessageAttributes(resultAttributes(result))
      const fifo = isFifo && { groupId: sha256Hex(result.subject), deduplicationId: result.id }
      return publish({ body: JSON.stringify(result), attributes, ...fifo })
    },
  }
}

const toPublishEntry = ({ body, attributes, groupId, deduplicationId }: OutgoingMessage, index: number) => ({
  Id: entryId(index),
  Message: body,
  ...(attributes && { MessageAttributes: { ...attributes } }),
  ...(groupId !== undefined && { MessageGroupId: groupId }),
  ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
})
