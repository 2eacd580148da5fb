/** The embedded queue server: fauxqs, SQS and SNS in this process, on loopback only. */
import type { AddressInfo } from 'node:net'
import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'
import { isQueryRequest, toJsonInput, toXml } from './query-protocol.js'

export interface QueueServer {
  /** `http://127.0.0.1:PORT`, for every AWS client. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts it on a free port, or on `port`. fauxqs' own starter listens on every address, and its queue URLs name hosts
 * below `localhost` that not every resolver knows; a store without a host name gives URLs at the address of the caller.
 */
export async function startQueueServer(port = 0): Promise<QueueServer> {
  const app = buildApp({ logger: false, stores: await createStores() })
  app.addHook('preHandler', async (request, reply) => {
    const form = request.body as Readonly<Record<string, string>> | null
    const isForm = String(request.headers['content-type']).includes('x-www-form-urlencoded')
    if (!isForm || form === null || !isQueryRequest(form)) return
    const { host = '', authorization = '' } = request.headers
    const target = `AmazonSQS.${form.Action}`
    const headers = { host, authorization, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target }
    const payload = JSON.stringify(toJsonInput(form, `http://${host}${request.url.split('?')[0]}`))
    const answer = await app.inject({ method: 'POST', url: '/', headers, payload })
    const json = answer.body === '' ? {} : answer.json()
    return reply
      .code(answer.statusCode)
      .type('text/xml')
      .send(toXml(form.Action ?? '', answer.statusCode, json))
  })
  await app.listen({ host: '127.0.0.1', port })
  const { port: bound } = app.server.address() as AddressInfo
  return { url: `http://127.0.0.1:${bound}`, stop: async () => void (await app.close()) }
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>

/** The package exports no stores, so they are taken from beside its entry; its version is pinned. */
async function createStores(): Promise<Stores> {
  const entry = import.meta.resolve('fauxqs')
  const load = async (path: string) => (await import(new URL(path, entry).href)) as Record<string, new () => never>
  const [sqs, sns, s3] = await Promise.all([
    load('./sqs/sqsStore.js'),
    load('./sns/snsStore.js'),
    load('./s3/s3Store.js'),
  ])
  const make = (module: Record<string, new () => never>, name: string) => {
    const Store = module[name]
    if (!Store) throw new Error(`fauxqs has no ${name}`)
    return new Store()
  }
  const sqsStore = make(sqs, 'SqsStore') as Stores['sqsStore']
  sqsStore.host = ''
  return { sqsStore, snsStore: make(sns, 'SnsStore'), s3Store: make(s3, 'S3Store') }
}

export interface LocalQueues {
  readonly requestQueueUrl: string
  readonly deadLetterQueueUrl: string
  readonly resultTopicArn: string
  readonly resultQueueUrl: string
}

/** fauxqs has no SqsManagedSseEnabled; it keeps the name of a key, and encrypts nothing. */
const ENCRYPTED = { KmsMasterKeyId: 'alias/aws/sqs' }
/** As in serverless.yml, except for a shorter visibility timeout. */
const REQUEST_QUEUE = { ...ENCRYPTED, VisibilityTimeout: '30', MessageRetentionPeriod: '345600' }
const DEAD_LETTER_QUEUE = { ...ENCRYPTED, MessageRetentionPeriod: '1209600' }
/** The redrive policy of the queue is a backstop for crashes; it must not act before the worker has dead-lettered a message. */
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
