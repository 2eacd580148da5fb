/** The result topic, as SNS spells it. */
import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns'
import type { Clock } from '../domain/clock.js'
import { sha256Hex } from '../domain/digest.js'
import { resultAttributes } from '../domain/result.js'
import { createBatcher } from '../messaging/batcher.js'
import type { ResultPublisher } from '../reconcile/result-publisher.js'
import { entryBytes, entryId, toMessageAttributes } from './batch.js'
import type { OutgoingMessage } from './send-messages.js'

/** Results that are published in the same moment share a call; each is answered by itself. */
export function createResultTopic(sns: SNSClient, TopicArn: string, clock: Clock): ResultPublisher {
  const publish = createBatcher<OutgoingMessage>({
    call: (results) =>
      sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: results.map(toPublishEntry) })),
    bytesOf: entryBytes,
    clock,
  })
  const isFifo = TopicArn.endsWith('.fifo')
  return {
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
