/** What SQS and SNS show of a queue and a topic, by calls that change nothing. */
import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Answer } from '../../domain/failure.js'
import { isRecord, parseJson } from '../../domain/record.js'
import { answerOf } from './answer.js'

export interface QueueFacts {
  readonly arn: string
  readonly visibilitySeconds: number
  readonly retentionSeconds: number
  readonly encrypted: boolean
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number }
  /** The queues that may move messages here by their redrive policies. */
  readonly redriveFrom: 'any' | readonly string[]
  /** True: a statement without a condition allows an action to everybody. */
  readonly isOpen: boolean
  readonly hasPolicy: boolean
}

export const readQueueFacts = (sqs: SQSClient, QueueUrl: string): Promise<Answer<QueueFacts>> =>
  answerOf(async () => {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    const redrive = parsed(Attributes.RedrivePolicy)
    const policy = parsed(Attributes.Policy)
    return {
      arn: Attributes.QueueArn ?? '',
      visibilitySeconds: Number(Attributes.VisibilityTimeout),
      retentionSeconds: Number(Attributes.MessageRetentionPeriod),
      encrypted: Attributes.SqsManagedSseEnabled === 'true' || Boolean(Attributes.KmsMasterKeyId),
      ...(redrive && {
        redrive: {
          deadLetterTargetArn: String(redrive.deadLetterTargetArn),
          maxReceiveCount: Number(redrive.maxReceiveCount),
        },
      }),
      redriveFrom: redriveSources(parsed(Attributes.RedriveAllowPolicy)),
      hasPolicy: policy !== undefined,
      isOpen: [policy?.Statement ?? []].flat().some(allowsEverybody),
    }
  })

/** The sources of a redrive allow policy; without one, any queue (SQS API, SetQueueAttributes). */
function redriveSources(allowed: Readonly<Record<string, unknown>> | undefined): QueueFacts['redriveFrom'] {
  if (allowed === undefined || allowed.redrivePermission === 'allowAll') return 'any'
  return [allowed.sourceQueueArns ?? []].flat().map(String)
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text ?? '')
  return isRecord(value) ? value : undefined
}

function allowsEverybody(statement: unknown): boolean {
  if (!isRecord(statement) || statement.Effect !== 'Allow' || statement.Condition !== undefined) return false
  const { Principal } = statement
  const named = isRecord(Principal) ? [Principal.AWS].flat() : [Principal]
  return named.includes('*')
}

export interface SubscriptionFacts {
  readonly protocol: string
  readonly endpoint: string
  readonly confirmed: boolean
}

/** The first page of a topic's subscriptions: 100 at most. */
export const readSubscriptions = (sns: SNSClient, TopicArn: string): Promise<Answer<readonly SubscriptionFacts[]>> =>
  answerOf(async () => {
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    return Subscriptions.map(({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
      protocol: Protocol,
      endpoint: Endpoint,
      confirmed: SubscriptionArn.startsWith('arn:'),
    }))
  })
