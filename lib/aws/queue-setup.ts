/** Creates the request queue, its dead-letter queue, the topic and a queue that hears its results, on an empty server. */
import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'

export interface LocalQueues {
  readonly requestQueueUrl: string
  readonly deadLetterQueueUrl: string
  readonly resultTopicArn: string
  readonly resultQueueUrl: string
}

/** As serverless.yml has them, but for a visibility timeout that suits a desk. */
const REQUEST_QUEUE = { VisibilityTimeout: '30', MessageRetentionPeriod: '345600' }
const DEAD_LETTER_QUEUE = { MessageRetentionPeriod: '1209600' }
/** The queue's own redrive is a backstop for crashes; it must never act before the worker has spoken. */
const MAX_RECEIVE_COUNT = 1_000

export async function createLocalQueues(sqs: SQSClient, sns: SNSClient, prefix = 'cen-attach'): Promise<LocalQueues> {
  const create = async (name: string, Attributes: Record<string, string>) => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `${prefix}-${name}`, Attributes }))
    return QueueUrl
  }
  const arnOf = async (QueueUrl: string) => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
    return Attributes?.QueueArn ?? ''
  }
  const deadLetterQueueUrl = await create('dead-letters', DEAD_LETTER_QUEUE)
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: await arnOf(deadLetterQueueUrl),
    maxReceiveCount: MAX_RECEIVE_COUNT,
  })
  const requestQueueUrl = await create('requests', { ...REQUEST_QUEUE, RedrivePolicy })
  const resultQueueUrl = await create('results', DEAD_LETTER_QUEUE)
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `${prefix}-results` }))
  const Endpoint = await arnOf(resultQueueUrl)
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } }),
  )
  return { requestQueueUrl, deadLetterQueueUrl, resultTopicArn: TopicArn, resultQueueUrl }
}
