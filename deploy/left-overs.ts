/** What outlives the stack of a stage at AWS: its queues with their messages, the feeds of its campaigns, and a secret. */
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DeleteQueueCommand, GetQueueAttributesCommand, paginateListQueues, type SQSClient } from '@aws-sdk/client-sqs'

export interface LeftQueue {
  readonly name: string
  readonly url: string
  /** Visible, invisible and delayed. */
  readonly messages: number
  readonly is: string
}

const KINDS: Readonly<Record<string, string>> = {
  requests: 'waiting requests',
  'dead-letters': 'dead letters',
  results: 'results that nobody has read',
  undelivered: 'results that were not delivered',
}
const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const

/** What a queue of this name holds for the stage; undefined for a queue of others. A feed names the topic of its stage in its policy. */
export function kindOf(name: string, stage: string, policy: string | undefined): string | undefined {
  const prefix = `cen-attach-${stage}-`
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  const [, producer] = /^from-([a-z][a-z0-9]{0,19})$/.exec(rest) ?? []
  if (producer !== undefined) return `waiting requests of ${producer}`
  if (Object.hasOwn(KINDS, rest)) return KINDS[rest]
  return policy?.includes(`:${prefix}results"`) ? 'results of a campaign, its feed' : undefined
}

/** The queues of a stage that are there, whether or not its stack is. */
export async function findQueues(sqs: SQSClient, stage: string): Promise<readonly LeftQueue[]> {
  const found: LeftQueue[] = []
  for await (const { QueueUrls = [] } of paginateListQueues(
    { client: sqs, pageSize: 1_000 },
    { QueueNamePrefix: 'cen-attach-' },
  ))
    for (const url of QueueUrls) {
      const name = url.split('/').at(-1) ?? ''
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...COUNTS, 'Policy'] }),
      )
      const is = kindOf(name, stage, Attributes.Policy)
      if (is !== undefined)
        found.push({ name, url, is, messages: COUNTS.reduce((sum, one) => sum + Number(Attributes[one]), 0) })
    }
  return found
}

export async function deleteQueues(sqs: SQSClient, queues: readonly LeftQueue[]): Promise<void> {
  for (const { url } of queues) await sqs.send(new DeleteQueueCommand({ QueueUrl: url }))
}

/** With the recovery window of Secrets Manager, 30 days. */
export async function deleteSecret(secretArn: string): Promise<void> {
  const region = secretArn.split(':')[3]
  const client = new SecretsManagerClient(region === undefined ? {} : { region })
  await client.send(new DeleteSecretCommand({ SecretId: secretArn }))
}
