/** The worker killed at every point at which it awaits the outside, started again, and run to idle. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import { describe, expect, it } from 'vitest'
import type { AttachmentResult } from '../../lib/domain/messages/result.js'
import { budget, figure } from '../support/budget.js'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { strayWrites, untrueOf } from '../support/sim/enterprise-invariants.js'
import { breachesOf } from '../support/sim/invariants.js'

interface Scenario {
  readonly world: object
  readonly fields?: object
  readonly outcome: 'attached' | 'failed'
  /** The most calls of one write that may be sent. */
  readonly mostAttaches: number
}

const ATTACH = 'AttachCenChildInstance'
const FOREIGN = { childInstanceOwnerId: '1700000000000002' }

const SCENARIOS: Record<string, Scenario> = {
  'an attachment that succeeds': { world: { limits: { attachMs: 400 } }, outcome: 'attached', mostAttaches: 2 },
  'one that is rejected': {
    world: { attached: [{ cenId: 'cen-other', childInstanceId: 'vpc-crash' }] },
    outcome: 'failed',
    mostAttaches: 3,
  },
  'one that is busy first': {
    world: { limits: { attachMs: 200 }, faults: [{ action: ATTACH, times: 4, fault: { code: 'Operation.Blocking' } }] },
    outcome: 'attached',
    mostAttaches: 9,
  },
  'one that is cross-account': {
    world: { limits: { attachMs: 200 }, grantsMissing: [{ childInstanceId: 'vpc-crash', grantedAfterMs: 3_000 }] },
    fields: FOREIGN,
    outcome: 'attached',
    mostAttaches: 4,
  },
  'one on Enterprise Edition, whose router is created': {
    world: {
      editions: { default: 'None' },
      limits: { enterpriseAttachMs: 400, associateMs: 200, routeMs: 100, routerMs: 400 },
    },
    outcome: 'attached',
    mostAttaches: 2,
  },
}

const BODY = { cenId: 'cen-1', childInstanceId: 'vpc-crash', childInstanceRegionId: 'cn-hangzhou' }

function startWorker(cloud: TestCloud, trace: string, crashAt: number) {
  const env = {
    PATH: process.env.PATH ?? '',
    ...cloud.env,
    CONCURRENCY: '1',
    LOG_LEVEL: 'error',
    TRACE: trace,
    CRASH_AT: String(crashAt),
  }
  const child = spawn(
    process.execPath,
    ['--import', './test/support/crash-at.mjs', 'dist/functions/cli.js', 'worker'],
    { env, stdio: 'ignore' },
  )
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  return { child, exited }
}

/** One run with a crash at point `k`. Resolves to whether that point was reached, and to what was breached. */
async function crash(scenario: Scenario, k: number): Promise<{ reached: boolean; breaches: string[] }> {
  const cloud = await startCloud(scenario.world)
  const attributes = { QueueUrl: cloud.queues.requestQueueUrl, Attributes: { VisibilityTimeout: '2' } }
  await cloud.sqs.send(new SetQueueAttributesCommand(attributes))
  const trace = join(mkdtempSync(join(tmpdir(), 'crash-')), 'trace')
  const body = JSON.stringify({ ...BODY, ...scenario.fields })
  await cloud.send(body)
  let worker = startWorker(cloud, trace, k)
  let reached = false
  void worker.exited.then(([, signal]) => {
    if (signal !== 'SIGKILL') return
    reached = true
    worker = startWorker(cloud, trace, 0)
  })
  await cloud.until(async () => (await cloud.left()) === 0, 90_000)
  worker.child.kill('SIGTERM')
  // Where the crash came with the last answer, its successor has nothing left to do.
  await worker.exited
  if (reached) worker.child.kill('SIGKILL')
  const results: AttachmentResult[] = await cloud.allResults()
  const evidence = {
    bodies: [body],
    results,
    deadLetters: await cloud.deadLetters(),
    journal: cloud.emulator.journal,
    records: cloud.emulator.world.records(Date.now()),
    left: await cloud.left(),
    mostAttaches: scenario.mostAttaches,
  }
  const { emulator } = cloud
  const breaches = [
    ...breachesOf(evidence),
    ...strayWrites(emulator, [body], Date.now(), { mostSent: scenario.mostAttaches }),
    ...(scenario.outcome === 'attached' ? results : []).flatMap((result) =>
      untrueOf(result, emulator.world, [body], Date.now()),
    ),
    ...disorderOf(trace, scenario),
  ]
  const outcomes = new Set(results.map(({ data }) => data.outcome).filter((outcome) => outcome !== 'grant-required'))
  if (!outcomes.has(scenario.outcome)) breaches.push(`it ended as ${[...outcomes]}, not as ${scenario.outcome}`)
  await cloud.stop()
  return { reached, breaches }
}

/** A deletion that left before its outcome was durable. */
function disorderOf(trace: string, { outcome }: Scenario): string[] {
  const points = existsSync(trace) ? readFileSync(trace, 'utf8').split('\n') : []
  const deletion = points.indexOf('before DeleteMessageBatch')
  const earlier = points.slice(0, deletion === -1 ? 0 : deletion)
  const needed = outcome === 'failed' ? ['after PublishBatch', 'after SendMessageBatch'] : ['after PublishBatch']
  return deletion === -1
    ? []
    : needed.filter((point) => !earlier.includes(point)).map((point) => `(iii) a delete left before "${point}"`)
}

const AT_ONCE = 4

describe('a worker that is killed', () => {
  it.each(Object.entries(SCENARIOS))(
    'at any point of %s loses nothing and does nothing twice',
    async (name, scenario) => {
      const slots = pLimit(AT_ONCE)
      const stride = budget({ quick: 6, full: 1 })
      const breaches: string[] = []
      let visited = 0
      let over = false
      for (let first = 1; !over; first += AT_ONCE * stride) {
        const points = Array.from({ length: AT_ONCE }, (_, index) => first + index * stride)
        const runs = await Promise.all(points.map((k) => slots(async () => ({ k, ...(await crash(scenario, k)) }))))
        for (const { k, reached, breaches: found } of runs) {
          if (reached) visited += 1
          else over = true
          breaches.push(...found.map((breach) => `crash at ${k}: ${breach}`))
        }
      }
      expect(breaches).toEqual([])
      expect(visited).toBeGreaterThanOrEqual(budget({ quick: 2, full: 10 }))
      figure(`crash points visited: ${name}`, visited)
    },
    900_000,
  )
})
