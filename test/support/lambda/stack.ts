/** The packaged deployment on this machine: its template decides about the queue, the mapping and the function, and its zip is what runs. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { unzipSync } from 'fflate'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import type { LocalCloud } from '../../../functions/local/cloud.js'
import { createAwsClients } from '../../../lib/aws/clients.js'
import { type QueueProxy, startQueueProxy } from '../aws/queue-proxy.js'
import type { Packaged } from '../packaged.js'
import type { LambdaFunction } from './environment.js'
import { type Mapping, type MappingSettings, startMapping } from './event-source-mapping.js'
import { type LambdaService, startService } from './service.js'

export interface Stack {
  readonly fn: LambdaFunction
  readonly service: LambdaService
  readonly mapping: Mapping
  /** How often function and mapping have called what at AWS, by `sqs:DeleteMessage on RequestQueue`. */
  readonly callCounts: ReadonlyMap<string, number>
  readonly taskRoot: string
  stop(): Promise<void>
}

/** Unpacks the zip as Lambda does; resolves to the folder. */
export function unpack(zip: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cen-attach-task-'))
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  return folder
}

/** `env` goes before what the template sets: where Alibaba is, and as whom it is called here. */
export async function startStack(
  { template, zip }: Packaged,
  cloud: LocalCloud,
  env: Readonly<Record<string, string>>,
  changes: Partial<MappingSettings & { timeoutMs: number }> = {},
): Promise<Stack> {
  const { requestQueueUrl, deadLetterQueueUrl, resultTopicArn } = cloud.queues
  const properties = (name: string) => template.Resources[name]?.Properties ?? {}
  const callCounts = new Map<string, number>()
  const names = {
    [requestQueueUrl]: 'RequestQueue',
    [deadLetterQueueUrl]: 'DeadLetterQueue',
    [resultTopicArn]: 'ResultTopic',
  }
  const proxy = await recordCalls(cloud.env.AWS_ENDPOINT_URL ?? '', names, callCounts)
  const viaProxy = (url: string) => url.replace(cloud.env.AWS_ENDPOINT_URL ?? '', proxy.url)
  const sqs = createAwsClients(awsConnectionOf({ ...cloud.env, AWS_ENDPOINT_URL: proxy.url })).sqs
  const direct = createAwsClients(awsConnectionOf(cloud.env)).sqs

  const { VisibilityTimeout } = properties('RequestQueue')
  const Attributes = { VisibilityTimeout: String(VisibilityTimeout) }
  await direct.send(new SetQueueAttributesCommand({ QueueUrl: requestQueueUrl, Attributes }))
  const asked = new GetQueueAttributesCommand({ QueueUrl: requestQueueUrl, AttributeNames: ['QueueArn'] })
  const arn = (await direct.send(asked)).Attributes?.QueueArn ?? ''

  const { Handler, Timeout, MemorySize, Environment } = properties('AttachLambdaFunction')
  const resourceValues: Record<string, string> = {
    RequestQueue: viaProxy(requestQueueUrl),
    DeadLetterQueue: viaProxy(deadLetterQueueUrl),
    ResultTopic: resultTopicArn,
  }
  const settings = Object.entries(Environment.Variables as Record<string, string | { Ref: string }>).map(
    ([name, value]) => [name, typeof value === 'string' ? value : (resourceValues[value.Ref] ?? '')] as const,
  )
  const taskRoot = unpack(zip)
  const fn: LambdaFunction = {
    taskRoot,
    handler: Handler,
    environment: { ...Object.fromEntries(settings), ...env, AWS_ENDPOINT_URL: proxy.url },
    timeoutMs: changes.timeoutMs ?? Timeout * 1_000,
    memoryMb: MemorySize,
  }
  const service = startService(fn)
  const { BatchSize, MaximumBatchingWindowInSeconds, ScalingConfig } = properties(
    'AttachEventSourceMappingSQSRequestQueue',
  )
  const mapping = startMapping(
    { sqs, url: viaProxy(requestQueueUrl), arn },
    {
      batchSize: BatchSize,
      windowSeconds: MaximumBatchingWindowInSeconds,
      maximumConcurrency: ScalingConfig.MaximumConcurrency,
      ...changes,
    },
    service.invoke,
  )
  return {
    fn,
    service,
    mapping,
    callCounts,
    taskRoot,
    async stop() {
      await mapping.stop()
      service.stop()
      await proxy.stop()
    },
  }
}

/** A proxy that writes down what is called on what, in IAM's words. */
function recordCalls(
  target: string,
  names: Readonly<Record<string, string>>,
  callCounts: Map<string, number>,
): Promise<QueueProxy> {
  const onRequest = (action: string, input: string): undefined => {
    const place = input.startsWith('{') ? JSON.parse(input).QueueUrl : new URLSearchParams(input).get('TopicArn')
    const path = (url: string) => url.replace(/^https?:\/\/[^/]+/, '')
    const name = Object.entries(names).find(([url]) => path(url) === path(place ?? ''))?.[1]
    const call = `${action.startsWith('Publish') ? 'sns' : 'sqs'}:${action.replace(/Batch$/, '')} on ${name}`
    callCounts.set(call, (callCounts.get(call) ?? 0) + 1)
  }
  return startQueueProxy(target, [], {}, { onRequest })
}
