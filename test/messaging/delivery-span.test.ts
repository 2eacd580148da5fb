/** One event reports every delivery: its ids, its outcome and its cost. */
import { describe, expect, it } from 'vitest'
import { openDelivery } from '../../lib/messaging/delivery-span.js'
import { settleBatch } from '../../lib/messaging/settle-batch.js'
import { notifyAll } from '../../lib/telemetry/observer.js'
import { createSim, request, type SimOptions } from '../support/sim/sim.js'

async function settled(options: SimOptions, ...bodies: string[]) {
  const sim = createSim(options)
  for (const body of bodies) sim.queue.send(body)
  await sim.run()
  return sim
}

const OWNER = '1700000000000002'

describe('the event of a delivery', () => {
  it('has all ids of the request and the cost of the delivery', async () => {
    const ids = { requestId: 'r-1', correlationId: 'c-1', campaignId: 'k-1', childInstanceOwnerId: OWNER }
    const sim = await settled({ world: { limits: { attachMs: 900 } } }, request({ childInstanceId: 'vpc-a', ...ids }))
    const [result] = sim.results
    expect(sim.deliveries).toEqual([
      {
        messageId: 'message-1',
        receiveCount: 1,
        ...ids,
        idempotencyKey: expect.stringMatching(/^[0-9a-f]{64}$/),
        cenId: 'cen-one',
        childInstanceId: 'vpc-a',
        childInstanceType: 'VPC',
        childInstanceRegionId: 'cn-hangzhou',
        action: 'complete',
        outcome: 'attached',
        resultId: result?.id,
        adopted: false,
        durationMs: result?.data.durationMs,
        looks: expect.any(Number),
        apiCalls: 3,
        apiMs: 120,
        ageMs: expect.any(Number),
        tookMs: expect.any(Number),
      },
    ])
    expect(sim.deliveries[0]?.looks).toBeGreaterThan(1)
    expect(sim.deliveries[0]?.tookMs).toBeGreaterThanOrEqual(result?.data.durationMs ?? Infinity)
  })

  it('reports every retry, with its delay, its reason and the failure', async () => {
    const code = 'IncorrectStatus.TransitRouter'
    const fault = { action: 'AttachCenChildInstance', nth: 1, times: 8, fault: { code } }
    const sim = await settled({ world: { faults: [fault] } }, request())
    expect(sim.deliveries).toHaveLength(sim.queue.receives())
    const retries = sim.deliveries.filter(({ action }) => action === 'retry')
    expect(retries.length).toBeGreaterThan(3)
    expect(retries.map(({ delaySeconds }) => delaySeconds)).toEqual(sim.queue.delays)
    for (const retry of retries) expect(retry).toMatchObject({ code, kind: 'not-ready', why: code })
    expect(sim.deliveries.at(-1)).toMatchObject({ action: 'complete', outcome: 'attached' })
    expect(sim.deliveries.at(-1)).not.toHaveProperty('code')
  })

  it('reports the reason of a dead letter', async () => {
    const sim = await settled(
      { world: { attached: [{ cenId: 'cen-two', childInstanceId: 'vpc-b' }] } },
      'no request',
      request({ childInstanceId: 'vpc-b' }),
    )
    expect(sim.deliveries).toMatchObject([
      { action: 'dead-letter', outcome: 'failed', code: 'RequestInvalid', kind: 'rejected', apiCalls: 0 },
      { action: 'dead-letter', outcome: 'failed', kind: 'already-attached', childInstanceId: 'vpc-b' },
    ])
    expect(sim.deliveries[0]?.requestId).toBe(sim.results[0]?.data.requestId)
    expect(sim.deliveries[0]).not.toHaveProperty('cenId')
  })

  it('is the only log line of a success; a result that needs attention has a warning, too', async () => {
    const sim = await settled(
      {
        world: {
          attached: [{ cenId: 'cen-two', childInstanceId: 'vpc-b' }],
          grantsMissing: [{ childInstanceId: 'vpc-c' }],
        },
      },
      request({ childInstanceId: 'vpc-a' }),
      request({ childInstanceId: 'vpc-b', requestId: 'r-b' }),
      request({ childInstanceId: 'vpc-c', childInstanceOwnerId: OWNER, notAfter: '2026-11-25T12:05:00Z' }),
    )
    const published = sim.lines.filter(({ event }) => event === 'result:published')
    expect(
      published.map(({ level, fields }) => [level, fields.childInstanceId, fields.outcome, fields.code]).sort(),
    ).toEqual([
      ['warn', 'vpc-b', 'failed', 'InvalidOperation.ChildInstanceAlreadyAttached'],
      ['warn', 'vpc-c', 'failed', 'RequestExpired'],
      ['warn', 'vpc-c', 'grant-required', expect.stringMatching(/./)],
    ])
    const ofB = sim.results.find(({ data }) => data.requestId === 'r-b')
    expect(published.map(({ fields }) => fields.resultId)).toContain(ofB?.id)
  })

  it('reports a parked request when its result is published, and keeps the code while it waits', async () => {
    const sim = createSim({ world: { grantsMissing: [{ childInstanceId: 'vpc-c' }] } })
    sim.queue.send(request({ childInstanceId: 'vpc-c', childInstanceOwnerId: OWNER }))
    await sim.run({ done: () => sim.deliveries.length >= 3 })
    const [first, ...later] = sim.deliveries
    expect(first).toMatchObject({ action: 'retry', outcome: 'grant-required', kind: 'not-granted' })
    for (const one of later) {
      expect(one).toMatchObject({ action: 'retry', kind: 'not-granted' })
      expect(one).not.toHaveProperty('outcome')
    }
  })

  it('has no field for a text of another program', async () => {
    const fault = { code: 'InvalidParameter', message: 'a text of the API' }
    const sim = await settled({ world: { faults: [{ action: '*', fault }] } }, request(), '{"hush":"hush"}')
    expect(sim.deliveries.length).toBeGreaterThan(1)
    expect(JSON.stringify(sim.deliveries)).not.toContain('hush')
  })

  it('is reported once, and as a release if the host stops the work', async () => {
    const sim = createSim()
    const context = sim.createContext()
    sim.queue.send(request())
    const [message] = await sim.queue.receive(1, 0)
    if (!message) throw new Error('a message is there')
    const opened = openDelivery(message, context)
    const never = new Promise<never>(() => undefined)
    const deadlineMs = context.clock.now() + 5_000
    const batch = { messages: [opened], handle: () => never, queue: sim.queue, fifo: false, deadlineMs }
    const answered = settleBatch(batch, context)
    await sim.clock.run(() => sim.deliveries.length > 0, deadlineMs)
    expect(await answered).toEqual([message.messageId])
    opened.delivery?.end({ action: 'complete' })
    expect(sim.deliveries).toMatchObject([{ action: 'release', receiveCount: 1, looks: 0 }])
  })

  it('is all that is lost if a listener throws', async () => {
    const broken = () => {
      throw new Error('disk full')
    }
    const observer = notifyAll([{ received: broken, called: broken, settled: broken, breaker: broken }])
    const sim = await settled({ observer }, request())
    const deaf = await settled({ observer: { received: broken, called: broken, settled: broken } }, request())
    for (const { results } of [sim, deaf]) expect(results.map(({ data }) => data.outcome)).toEqual(['attached'])
  })
})
