/** The job of the bare loop and of the two libraries, on the bare SDKs: attach, read the state, publish. */
import { randomUUID } from 'node:crypto'
import core from '@alicloud/openapi-core'
import { PublishBatchCommand, PublishCommand } from '@aws-sdk/client-sns'
import { RuntimeOptions } from '@darabonba/typescript'
import { awsConnectionOf } from '../../functions/compose/aws.js'
import type { LocalQueues } from '../../functions/local/queue-server.js'
import { API_VERSIONS, RPC_PARAMS } from '../../lib/alibaba/sdk/rpc.js'
import { createAwsClients } from '../../lib/aws/clients.js'

interface Requested {
  readonly cenId: string
  readonly childInstanceId: string
  readonly childInstanceRegionId: string
}

export type Job = ReturnType<typeof createJob>

export function createJob({ env, queues }: LoopSetup) {
  const { sqs, sns } = createAwsClients(awsConnectionOf(env))
  const client = new core.default(
    new core.$OpenApiUtil.Config({
      endpoint: new URL(env.CBN_ENDPOINT ?? '').host,
      protocol: 'http',
      accessKeyId: env.ALIBABA_CLOUD_ACCESS_KEY_ID,
      accessKeySecret: env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    }),
  )
  const runtime = new RuntimeOptions({ readTimeout: 10_000 })
  const call = async (action: string, query: Record<string, string>) => {
    const params = new core.$OpenApiUtil.Params({ ...RPC_PARAMS, authType: 'AK', action, version: API_VERSIONS.cbn })
    const { body } = await client.callApi(params, new core.$OpenApiUtil.OpenApiRequest({ query }), runtime)
    return body as Record<string, unknown>
  }

  /** Attaches one, reads its state, and resolves to the message with its result. */
  const attach = async (body: string) => {
    const { cenId, childInstanceId, childInstanceRegionId } = JSON.parse(body) as Requested
    const query = {
      CenId: cenId,
      ChildInstanceId: childInstanceId,
      ChildInstanceRegionId: childInstanceRegionId,
      ChildInstanceType: 'VPC',
    }
    await call('AttachCenChildInstance', query)
    const { Status } = await call('DescribeCenAttachedChildInstanceAttribute', query)
    if (Status !== 'Attached') throw new Error(`the state is ${Status}`)
    return toMessage(query)
  }
  return {
    sqs,
    queueUrl: queues.requestQueueUrl,
    /** One message, for a loop without batches. */
    async one(body: string): Promise<void> {
      await sns.send(new PublishCommand({ TopicArn: queues.resultTopicArn, ...(await attach(body)) }))
    },
    /** All concurrently, published in one call. */
    async all(bodies: readonly string[]): Promise<void> {
      const messages = await Promise.all(bodies.map(attach))
      const PublishBatchRequestEntries = messages.map((message, index) => ({ Id: String(index), ...message }))
      await sns.send(new PublishBatchCommand({ TopicArn: queues.resultTopicArn, PublishBatchRequestEntries }))
    },
  }
}

/** A message of the size of the worker's results, with as many attributes. */
function toMessage(attachment: Readonly<Record<string, string>>) {
  const time = new Date().toISOString()
  const id = randomUUID() + randomUUID()
  const data = {
    requestId: id,
    action: 'attach',
    attachment,
    outcome: 'attached',
    adopted: false,
    receiveCount: 1,
    requestedAt: time,
    finishedAt: time,
    durationMs: 1,
  }
  const event = {
    specversion: '1.0',
    id,
    type: 'cen.attachment.attached.v1',
    source: 'urn:bench',
    subject: `${attachment.CenId}/${attachment.ChildInstanceId}`,
    time,
    datacontenttype: 'application/json',
    data,
  }
  const attributes = {
    type: event.type,
    outcome: data.outcome,
    action: data.action,
    cenId: attachment.CenId,
    regionId: attachment.ChildInstanceRegionId,
  }
  return {
    Message: JSON.stringify(event),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  }
}

export interface LoopSetup {
  /** Endpoints and keys of both clouds. */
  readonly env: Readonly<Record<string, string>>
  readonly queues: LocalQueues
}

/** The report of a loop on one round. */
export interface Round {
  readonly ms: number
  /** The CPU time of the process, user and system. */
  readonly cpuMs: number
}
