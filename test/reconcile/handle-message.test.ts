import { describe, expect, it } from 'vitest'
import { handleMessage } from '../../lib/reconcile/handle-message.js'
import { createSim, request } from '../support/sim/sim.js'

const attachCalls = (sim: ReturnType<typeof createSim>) =>
  sim.emulator.journal.filter(({ action }) => action === 'AttachCenChildInstance')

describe('handling a message', () => {
  it('attaches with one look-up of the edition, one attach call and one read, and reports it once', async () => {
    const sim = createSim({ world: { limits: { attachMs: 900 } } })
    sim.queue.send(request({ correlationId: 'c-1' }))
    await sim.run()
    expect(sim.emulator.journal.map(({ action, code }) => `${action} ${code}`)).toEqual([
      'ListTransitRouters OK',
      'AttachCenChildInstance OK',
      'DescribeCenAttachedChildInstanceAttribute OK',
    ])
    expect(sim.results).toHaveLength(1)
    expect(sim.results[0]?.type).toBe('cen.attachment.attached.v1')
    expect(sim.results[0]?.data).toMatchObject({
      outcome: 'attached',
      adopted: false,
      correlationId: 'c-1',
      receiveCount: 1,
    })
    expect(sim.queue.size()).toBe(0)
  })

  it('does not take a 200 for success: an attachment that stays Attaching expires, with its last state', async () => {
    const sim = createSim({
      world: { childInstances: [{ childInstanceId: 'vpc-stuck', neverAttaches: true }] },
      ttlMs: 3_600_000,
    })
    sim.queue.send(request({ childInstanceId: 'vpc-stuck' }))
    await sim.run({ forMs: 2 * 3_600_000 })
    expect(attachCalls(sim)).toHaveLength(1)
    expect(sim.results.map(({ data }) => [data.outcome, data.error?.code])).toEqual([['failed', 'RequestExpired']])
    expect(sim.results[0]?.data.error?.message).toContain('attaching')
    expect(sim.queue.deadLetters[0]?.attributes).toMatchObject({ reason: 'expired', errorCode: 'RequestExpired' })
  })

  it('makes no call for a request that has expired on arrival', async () => {
    const sim = createSim()
    sim.queue.send(request({ notAfter: '2026-11-25T11:00:00Z' }))
    await sim.run()
    expect(sim.emulator.journal).toEqual([])
    expect(sim.results[0]?.data.error?.code).toBe('RequestExpired')
  })

  it('adopts an attachment from before the request', async () => {
    const sim = createSim({ world: { attached: [{ cenId: 'cen-one', childInstanceId: 'vpc-old' }] } })
    sim.queue.send(request({ childInstanceId: 'vpc-old' }))
    await sim.run()
    expect(sim.results[0]?.data).toMatchObject({ outcome: 'attached', adopted: true })
  })

  it('rejects a network that is attached to another CEN', async () => {
    const sim = createSim({ world: { attached: [{ cenId: 'cen-two', childInstanceId: 'vpc-taken' }] } })
    sim.queue.send(request({ childInstanceId: 'vpc-taken' }))
    await sim.run()
    expect(sim.results[0]?.data.error).toMatchObject({
      code: 'InvalidOperation.ChildInstanceAlreadyAttached',
      kind: 'already-attached',
    })
    expect(sim.queue.deadLetters[0]?.attributes.reason).toBe('rejected')
  })

  it('rejects it in the first pass that reads it, also after a wait for a slot on the queue', async () => {
    const sim = createSim({
      world: {
        attached: [{ cenId: 'cen-two', childInstanceId: 'vpc-taken' }],
        faults: [{ action: 'AttachCenChildInstance', nth: 1, fault: { code: 'Throttling.User', retryAfterMs: 8_000 } }],
      },
    })
    const context = sim.createContext()
    const sentAtMs = sim.clock.now()
    const body = request({ childInstanceId: 'vpc-taken' })
    const receive = async (receiveCount: number) => {
      const message = { messageId: 'm', handle: { current: 'r' }, body, receiveCount, sentAtMs, receivedAtMs: sentAtMs }
      const handled = handleMessage(message, context)
      await sim.clock.run(() => false, sim.clock.now() + 5_000)
      return handled
    }
    expect(await receive(1)).toMatchObject({ action: 'retry', waitFor: 'slot' })
    sim.clock.set(sim.clock.now() + 9_000)
    expect(await receive(2)).toMatchObject({ action: 'dead-letter', reason: 'rejected' })
  })

  it('pauses once while its credentials are refused, although the edition is remembered', async () => {
    const fault = { code: 'InvalidAccessKeyId.NotFound' }
    const refused = [
      'AttachCenChildInstance',
      'DescribeCenAttachedChildInstances',
      'DescribeCenAttachedChildInstanceAttribute',
    ]
    const sim = createSim({ world: { faults: refused.map((action) => ({ action, fault })) } })
    sim.queue.send(request())
    await sim.run({ forMs: 1_800_000 })
    const breaker = sim.lines.map(({ event }) => event).filter((event) => event.startsWith('intake:'))
    expect(breaker).toEqual(['intake:paused'])
    // The pauses double up to five minutes.
    expect(sim.emulator.journal.length).toBeLessThan(20)
  })

  it('waits for a Detaching to end, then attaches', async () => {
    const sim = createSim({
      world: {
        attached: [{ cenId: 'cen-one', childInstanceId: 'vpc-leaving', status: 'Detaching', endsAfterMs: 40_000 }],
      },
    })
    sim.queue.send(request({ childInstanceId: 'vpc-leaving' }))
    await sim.run()
    expect(sim.results[0]?.data).toMatchObject({ outcome: 'attached', adopted: false })
  })

  it('attaches again after somebody detached it meanwhile', async () => {
    const sim = createSim({ world: { limits: { attachMs: 30_000 } } })
    sim.queue.send(request({ childInstanceId: 'vpc-undone' }))
    await sim.run({ done: () => sim.emulator.journal.length >= 2 })
    const gone = { cenId: 'cen-one', childInstanceId: 'vpc-undone', status: 'Detaching', attachedAtMs: 0 } as const
    sim.emulator.world.put({ ...gone, endsAtMs: sim.clock.now() + 20_000 })
    await sim.run()
    expect(attachCalls(sim).map(({ code }) => code)).toEqual(['OK', 'OK'])
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached'])
  })

  it.each([
    ['a reset after the effect', { reset: 'after' }, 1],
    ['a silence after the effect', { silence: 'after' }, 1],
    ['a reset before the effect', { reset: 'before' }, 2],
    ['a proxy page', { html: 503 }, 2],
    ['a 500 of the API', { code: 'InternalError', http: 500 }, 2],
  ])('reads the state before the next write after %s', async (_name, fault, attaches) => {
    const sim = createSim({ world: { faults: [{ action: 'AttachCenChildInstance', nth: 1, fault }] } })
    sim.queue.send(request())
    await sim.run()
    const actions = sim.emulator.journal.map(({ action }) => (action.startsWith('Describe') ? 'read' : action))
    expect(actions.slice(0, 3)).toEqual(['ListTransitRouters', 'AttachCenChildInstance', 'read'])
    expect(attachCalls(sim)).toHaveLength(attaches)
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached'])
  })

  it('parks a request without a grant, reports the exact call, and attaches once the grant appears', async () => {
    const sim = createSim({
      world: { grantsMissing: [{ childInstanceId: 'vpc-foreign', grantedAfterMs: 3 * 3_600_000 }] },
    })
    sim.queue.send(request({ childInstanceId: 'vpc-foreign', childInstanceOwnerId: '1700000000000007' }))
    await sim.run({ forMs: 5 * 3_600_000 })
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['grant-required', 'attached'])
    expect(sim.results[0]?.data.error?.advice).toContain(
      'aliyun vpc GrantInstanceToCen --RegionId cn-hangzhou --InstanceId vpc-foreign --InstanceType VPC --CenId cen-one --CenOwnerId 1688000000000001 --region cn-hangzhou',
    )
    expect(sim.queue.mostReceives()).toBeLessThan(20)
  })

  it('drops its own results in any envelope, and logs it once', async () => {
    const sim = createSim()
    sim.queue.send(request())
    sim.queue.send('no request')
    sim.queue.send(request({ dryRun: true }))
    await sim.run()
    const published = sim.results.map((result) => JSON.stringify(result))
    expect(published).toHaveLength(3)
    for (const body of published) {
      sim.queue.send(body)
      sim.queue.send(JSON.stringify({ Type: 'Notification', Message: body, TopicArn: 'arn:aws:sns:x' }))
      sim.queue.send(JSON.stringify({ 'detail-type': 'x', detail: JSON.parse(body) }))
    }
    await sim.run()
    expect(sim.queue.size()).toBe(0)
    expect(sim.results).toHaveLength(3)
    expect(sim.queue.deadLetters).toHaveLength(1)
    expect(sim.lines.filter(({ event }) => event === 'result:returned')).toHaveLength(1)
  })

  it('reports a parked row to each campaign once', async () => {
    const sim = createSim({ world: { grantsMissing: [{ childInstanceId: 'vpc-foreign' }] } })
    const parked = { childInstanceId: 'vpc-foreign', childInstanceOwnerId: '1700000000000007' }
    for (const campaignId of ['wave-1', 'wave-2']) sim.queue.send(request({ ...parked, campaignId }))
    await sim.run({ forMs: 30 * 60_000 })
    expect(sim.results.map(({ data }) => [data.campaignId, data.outcome]).sort()).toEqual([
      ['wave-1', 'grant-required'],
      ['wave-2', 'grant-required'],
    ])
    expect(new Set(sim.results.map(({ id }) => id)).size).toBe(2)
  })

  it('parks a call that RAM refuses, and delays no other request', async () => {
    const fault = {
      action: 'AttachCenChildInstance',
      match: { ChildInstanceId: 'vpc-refused' },
      fault: { code: 'NoPermission', http: 403 },
    }
    const sim = createSim({ world: { faults: [fault] } })
    sim.queue.send(request({ childInstanceId: 'vpc-refused' }))
    for (let count = 0; count < 30; count++) sim.queue.send(request())
    await sim.run({ done: () => sim.results.length === 31, forMs: 600_000 })
    expect(sim.results.filter(({ data }) => data.outcome === 'attached')).toHaveLength(30)
    expect(sim.results.filter(({ data }) => data.outcome === 'grant-required')).toHaveLength(1)
    expect(sim.queue.deadLetters).toEqual([])
  })

  it('ends an unlisted code as unknown after 15 minutes and 3 tries, not before', async () => {
    const sim = createSim({
      world: { faults: [{ action: 'AttachCenChildInstance', fault: { code: 'Brand.New', http: 400 } }] },
    })
    sim.queue.send(request())
    await sim.run({ forMs: 3_600_000 })
    expect(sim.queue.deadLetters[0]?.attributes).toMatchObject({
      reason: 'unknown',
      errorCode: 'Brand.New',
      errorKind: 'unknown',
    })
    expect(sim.results[0]?.data.durationMs).toBeGreaterThanOrEqual(15 * 60_000)
    expect(sim.results[0]?.data.durationMs).toBeLessThan(25 * 60_000)
    expect(attachCalls(sim).length).toBeGreaterThanOrEqual(3)
  })

  it('survives an outage of six hours and attaches when it ends', async () => {
    const sim = createSim({ world: { faults: [{ action: '*', fault: { html: 503 } }] } })
    sim.queue.send(request())
    await sim.run({ forMs: 6 * 3_600_000 })
    sim.emulator.faults.set([])
    await sim.run({ forMs: 3_600_000 })
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached'])
  })

  it('dead-letters a request itself, as expired, after an outage of 25 hours', async () => {
    const sim = createSim({ world: { faults: [{ action: '*', fault: { html: 503 } }] } })
    sim.queue.send(request())
    await sim.run({ forMs: 25 * 3_600_000 })
    expect(sim.queue.deadLetters.map(({ attributes }) => attributes.reason)).toEqual(['expired'])
    expect(sim.results[0]?.data.durationMs).toBeLessThan(25 * 3_600_000)
    expect(sim.queue.mostReceives()).toBeLessThanOrEqual(500)
  })

  it('reports an attachment that is observed only after notAfter as attached, not as expired', async () => {
    const sim = createSim({
      world: {
        faults: [
          { action: 'AttachCenChildInstance', nth: 1, fault: { reset: 'after' } },
          { action: 'DescribeCenAttachedChildInstanceAttribute', times: 8, fault: { html: 503 } },
        ],
      },
      ttlMs: 4_000,
    })
    sim.queue.send(request())
    await sim.run()
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached'])
  })

  it('keeps a message whose result could not be published', async () => {
    const sim = createSim({ refusals: { publish: 3 } })
    sim.queue.send(request())
    await sim.run()
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached'])
    expect(attachCalls(sim)).toHaveLength(1)
  })
})
