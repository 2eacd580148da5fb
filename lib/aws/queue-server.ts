/** The embedded queue server: fauxqs, SQS and SNS in this process, on loopback only. */
import type { AddressInfo } from 'node:net'
import { buildApp } from 'fauxqs'
import { speaksQuery, toJsonInput, toXml } from './query-protocol.js'

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
    if (!isForm || form === null || !speaksQuery(form)) return
    const { host = '', authorization = '' } = request.headers
    const target = `AmazonSQS.${form.Action}`
    const headers = { host, authorization, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target }
    const payload = JSON.stringify(toJsonInput(form, `http://${host}${request.url.split('?')[0]}`))
    const answer = await app.inject({ method: 'POST', url: '/', headers, payload })
    const said = answer.body === '' ? {} : answer.json()
    return reply
      .code(answer.statusCode)
      .type('text/xml')
      .send(toXml(form.Action ?? '', answer.statusCode, said))
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
