/** Tries each right of the worker on queues and topic by a call that has no effect: its parameters are refused. */
import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { type Answer, answered } from '../../domain/failure.js'
import { answerOf } from './answer.js'

export interface TriedRight {
  /** The IAM action. */
  readonly action: string
  readonly on: 'request queue' | 'dead-letter queue' | 'result topic'
  /** Ok: the service refused the parameters, so the right is there. */
  readonly answer: Answer<unknown>
}

interface TriedResources {
  readonly requestQueueUrl: string
  readonly deadLetterQueueUrl: string
  readonly resultTopicArn: string
}

/**
 * The answers of a call that was permitted: an empty batch, or zero messages (SQS and SNS, common errors). Assumed: a right is
 * checked before the parameters, as these services answer AccessDenied to such a call without the right.
 */
const PERMITTED = /EmptyBatch|InvalidParameter|ReadCountOutOfRange|InvalidBatchEntry|ValidationError/i

export function tryRights(
  { sqs, sns }: { readonly sqs: SQSClient; readonly sns: SNSClient },
  { requestQueueUrl: QueueUrl, deadLetterQueueUrl, resultTopicArn: TopicArn }: TriedResources,
): Promise<readonly TriedRight[]> {
  const onRequests = { on: 'request queue' } as const
  const tries: (Omit<TriedRight, 'answer'> & { call: () => Promise<unknown> })[] = [
    {
      ...onRequests,
      action: 'sqs:ReceiveMessage',
      call: () => sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 0 })),
    },
    {
      ...onRequests,
      action: 'sqs:DeleteMessage',
      call: () => sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [] })),
    },
    {
      ...onRequests,
      action: 'sqs:ChangeMessageVisibility',
      call: () => sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: [] })),
    },
    {
      on: 'dead-letter queue',
      action: 'sqs:SendMessage',
      call: () => sqs.send(new SendMessageBatchCommand({ QueueUrl: deadLetterQueueUrl, Entries: [] })),
    },
    {
      on: 'result topic',
      action: 'sns:Publish',
      call: () => sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [] })),
    },
  ]
  return Promise.all(tries.map(async ({ call, ...right }) => ({ ...right, answer: permission(await answerOf(call)) })))
}

/** A server that accepts such a call has permitted it, too. */
const permission = (answer: Answer<unknown>): Answer<unknown> =>
  answer.ok || PERMITTED.test(answer.failure.code) ? answered(undefined) : answer
