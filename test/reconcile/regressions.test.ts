/** Situations in which requests were once lost, delayed or reported wrongly. */
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../lib/domain/failure.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { createSim, request } from '../support/sim/sim.js'

const HOUR = 3_600_000
const outcomes = (sim: ReturnType<typeof createSim>) => sim.results.map(({ data }) => data.outcome)
const attached = (sim: ReturnType<typeof createSim>) => outcomes(sim).filter((outcome) => outcome === 'attached').length

describe('a CEN', () => {
  it('is not taken for slow for ever after one slow attachment', async () => {
    const sim = createSim({ world: { childInstances: [{ childInstanceId: 'vpc-slow', attachMs: 600_000 }] } })
    sim.queue.send(request({ childInstanceId: 'vpc-slow' }))
    await sim.run()
    const durations: number[] = []
    for (let count = 0; count < 45; count++) {
      sim.queue.send(request())
      await sim.run()
      durations.push(sim.results.at(-1)?.data.durationMs ?? Infinity)
    }
    expect(durations.at(-1)).toBeLessThan(5_000)
    expect(Math.max(...durations)).toBeLessThan(70_000)
  })

  it('attaches all requests after an outage between an accepted attach and its first read', async () => {
    const sim = createSim({ world: {} })
    sim.queue.send(request())
    await sim.run({ done: () => sim.emulator.journal.length > 0 })
    sim.emulator.faults.set([{ action: '*', fault: { code: 'InvalidSecurityToken.Expired' } }])
    await sim.run({ forMs: 6 * HOUR })
    sim.emulator.faults.set([])
    for (let count = 0; count < 60; count++) sim.queue.send(request())
    await sim.run({ forMs: 3 * HOUR })
    expect(attached(sim)).toBe(61)
  })

  it('is fully used: 200 attachments of 20 s, ten at once, end within twice the bound', async () => {
    const sim = createSim({ world: { limits: { attachMs: 20_000, attachesAtOnce: 10 } }, concurrency: 50 })
    for (let count = 0; count < 200; count++) sim.queue.send(request())
    const before = sim.clock.now()
    await sim.run()
    expect(attached(sim)).toBe(200)
    expect((sim.clock.now() - before) / 1_000).toBeLessThan((2 * 200 * 20) / 10)
    expect(sim.tally.refused / sim.tally.calls).toBeLessThan(0.05)
  })

  it('that throttles is still fully used after one burst', async () => {
    const throttle = { calls: 10, windowMs: 1_000, actions: ['AttachCenChildInstance'] }
    const sim = createSim({ world: { limits: { attachMs: 1_000, attachesAtOnce: 50, throttle } } })
    for (let count = 0; count < 200; count++) sim.queue.send(request({ cenId: `cen-${count % 20}` }))
    const before = sim.clock.now()
    await sim.run()
    expect(attached(sim)).toBe(200)
    expect((sim.clock.now() - before) / 1_000).toBeLessThan(2 * 20)
  })
})

describe('an accepted attachment', () => {
  it.each(['InvalidParameter', 'Brand.New', 'ParameterWhatever'])(
    'does not end as failed because a reading was refused (%s)',
    async (code) => {
      const fault = { code, http: 400 }
      const reads = ['DescribeCenAttachedChildInstanceAttribute', 'DescribeCenAttachedChildInstances']
      const sim = createSim({ world: { faults: reads.map((action) => ({ action, times: 3, fault })) } })
      sim.queue.send(request())
      await sim.run()
      expect(outcomes(sim)).toEqual(['attached'])
    },
  )

  it('is not taken for an attachment to another CEN while it does not show yet', async () => {
    const hidden = { code: 'ParameterInstanceId', http: 400 }
    const reads = ['DescribeCenAttachedChildInstanceAttribute', 'DescribeCenAttachedChildInstances']
    const cut = { action: 'AttachCenChildInstance', nth: 1, fault: { reset: 'after' } }
    const sim = createSim({ world: { faults: [cut, ...reads.map((action) => ({ action, times: 3, fault: hidden }))] } })
    sim.queue.send(request())
    await sim.run()
    expect(outcomes(sim)).toEqual(['attached'])
    expect(sim.queue.deadLetters).toEqual([])
  })

  it('is reported although the circuit breaker has opened since', async () => {
    const wrong = { ecrId: 'ecr-1' }
    const childInstances = Array.from({ length: 40 }, (_, index) => ({ childInstanceId: `vbr-${index}`, ...wrong }))
    const sim = createSim({ world: { limits: { attachMs: 90_000 }, childInstances } })
    for (let count = 0; count < 20; count++) sim.queue.send(request({ cenId: `cen-${count % 4}` }))
    await sim.run({ done: () => sim.emulator.journal.filter(({ code }) => code === 'OK').length >= 20 })
    for (let index = 0; index < 25; index++)
      sim.queue.send(request({ childInstanceId: `vbr-${index}`, cenId: `cen-x${index % 2}` }))
    const before = sim.clock.now()
    await sim.run({ done: () => attached(sim) === 20, forMs: HOUR })
    expect(sim.lines.map(({ event }) => event)).toContain('intake:paused')
    expect(sim.clock.now() - before).toBeLessThan(240_000)
  })
})

