/** Every AWS call that the code can make, and what IAM must allow for it: data for the role, the docs and their test. */

type AwsResource = 'request queue' | 'dead-letter queue' | 'result topic' | 'feeds of campaigns' | 'secret' | 'any'

export interface AwsPermission {
  /** The SDK's command, or the action of a signed request. */
  readonly call: string
  /** The file in lib/aws that makes the call. */
  readonly in: string
  readonly service: 'sqs' | 'sns' | 'sts' | 'secretsmanager' | 'iam' | 'cloudformation' | 'lambda'
  readonly on: AwsResource
  /** `function` includes the event source mapping, which polls with the function's role. */
  readonly by: 'function and worker' | 'submit' | 'submit --watch, watch' | 'init' | 'dlq' | 'doctor'
  readonly why: string
}

const REQUEST = { in: 'request-queue.ts', service: 'sqs', by: 'function and worker' } as const
const FEED = { in: 'campaign-feed.ts', by: 'submit --watch, watch', on: 'feeds of campaigns' } as const
const TRIED = {
  in: 'inspection/rights.ts',
  by: 'doctor',
  why: "tried without effect, if the worker's identity runs it",
} as const
const SHOWN = { in: 'inspection/queue-facts.ts', by: 'doctor' } as const
const DEAD_LETTERS = {
  in: 'dead-letters/dead-letter-queue.ts',
  service: 'sqs',
  by: 'dlq',
  on: 'dead-letter queue',
} as const

// biome-ignore format: a table is read by the row
export const AWS_PERMISSIONS: readonly AwsPermission[] = [
  { ...REQUEST, call: 'ReceiveMessage', on: 'request queue', why: 'receive requests; for the function the event source mapping does it' },
  { ...REQUEST, call: 'DeleteMessageBatch', on: 'request queue', why: 'delete a settled request; for the function the event source mapping does it' },
  { ...REQUEST, call: 'GetQueueAttributes', on: 'request queue', why: 'does it exist; its visibility timeout and ARN; the event source mapping reads it, too' },
  { ...REQUEST, call: 'ChangeMessageVisibilityBatch', on: 'request queue', why: 'defer: the message becomes visible again when it is due' },
  { ...REQUEST, in: 'send-messages.ts', call: 'SendMessageBatch', on: 'dead-letter queue', why: 'dead-letter a request, with the reason' },
  { ...REQUEST, call: 'GetQueueAttributes', on: 'dead-letter queue', why: 'does it exist; how large a dead letter may be' },
  { in: 'result-topic.ts', service: 'sns', by: 'function and worker', call: 'PublishBatch', on: 'result topic', why: 'publish results; at the start, with an empty batch: does it exist' },
  { in: 'identity.ts', service: 'sts', by: 'function and worker', call: 'GetWebIdentityToken', on: 'any', why: 'keyless: a token that Alibaba trusts' },
  { in: 'identity.ts', service: 'secretsmanager', by: 'function and worker', call: 'GetSecretValue', on: 'secret', why: 'with ALIBABA_CLOUD_CREDENTIALS_SECRET: the keys' },
  { in: 'send-messages.ts', service: 'sqs', by: 'submit', call: 'SendMessageBatch', on: 'request queue', why: 'send the rows of a file' },
  { in: 'caller-identity.ts', service: 'sts', by: 'submit', call: 'GetCallerIdentity', on: 'any', why: 'the sender that the queue will name; needs no permission' },
  { ...FEED, service: 'sqs', call: 'GetQueueUrl', why: 'does the feed exist' },
  { ...FEED, service: 'sqs', call: 'CreateQueue', why: 'create the feed' },
  { ...FEED, service: 'sqs', call: 'SetQueueAttributes', why: 'allow the topic to send to it' },
  { ...FEED, service: 'sqs', call: 'GetQueueAttributes', why: 'its ARN' },
  { ...FEED, service: 'sqs', call: 'DeleteQueue', why: 'delete it at the end' },
  { ...FEED, service: 'sns', call: 'Subscribe', on: 'result topic', why: "receive the campaign's results" },
  { ...FEED, service: 'sns', call: 'ListSubscriptionsByTopic', on: 'result topic', why: 'find the subscription' },
  { ...FEED, service: 'sns', call: 'Unsubscribe', on: 'result topic', why: 'delete it at the end' },
  { ...FEED, service: 'sqs', call: 'ReceiveMessage', why: 'read results' },
  { ...FEED, service: 'sqs', call: 'DeleteMessageBatch', why: 'delete results that were stored' },
  { in: 'caller-identity.ts', service: 'sts', by: 'init', call: 'GetCallerIdentity', on: 'any', why: 'the account, and the sender that the queue will name; needs no permission' },
  { in: 'identity.ts', service: 'sts', by: 'init', call: 'GetWebIdentityToken', on: 'any', why: "keyless: the issuer of the account's tokens, which stands in a token" },
  { ...DEAD_LETTERS, call: 'GetQueueAttributes', why: 'the number of dead letters, and their retention' },
  { ...DEAD_LETTERS, call: 'ReceiveMessage', why: 'read dead letters' },
  { ...DEAD_LETTERS, call: 'ChangeMessageVisibilityBatch', why: 'extend their visibility timeout, or end it' },
  { ...DEAD_LETTERS, call: 'DeleteMessageBatch', why: 'delete a dead letter that was redriven' },
  { ...SHOWN, service: 'sqs', call: 'GetQueueAttributes', on: 'request queue', why: 'does it exist, and is it set up as meant' },
  { ...SHOWN, service: 'sqs', call: 'GetQueueAttributes', on: 'dead-letter queue', why: 'does it exist, and is it set up as meant' },
  { ...SHOWN, service: 'sns', call: 'ListSubscriptionsByTopic', on: 'result topic', why: 'does it exist, and who receives the results' },
  { in: 'caller-identity.ts', service: 'sts', by: 'doctor', call: 'GetCallerIdentity', on: 'any', why: 'who runs it; needs no permission' },
  { in: 'inspection/principal.ts', service: 'iam', by: 'doctor', call: 'SimulatePrincipalPolicy', on: 'any', why: "the rights of the function's role; without it they are not known" },
  { in: 'inspection/stack.ts', service: 'cloudformation', by: 'doctor', call: 'DescribeStacks', on: 'any', why: 'with `--stage`: the outputs of its stack' },
  { in: 'inspection/stack.ts', service: 'lambda', by: 'doctor', call: 'GetFunctionConfiguration', on: 'any', why: 'with `--stage`: the settings of its function' },
  { ...TRIED, service: 'sqs', call: 'ReceiveMessage', on: 'request queue' },
  { ...TRIED, service: 'sqs', call: 'DeleteMessageBatch', on: 'request queue' },
  { ...TRIED, service: 'sqs', call: 'ChangeMessageVisibilityBatch', on: 'request queue' },
  { ...TRIED, service: 'sqs', call: 'SendMessageBatch', on: 'dead-letter queue' },
  { ...TRIED, service: 'sns', call: 'PublishBatch', on: 'result topic' },
]

