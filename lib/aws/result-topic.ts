/** The result topic, as SNS spells it. */
import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns'
import { resultAttributes } from '../attachment-result.js'
import { sha256Hex } from '../digest.js'
import type { Clock, ResultPublisher } from '../ports.js'
import { entryId } from './batch-answer.js'
import { sizeOf } from './batch-size.js'
import { createGatherer } from './gatherer.js'
import { toMessageAttributes } from './message-attributes.js'
import type { OutgoingMessage } from './send-batches.js'

export interface ResultTopic extends ResultPublisher {
  /** A call that publishes nothing; rejects, with NotFound where there is no such topic. */
  look(): Promise<unknown>
}

/** Results that are published in the same moment share a call; each is answered by itself. */
export function createResultTopic(sns: SNSClient, TopicArn: string, clock: Clock): ResultTopic {
  const publish = createGatherer<OutgoingMessage>({
    call: (results) =>
      sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: results.map(toEntry) })),
    bytesOf: sizeOf,
    clock,
  })
  const isFifo = TopicArn.endsWith('.fifo')
  return {
    // An empty batch is refused, but not as missing, where the topic is there: sns:Publish is all the worker's right to a topic.
    look: () => sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [] })),
    publish(result) {
      const attributes = toMessageAttributes(resultAttributes(result))
      const fifo = isFifo && { groupId: sha256Hex(result.subject), deduplicationId: result.id }
      return publish({ body: JSON.stringify(result), attributes, ...fifo })
    },
  }
}

const toEntry = ({ body, attributes, groupId, deduplicationId }: OutgoingMessage, index: number) => ({
  Id: entryId(index),
  Message: body,
  ...(attributes && { MessageAttributes: { ...attributes } }),
  ...(groupId !== undefined && { MessageGroupId: groupId }),
  ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
})
