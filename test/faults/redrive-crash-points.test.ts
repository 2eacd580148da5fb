/** A redrive killed at every point at which it awaits the outside, and run again. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, it } from 'vitest'
import { startQueueProxy } from '../support/aws/queue-proxy.js'
import { budget, figure } from '../support/budget.js'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { run } from '../support/process.js'

const BODIES = ['vpc-a', 'vpc-b'].map((childInstanceId) =>
  JSON.stringify({ cenId: 'cen-1', childInstanceId, childInstanceRegionId: 'cn-hangzhou' }),
)
/** What a dead process holds comes back after this, instead of half a minute. */
const HOLD_SECONDS = 1

const counts = async ({ sqs, queues }: TestCloud) => {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queues.deadLetterQueueUrl, AttributeNames: [...names] }),
  )
  return names.map((name) => Number(Attributes?.[name]))
}

/** Everything on the request queue, removed from it. */
async function takeRequests({ sqs, queues }: TestCloud) {
  const command = new ReceiveMessageCommand({
    QueueUrl: queues.requestQueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 600,
    MessageAttributeNames: ['All'],
  })
  const { Messages = [] } = await sqs.send(command)
  return Messages.map(({ Body, MessageAttributes }) => ({
    body: Body,
    redriveCount: MessageAttributes?.redriveCount?.StringValue,
  }))
}

/** One run with a crash at point `k`, then one without. Resolves to whether the point was reached. */
async function crash(k: number, trace: string): Promise<boolean> {
  const cloud = await startCloud()
  for (const MessageBody of BODIES)
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl: cloud.queues.deadLetterQueueUrl, MessageBody }))
  const direct = cloud.env.AWS_ENDPOINT_URL ?? ''
  const proxy = await startQueueProxy(
    direct,
    [],
    {},
    {
      onRequest: (action, input) =>
        action === 'ReceiveMessage'
          ? JSON.stringify({ ...JSON.parse(input), VisibilityTimeout: HOLD_SECONDS })
          : undefined,
    },
  )
  const proxied = Object.entries(cloud.env).map(([name, value]) => [name, value.replace(direct, proxy.url)])
  const env = { PATH: process.env.PATH ?? '', ...Object.fromEntries(proxied), TRACE: trace, CRASH_AT: String(k) }
  const args = ['--import', './test/support/crash-at.mjs', 'dist/functions/cli.js', 'dlq', 'redrive', '--all']
  const [, signal] = await once(spawn(process.execPath, args, { env, stdio: 'ignore' }), 'exit')
  await proxy.stop()

  const sent = await takeRequests(cloud)
  const [visible = 0, invisible = 0] = await counts(cloud)
  // Nothing is lost: what is off the dead-letter queue is on the request queue.
  expect(sent.length + visible + invisible, `crash at ${k}`).toBeGreaterThanOrEqual(BODIES.length)
  await cloud.until(async () => {
    const { out } = await run(['dlq', 'redrive', '--all', '--json'], cloud.env)
    return JSON.parse(out).elsewhere === 0
  })
  sent.push(...(await takeRequests(cloud)))
  expect(await counts(cloud), `crash at ${k}`).toEqual([0, 0])
  expect(new Set(sent.map(({ body }) => body)), `crash at ${k}`).toEqual(new Set(BODIES))
  // Sent twice it is the same submission, with one result id.
  expect(new Set(sent.map(({ redriveCount }) => redriveCount))).toEqual(new Set(['1']))
  await cloud.stop()
  return signal === 'SIGKILL'
}

it('a redrive that is killed anywhere loses nothing, and ends under the same count when it is run again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'redrive-'))
  const seen = new Set<string>()
  let visited = 0
  for (let k = 1; ; k += budget({ quick: 4, full: 1 })) {
    const trace = join(folder, String(k))
    const reached = await crash(k, trace)
    const points = readFileSync(trace, 'utf8').trim().split('\n')
    const removal = points.indexOf('before DeleteMessageBatch')
    if (removal >= 0) expect(points.slice(0, removal)).toContain('after SendMessageBatch')
    for (const point of points) seen.add(point)
    if (!reached) break
    visited += 1
  }
  expect([...seen]).toEqual(expect.arrayContaining(['after SendMessageBatch', 'before DeleteMessageBatch', 'crash']))
  expect(visited).toBeGreaterThanOrEqual(budget({ quick: 3, full: 10 }))
  figure('crash points visited: a redrive', visited)
}, 300_000)