describe('a message', () => {
  it('keeps its decision through an outage of the dead-letter queue, although the cause is gone', async () => {
    const fault = { action: 'AttachCenChildInstance', times: 1, fault: { code: 'Bid.NotFound', http: 404 } }
    const sim = createSim({ world: { faults: [fault] }, refusals: { deadLetter: 8 } })
    sim.queue.send(request())
    await sim.run()
    expect(outcomes(sim)).toEqual(['failed'])
    expect(sim.queue.deadLetters.map(({ attributes }) => attributes.resultId)).toEqual([sim.results[0]?.id])
  })

  it.each<[string, object]>([
    ['credentials that stay bad', { faults: [{ action: '*', fault: { code: 'InvalidAccessKeyId.NotFound' } }] }],
    [
      'a CEN that stays busy',
      { faults: [{ action: 'AttachCenChildInstance', fault: { code: 'Operation.Blocking' } }] },
    ],
    ['an attachment that never ends', { childInstances: [{ childInstanceId: 'vpc-long', neverAttaches: true }] }],
    ['a service that stays unavailable', { faults: [{ action: '*', fault: { html: 503 } }] }],
  ])('uses at most 500 receives in 72 hours of %s', async (_name, world) => {
    const sim = createSim({ world, ttlMs: 72 * HOUR })
    sim.queue.send(request({ childInstanceId: 'vpc-long' }))
    await sim.run({ forMs: 80 * HOUR })
    expect(sim.queue.mostReceives()).toBeLessThanOrEqual(500)
    expect(outcomes(sim)).toEqual(['failed'])
    expect(sim.queue.deadLetters[0]?.attributes.reason).toBe('expired')
  })

  it('reports the exact grant once the account of the CEN is known', async () => {
    const sim = createSim({
      world: {
        grantsMissing: [{ childInstanceId: 'vpc-g' }],
        faults: [{ action: 'GetCallerIdentity', nth: 1, fault: { html: 503 } }],
      },
    })
    sim.queue.send(request({ childInstanceId: 'vpc-g', childInstanceOwnerId: '1700000000000002' }))
    await sim.run({ forMs: 300_000 })
    expect(sim.results).toHaveLength(2)
    expect(new Set(sim.results.map(({ id }) => id)).size).toBe(1)
    expect(sim.results[1]?.data.error?.advice).toContain(`CenOwnerId=${HOME_ACCOUNT.accountId}`)
  })
})

