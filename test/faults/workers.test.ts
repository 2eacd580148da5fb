/** Several workers: suspended and resumed, terminated and killed. */
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { budget, figure } from '../support/budget.js'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { type Running, start } from '../support/process.js'
import { breachesOf } from '../support/sim/invariants.js'
import { request, seeded } from '../support/sim/sim.js'

let cloud: TestCloud
const workers: Running[] = []

async function setUp(world: object, visibilitySeconds: number) {
  cloud = await startCloud(world)
  const Attributes = { VisibilityTimeout: String(visibilitySeconds) }
  await cloud.sqs.send(new SetQueueAttributesCommand({ QueueUrl: cloud.queues.requestQueueUrl, Attributes }))
}
const startWorker = async () => {
  const worker = start(['worker'], { ...cloud.env, LOG_LEVEL: 'info' })
  workers.push(worker)
  await worker.wrote('worker:started')
  return worker
}
const idle = (withinMs?: number) => cloud.until(async () => (await cloud.left()) === 0, withinMs)
const breaches = async (bodies: readonly string[], mostAttaches: number) =>
  breachesOf({
    bodies,
    results: await cloud.allResults(),
    deadLetters: await cloud.deadLetters(),
    journal: cloud.emulator.journal,
    records: cloud.emulator.world.records(Date.now()),
    left: await cloud.left(),
    mostAttaches,
  })

afterEach(async () => {
  for (const { child } of workers.splice(0)) child.kill('SIGKILL')
  await cloud.stop()
})

describe('two workers', () => {
  it('with every message on the queue three times attach each network once', async () => {
    await setUp({ limits: { attachMs: 300 } }, 10)
    const bodies = Array.from({ length: 20 }, (_, index) => request({ cenId: `cen-${index % 3}` }))
    await cloud.send(...bodies, ...bodies, ...bodies)
    await Promise.all([startWorker(), startWorker()])
    await idle(60_000)
    expect(await breaches(bodies, 6)).toEqual([])
    figure('duplicate deliveries injected (two workers)', bodies.length * 2)
  })

  it('one of which sleeps past the visibility timeout and wakes tell one result', async () => {
    await setUp(
      { limits: { attachMs: 200 }, faults: [{ action: 'AttachCenChildInstance', nth: 1, fault: { delayMs: 1_500 } }] },
      2,
    )
    const body = request()
    await cloud.send(body)
    const sleeper = await startWorker()
    await cloud.until(() => cloud.emulator.journal.length > 0)
    sleeper.child.kill('SIGSTOP')
    await startWorker()
    await idle()
    sleeper.child.kill('SIGCONT')
    // The sleeper goes on with a receipt that is no longer its own, and must do no harm.
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(await breaches([body], 3)).toEqual([])
    const results = await cloud.allResults()
    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
  })
})

describe('SIGTERM', () => {
  it('at random moments loses nothing, and what waits is released at once', async () => {
    await setUp({ limits: { attachMs: 400 } }, 60)
    const random = seeded(11)
    const rounds = budget({ quick: 4, full: 25 })
    const bodies: string[] = []
    for (let round = 0; round < rounds; round++) {
      const fresh = Array.from({ length: 12 }, () => request({ cenId: `cen-${round % 2}` }))
      bodies.push(...fresh)
      const worker = await startWorker()
      await cloud.send(...fresh)
      await new Promise((resolve) => setTimeout(resolve, random() * 1_500))
      worker.child.kill('SIGTERM')
      expect(await worker.ended).toBe(0)
    }
    // The visibility timeout is a minute: what comes back sooner was released, not forgotten.
    const before = Date.now()
    await startWorker()
    await idle(40_000)
    expect(Date.now() - before).toBeLessThan(40_000)
    // A worker that starts does not know the concurrency limit, so each may be refused once; the last one attaches.
    const workers = rounds + 1
    expect(await breaches(bodies, workers + 1)).toEqual([])
    figure('SIGTERMs at random moments', rounds)
  }, 300_000)
})

describe('a revocation of credentials', () => {
  it('keeps 500 messages, says so once, and all attach when the credentials are good again', async () => {
    const count = 500
    const revoked = [{ action: '*', fault: { code: 'InvalidSecurityToken.Expired', http: 400 } }]
    await setUp({ limits: { attachMs: 50, attachesAtOnce: 50 }, faults: revoked }, 30)
    const bodies = Array.from({ length: count }, (_, index) => request({ cenId: `cen-${index % 20}` }))
    await Promise.all([0, 1, 2, 3, 4].map((part) => cloud.send(...bodies.filter((_, index) => index % 5 === part))))
    const worker = await startWorker()
    await worker.wrote('intake:paused')
    await new Promise((resolve) => setTimeout(resolve, 8_000))
    const calls = cloud.emulator.journal.length
    expect(calls).toBeLessThan(150)
    const controlled = await fetch(`${cloud.env.CBN_ENDPOINT}/_emulator/faults`, { method: 'PUT', body: '[]' })
    expect(controlled.status).toBe(200)
    await worker.wrote('intake:resumed', 40_000)
    await idle(120_000)
    const results = await cloud.allResults()
    expect(results.filter(({ data }) => data.outcome === 'attached')).toHaveLength(count)
    expect(await cloud.deadLetters()).toEqual([])
    expect(worker.err().match(/intake:paused/g)).toHaveLength(1)
  }, 200_000)

  it('shows in the exit code of a worker that leaves while it is paused', async () => {
    await setUp({ faults: [{ action: '*', fault: { code: 'InvalidAccessKeyId.NotFound', http: 404 } }] }, 30)
    await cloud.send(request())
    const worker = await startWorker()
    await worker.wrote('intake:paused')
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toBe(1)
    expect(worker.err()).toMatch(/"code":"InvalidAccessKeyId.NotFound".*worker:stopped/)
  })
})
