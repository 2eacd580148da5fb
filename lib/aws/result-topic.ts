/** The result topic, as SNS spells it. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns'
import { resultAttributes } from '../attachment-result.js'
import { sha256Hex } from '../digest.js'
import type { ResultPublisher } from '../ports.js'
import { toMessageAttributes } from './request-queue.js'

export function createResultTopic(sns: SNSClient, TopicArn: string): ResultPublisher {
  return {
    async publish(result) {
      const fifo = { MessageGroupId: sha256Hex(result.subject), MessageDeduplicationId: result.id }
      const command = new PublishCommand({
        TopicArn,
        Message: JSON.stringify(result),
        MessageAttributes: toMessageAttributes(resultAttributes(result)),
        ...(TopicArn.endsWith('.fifo') && fifo),
      })
      await sns.send(command)
    },
  }
}