describe('good requests', () => {
  const bad = (index: number) =>
    request({
      cenId: `cen-bad-${index % 4}`,
      childInstanceOwnerId: `170000000000000${index % 2}`,
      childInstanceId: `vpc-bad-${index}`,
    })
  const typos = [
    { accountId: '1700000000000000', exists: false },
    { accountId: '1700000000000001', exists: false },
  ]

  it('do not wait for hundreds of bad ones', async () => {
    const sim = createSim({ world: { accounts: typos } })
    for (let index = 0; index < 200; index++) sim.queue.send(bad(index))
    for (let count = 0; count < 20; count++) sim.queue.send(request())
    const before = sim.clock.now()
    await sim.run({ done: () => attached(sim) === 20, forMs: HOUR })
    expect(attached(sim)).toBe(20)
    expect((sim.clock.now() - before) / 1_000).toBeLessThan(300)
    await sim.run({ forMs: 12 * HOUR })
    expect(outcomes(sim).filter((outcome) => outcome === 'failed')).toHaveLength(200)
    expect(sim.results.filter(({ data }) => data.error?.code === 'RequestExpired')).toEqual([])
  })

  it('do not wait for long attachments of another process', async () => {
    const ids = Array.from({ length: 80 }, (_, index) => `vpc-other-${index}`)
    const world = {
      attached: ids.map((childInstanceId, index) => ({
        cenId: `cen-o${index % 16}`,
        childInstanceId,
        status: 'Attaching',
        endsAfterMs: 600_000,
      })),
    }
    const sim = createSim({ world, concurrency: 10 })
    for (const [index, childInstanceId] of ids.entries())
      sim.queue.send(request({ cenId: `cen-o${index % 16}`, childInstanceId }))
    await sim.run({ forMs: 5_000, done: () => false })
    for (let count = 0; count < 10; count++) sim.queue.send(request())
    const good = () => sim.results.filter(({ data }) => data.attachment.cenId === 'cen-one').length
    await sim.run({ done: () => good() === 10, forMs: HOUR })
    expect(good()).toBe(10)
    expect(sim.clock.now() - sim.emulator.world.startedAtMs).toBeLessThan(120_000)
  })

  it('do not wait for a dead-letter queue that fails', async () => {
    const sim = createSim({ world: { accounts: typos }, concurrency: 10, refusals: { deadLetter: 100_000 } })
    for (let index = 0; index < 100; index++) sim.queue.send(`no request ${index}`)
    await sim.run({ forMs: 5_000, done: () => false })
    for (let count = 0; count < 20; count++) sim.queue.send(request())
    const before = sim.clock.now()
    await sim.run({ done: () => attached(sim) === 20, forMs: HOUR })
    expect(attached(sim)).toBe(20)
    expect(sim.clock.now() - before).toBeLessThan(120_000)
  })
})

describe('a queue that cannot delay a message', () => {
  it('gets an outcome for its message before its own redrive policy would dead-letter it silently', async () => {
    const sim = createSim({ world: { grantsMissing: [{ childInstanceId: 'vpc-w' }] }, refusals: { retry: 100_000 } })
    sim.queue.send(request({ childInstanceId: 'vpc-w', childInstanceOwnerId: '1700000000000002' }))
    await sim.run({ forMs: 30 * HOUR })
    expect(sim.queue.mostReceives()).toBeLessThan(1_000)
    expect(outcomes(sim)).toEqual(['grant-required', 'failed'])
    expect(sim.results[1]?.data.error?.message).toContain('delivered it 800 times')
  })
})

describe('secrets', () => {
  it.each([
    ['a URL with parameters', 'socket hang up POST https://cbn.aliyuncs.com/?Signature=SECRET&SecurityToken=SECRET'],
    ['a request line', 'ReadTimeout: POST /?Action=x&AccessKeyId=SECRET failed'],
    ['a header', 'refused: x-acs-security-token: SECRET/x+y= x-acs-date: now'],
    ['an authorization', 'authorization: ACS3-HMAC-SHA256 Credential=SECRET,SignedHeaders=host,Signature=SECRET'],
    ['a JSON field', '{"AccessKeySecret":"SECRET","SecurityToken" : "SECRET"}'],
    ['an AWS token', 'x-amz-security-token:SECRET/+=\nhost:x'],
    ['an AWS setting', 'aws_session_token=SECRET and sessionToken: SECRET'],
    ['escaped JSON', '{\\"SecurityToken\\":\\"SECRET\\"}'],
    ['a bearer token', 'Authorization: Bearer SECRET'],
    ['a password in a URL', 'cannot reach https://user:SECRET@host/path'],
    ['the text that AWS signed', "The Canonical String for this request should have been 'POST\nSECRET'"],
    ['the text that Alibaba signed', 'server string to sign is: POST\n/\nx-acs-accesskey-id:SECRET'],
  ])('are not in a failure: %s', (_name, message) => {
    expect(failureOf({ code: 'InternalError', message }).message).not.toContain('SECRET')
  })

  it('are not in a failure of the credentials: the text of the server is dropped', () => {
    expect(failureOf({ code: 'SignatureDoesNotMatch', message: 'anything SECRET' }).message).toBe(
      'The access key secret is wrong.',
    )
  })

  it('are not in the fault of a body that is not JSON', async () => {
    const sim = createSim()
    sim.queue.send('token=SECRET123')
    await sim.run()
    expect(JSON.stringify([sim.results, sim.lines])).not.toContain('SECRET123')
  })
})
