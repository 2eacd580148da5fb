/** The feed of a campaign: a queue that is subscribed to the results of this campaign only, and deleted after it. */
import {
  paginateListSubscriptionsByTopic,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { AttachmentResult } from '../domain/messages/result.js'
import { readResult } from '../domain/messages/result-schema.js'

/** The longest that SQS keeps a message: somebody may begin to watch late. */
const RETENTION_SECONDS = 1_209_600
/** A result that was received and not deleted is received again after this. */
const VISIBILITY_SECONDS = 30
/** How long one receive waits for a result, in seconds. */
const WAIT_SECONDS = 1
const NO_QUEUE = /NonExistentQueue|QueueDoesNotExist/

export interface ResultFeed {
  /** Up to 10 results; none if none arrived within a second. `deleteMessages` is called once the results are stored. */
  receive(): Promise<{ results: AttachmentResult[]; deleteMessages(): Promise<void> }>
}

/** A queue name: at most 80 characters of A-Z a-z 0-9 - _. `nonce` makes it unique. */
export const feedName = (campaignId: string, nonce: string): string =>
  `cen-attach-${campaignId.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 48)}-${nonce}`

/** The URL of the queue with this name; undefined if there is none. */
export async function findQueue(sqs: SQSClient, QueueName: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl
  } catch (error) {
    if (NO_QUEUE.test((error as Error).name)) return undefined
    throw error
  }
}

/**
 * Creates the queue if it does not exist, allows the topic to send to it, and subscribes it to the campaign's results.
 * Idempotent. A filter policy may take up to 15 minutes to be in force everywhere (Amazon SNS developer guide).
 */
export async function openFeed(
  { sqs, sns }: { sqs: SQSClient; sns: SNSClient },
  QueueName: string,
  TopicArn: string,
  campaignId: string,
): Promise<string> {
  const QueueUrl =
    (await findQueue(sqs, QueueName)) ?? (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? ''
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  const Endpoint = Attributes?.QueueArn ?? ''
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: Endpoint,
    Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
  }
  const settings = {
    MessageRetentionPeriod: String(RETENTION_SECONDS),
    VisibilityTimeout: String(VISIBILITY_SECONDS),
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  }
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: settings }))
  const subscription = { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ campaignId: [campaignId] }) }
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: subscription }))
  return QueueUrl
}

/** Deletes the subscription and the queue; either may be gone already. */
export async function closeFeed(
  { sqs, sns }: { sqs: SQSClient; sns: SNSClient },
  QueueName: string,
  TopicArn: string,
): Promise<void> {
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn })) {
    for (const { Endpoint, SubscriptionArn } of Subscriptions)
      if (Endpoint?.endsWith(`:${QueueName}`)) await sns.send(new UnsubscribeCommand({ SubscriptionArn }))
  }
  const QueueUrl = await findQueue(sqs, QueueName)
  if (QueueUrl !== undefined) await sqs.send(new DeleteQueueCommand({ QueueUrl }))
}

export function createResultFeed(sqs: SQSClient, QueueUrl: string): ResultFeed {
  return {
    async receive() {
      const command = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: WAIT_SECONDS }
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(command))
      return {
        results: Messages.flatMap(({ Body = '' }) => readResult(Body) ?? []),
        async deleteMessages() {
          if (Messages.length === 0) return
          const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
          await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
        },
      }
    },
  }
}
