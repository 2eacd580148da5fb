/** Every call of AWS that the code can make, and what IAM must allow for it: data for the role, the docs and their test. */

type AwsResource =
  | 'request queue'
  | 'dead-letter queue'
  | 'result topic'
  | 'feeds of campaigns'
  | 'secret'
  | 'any'

export interface AwsPermission {
  /** The SDK's command. */
  readonly call: string
  /** The file that makes the call. Batches are allowed as the single call is. */
  readonly in: string
  readonly service: 'sqs' | 'sns' | 'sts' | 'secretsmanager'
  readonly on: AwsResource
  /** The function (or the event source mapping that feeds it, as the function's role) and the worker; or commands for people. */
  readonly by: 'function and worker' | 'submit' | 'submit --watch, watch' | 'dlq'
  readonly why: string
}

const REQUEST = { in: 'request-queue.ts', service: 'sqs', by: 'function and worker' } as const
const FEED = { in: 'campaign-feed.ts', by: 'submit --watch, watch', on: 'feeds of campaigns' } as const
const DEAD_LETTERS = { in: 'dead-letter-queue.ts', service: 'sqs', by: 'dlq', on: 'dead-letter queue' } as const

// biome-ignore format: a table is read by the row
export const AWS_PERMISSIONS: readonly AwsPermission[] = [
  { ...REQUEST, call: 'ReceiveMessage', on: 'request queue', why: 'take requests; for the function the event source mapping does' },
  { ...REQUEST, call: 'DeleteMessageBatch', on: 'request queue', why: 'end a request; for the function the event source mapping does' },
  { ...REQUEST, call: 'GetQueueAttributes', on: 'request queue', why: 'is it there; its visibility timeout and ARN; the event source mapping asks, too' },
  { ...REQUEST, call: 'ChangeMessageVisibilityBatch', on: 'request queue', why: 'wait: the message is seen again when it is due' },
  { ...REQUEST, in: 'send-batches.ts', call: 'SendMessageBatch', on: 'dead-letter queue', why: 'dead-letter a request, with the reason' },
  { ...REQUEST, call: 'GetQueueAttributes', on: 'dead-letter queue', why: 'is it there; how large a dead letter may be' },
  { in: 'result-topic.ts', service: 'sns', by: 'function and worker', call: 'PublishBatch', on: 'result topic', why: 'tell what became of a request; at the start, with an empty batch: is it there' },
  { in: 'web-identity-token.ts', service: 'sts', by: 'function and worker', call: 'GetWebIdentityToken', on: 'any', why: 'keyless: a token that Alibaba believes' },
  { in: 'secret-text.ts', service: 'secretsmanager', by: 'function and worker', call: 'GetSecretValue', on: 'secret', why: 'with ALIBABA_CLOUD_CREDENTIALS_SECRET: the keys' },
  { in: 'send-batches.ts', service: 'sqs', by: 'submit', call: 'SendMessageBatch', on: 'request queue', why: 'send the rows of a file' },
  { ...FEED, service: 'sqs', call: 'GetQueueUrl', why: 'is there a feed already' },
  { ...FEED, service: 'sqs', call: 'CreateQueue', why: 'make the feed' },
  { ...FEED, service: 'sqs', call: 'SetQueueAttributes', why: 'let the topic send to it' },
  { ...FEED, service: 'sqs', call: 'GetQueueAttributes', why: 'its ARN' },
  { ...FEED, service: 'sqs', call: 'DeleteQueue', why: 'take it away at the end' },
  { ...FEED, service: 'sns', call: 'Subscribe', on: 'result topic', why: "hear the campaign's results" },
  { ...FEED, service: 'sns', call: 'ListSubscriptionsByTopic', on: 'result topic', why: 'find the subscription again' },
  { ...FEED, service: 'sns', call: 'Unsubscribe', on: 'result topic', why: 'take it away at the end' },
  { in: 'result-feed.ts', service: 'sqs', by: 'submit --watch, watch', call: 'ReceiveMessage', on: 'feeds of campaigns', why: 'read results' },
  { in: 'result-feed.ts', service: 'sqs', by: 'submit --watch, watch', call: 'DeleteMessageBatch', on: 'feeds of campaigns', why: 'what was read and written down' },
  { ...DEAD_LETTERS, call: 'GetQueueAttributes', why: 'how many there are, and how long they are kept' },
  { ...DEAD_LETTERS, call: 'ReceiveMessage', why: 'read dead letters' },
  { ...DEAD_LETTERS, call: 'ChangeMessageVisibilityBatch', why: 'hold them for longer, give them back' },
  { ...DEAD_LETTERS, call: 'DeleteMessageBatch', why: 'a dead letter that was sent back' },
]

/** IAM knows no batches: their permission is that of the single call (SQS developer guide, API permissions reference). */
export const actionOf = ({ service, call }: Pick<AwsPermission, 'service' | 'call'>): string =>
  `${service}:${call.replace(/Batch$/, '')}`

/** What a deployment is for Alibaba, as far as its role needs to know. */
export interface RoleNeeds {
  /** Asks AWS for tokens with this audience. */
  readonly tokenAudience?: string | undefined
  /** Reads this secret. */
  readonly secretArn?: string | undefined
}

export interface IamStatement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

/** What the template calls the resources of a function. */
const IN_TEMPLATE: Partial<Record<AwsResource, unknown>> = {
  'request queue': { 'Fn::GetAtt': ['RequestQueue', 'Arn'] },
  'dead-letter queue': { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
  'result topic': { Ref: 'ResultTopic' },
}

/** The statements of the function's role: its calls, each on the one resource that it is made on. */
export function functionStatements({ tokenAudience, secretArn }: RoleNeeds): IamStatement[] {
  const resources = { ...IN_TEMPLATE, ...(secretArn !== undefined && { secret: secretArn }) }
  const functionPermissions = AWS_PERMISSIONS.filter(({ by }) => by === 'function and worker')
  const statements = Object.entries(resources).map(([on, Resource]) => {
    const Action = functionPermissions.filter((permission) => permission.on === on).map(actionOf)
    return { Effect: 'Allow' as const, Action, Resource }
  })
  return tokenAudience === undefined ? statements : [...statements, tokenStatement(tokenAudience)]
}

/** The action knows no resource (service authorization reference, AWS STS): the condition limits it instead. */
const tokenStatement = (audience: string): IamStatement => ({
  Effect: 'Allow',
  Action: ['sts:GetWebIdentityToken'],
  Resource: '*',
  Condition: {
    'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [audience] },
    Null: { 'sts:IdentityTokenAudience': 'false' },
  },
})