/** The IAM action of a call; that of a batch call is the single call's (SQS developer guide, API permissions reference). */
export const actionOf = ({ service, call }: Pick<AwsPermission, 'service' | 'call'>): string =>
  `${service}:${call.replace(/Batch$/, '')}`

/** Parts of a deployment's Alibaba identity that its AWS role depends on. */
export interface RoleNeeds {
  /** The queues that feed the function, by their names in the template. */
  readonly requestQueueIds: readonly string[]
  /** The function requests tokens with this audience. */
  readonly tokenAudience?: string | undefined
  /** The function reads this secret. */
  readonly secretArn?: string | undefined
}

export interface IamStatement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })

/** References to the function's other resources in the template. */
const IN_TEMPLATE: Partial<Record<AwsResource, unknown>> = {
  'dead-letter queue': arnOf('DeadLetterQueue'),
  'result topic': { Ref: 'ResultTopic' },
}

/** The statements of the function's role: each call allowed on its one resource, those of the request queue on each that feeds it. */
export function functionStatements({ requestQueueIds, tokenAudience, secretArn }: RoleNeeds): IamStatement[] {
  const queues = requestQueueIds.map(arnOf)
  const resources = { 'request queue': queues, ...IN_TEMPLATE, ...(secretArn !== undefined && { secret: secretArn }) }
  const functionPermissions = AWS_PERMISSIONS.filter(({ by }) => by === 'function and worker')
  const statements = Object.entries(resources).map(([on, Resource]) => {
    const Action = functionPermissions.filter((permission) => permission.on === on).map(actionOf)
    return { Effect: 'Allow' as const, Action, Resource }
  })
  return tokenAudience === undefined ? statements : [...statements, tokenStatement(tokenAudience)]
}

/** The action has no resource types (service authorization reference, AWS STS), so a condition limits it. */
const tokenStatement = (audience: string): IamStatement => ({
  Effect: 'Allow',
  Action: ['sts:GetWebIdentityToken'],
  Resource: '*',
  Condition: {
    'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [audience] },
    Null: { 'sts:IdentityTokenAudience': 'false' },
  },
})
