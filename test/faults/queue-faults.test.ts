/** Faults of the queue, the topic and the API together, over real sockets: the worker process and the Lambda bundle. */
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FaultPlanEntry } from '../../lib/emulator/world/fault-plan.js'
import { type QueueFault, startQueueProxy } from '../support/aws/queue-proxy.js'
import { budget, figure } from '../support/budget.js'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { startLambda } from '../support/lambda/bundle-host.js'
import { start } from '../support/process.js'
import { breachesOf } from '../support/sim/invariants.js'

interface WirePlan {
  readonly queue: readonly QueueFault[]
  readonly api: readonly FaultPlanEntry[]
  readonly copies: number
}

const ATTACH = 'AttachCenChildInstance'
const queueFaults = fc.record({
  action: fc.constantFrom(
    'PublishBatch',
    'DeleteMessageBatch',
    'ChangeMessageVisibilityBatch',
    'SendMessageBatch',
    'ReceiveMessage',
  ),
  times: fc.integer({ min: 1, max: 4 }),
  how: fc.constantFrom('refuse' as const, 'lose' as const, 'part' as const),
})
const apiFaults = fc.record({
  action: fc.constantFrom(ATTACH, 'DescribeCenAttachedChildInstanceAttribute', 'DescribeCenAttachedChildInstances'),
  nth: fc.integer({ min: 1, max: 8 }),
  fault: fc.oneof(
    fc.constantFrom('before' as const, 'after' as const).map((reset) => ({ reset })),
    fc.constant({ html: 503 }),
    fc.constantFrom('Operation.Blocking', 'Throttling.User', 'InternalError').map((code) => ({ code })),
  ),
})
const wirePlans: fc.Arbitrary<WirePlan> = fc.record({
  queue: fc.array(queueFaults, { maxLength: 3 }),
  api: fc.array(apiFaults, { maxLength: 4 }),
  copies: fc.integer({ min: 1, max: 3 }),
})

const BODIES = [
  ...['cen-1', 'cen-1', 'cen-2', 'cen-2', 'cen-3'].map((cenId, index) =>
    JSON.stringify({ cenId, childInstanceId: `vpc-wire-${index}`, childInstanceRegionId: 'cn-hangzhou' }),
  ),
  JSON.stringify({ cenId: 'cen-1', childInstanceId: 'vpc-elsewhere', childInstanceRegionId: 'cn-hangzhou' }),
  'no request',
]

/** Runs one plan to idle behind a faulty queue. `drive` runs the product until a signal stops it. */
async function runPlan(plan: WirePlan, drive: Drive): Promise<{ breaches: string[]; struck: number }> {
  const world = {
    limits: { attachMs: 300 },
    attached: [{ cenId: 'cen-9', childInstanceId: 'vpc-elsewhere' }],
    faults: plan.api,
  }
  const cloud = await startCloud(world)
  await cloud.sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: cloud.queues.requestQueueUrl, Attributes: { VisibilityTimeout: '3' } }),
  )
  for (let copy = 0; copy < plan.copies; copy++) await cloud.send(...BODIES)
  const proxy = await startQueueProxy(cloud.env.AWS_ENDPOINT_URL ?? '', plan.queue)
  const over = async () => (await cloud.left()) === 0
  await drive(cloud, { AWS_ENDPOINT_URL: proxy.url }, over)
  const evidence = {
    bodies: BODIES,
    results: await cloud.allResults(),
    deadLetters: await cloud.deadLetters(),
    journal: cloud.emulator.journal,
    records: cloud.emulator.world.records(Date.now()),
    left: await cloud.left(),
    mostAttaches: 12 * plan.copies,
  }
  await proxy.stop()
  await cloud.stop()
  return { breaches: breachesOf(evidence), struck: proxy.faultCount() }
}

type Drive = (cloud: TestCloud, env: Record<string, string>, over: () => Promise<boolean>) => Promise<void>

const DRIVES: Record<string, Drive> = {
  'the worker process': async (cloud, env, over) => {
    const worker = start(['worker'], { ...cloud.env, LOG_LEVEL: 'error', ...env })
    await cloud.until(over, 90_000)
    worker.child.kill('SIGTERM')
    await worker.ended
  },
  'the Lambda bundle': async (cloud, env, over) => {
    const lambda = await startLambda(cloud, env)
    await cloud.until(async () => {
      await lambda.round(10_000)
      return over()
    }, 90_000)
    lambda.stop()
  },
}

describe('faults of queue, topic and API together', () => {
  it.each(Object.entries(DRIVES))(
    '%s keeps every message to one final result',
    async (name, drive) => {
      let tried = 0
      let struck = 0
      const keeps = fc.asyncProperty(wirePlans, async (plan) => {
        const run = await runPlan(plan, drive)
        tried += 1
        struck += run.struck
        if (run.breaches.length > 0) throw new Error(`${run.breaches.join('\n')}\npaste: ${JSON.stringify(plan)}`)
      })
      await fc.assert(keeps, { numRuns: budget({ quick: 3, full: 20 }), endOnFailure: true })
      expect(tried).toBeGreaterThan(0)
      figure(`fault plans over real sockets: ${name}`, tried)
      figure(`calls of queue and topic failed: ${name}`, struck)
    },
    900_000,
  )
})
