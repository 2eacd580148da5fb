/** The policy in the handling of a message: which calls may be made, and how the request ends. */
import { describe, expect, it } from 'vitest'
import { createNotificationVerifier, createSigningCertificates } from '../../lib/aws/sns-signature.js'
import { type Clock, HOUR_MS, MINUTE_MS } from '../../lib/domain/clock.js'
import type { Answer } from '../../lib/domain/failure.js'
import { failureOf } from '../../lib/domain/failure.js'
import { parseRequest } from '../../lib/domain/messages/request.js'
import { resultId } from '../../lib/domain/messages/result.js'
import { createPolicy, type Policy } from '../../lib/policy/policy.js'
import type { PolicyFile } from '../../lib/policy/schema.js'
import type { Proof, Provenance } from '../../lib/reconcile/provenance.js'
import { createSim, request } from '../support/sim/sim.js'

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:landing-zone'
const mine = { id: 'mine', senders: ['AROAMINE:*'], cenIds: ['cen-one'], ownerIds: ['cen-owner'] }
const fromTopic = { id: 'topic', topics: [TOPIC], cenIds: ['cen-one'], ownerIds: ['cen-owner'] }
const policyOf = (...rules: PolicyFile['rules']): Policy => createPolicy({ version: 1, rules })
const me = { senderId: 'AROAMINE:job-1' }
const answers = (...given: Answer<Proof>[]) => {
  let checks = 0
  const provenance: Provenance = {
    topicOf: async () => given[Math.min(checks++, given.length - 1)] ?? { ok: true, value: {} },
  }
  return { provenance, checks: () => checks }
}
const unreachable = { ok: false, failure: failureOf({ code: 'CertificateUnreachable' }) } as const
/** A freeze of one hour that begins `ms` after the start of a simulation. */
const freezeIn = (ms: number) => {
  const fromMs = createSim().clock.now() + ms
  return { from: new Date(fromMs).toISOString(), until: new Date(fromMs + HOUR_MS).toISOString() }
}
const outcomes = (sim: ReturnType<typeof createSim>) => sim.results.map(({ data }) => data.error?.code ?? data.outcome)

describe('a request that the policy refuses', () => {
  it('ends as forbidden after one delivery without a call, with a result and a dead letter; the log names the sender', async () => {
    const sim = createSim({ policy: policyOf(mine) })
    sim.queue.send(request(), { senderId: 'AROAOTHER:job-1', queueArn: 'arn:aws:sqs:eu-west-1:123456789012:requests' })
    await sim.run()
    expect(sim.emulator.journal).toEqual([])
    expect(sim.results[0]?.data).toMatchObject({
      outcome: 'failed',
      receiveCount: 1,
      error: { code: 'PolicyDenied', kind: 'rejected' },
    })
    expect(sim.queue.deadLetters[0]?.attributes).toMatchObject({ reason: 'forbidden', errorCode: 'PolicyDenied' })
    const line = sim.lines.find(({ event }) => event === 'request:forbidden')
    expect(line?.fields).toMatchObject({ senderId: 'AROAOTHER:job-1', queueArn: expect.stringContaining('requests') })
  })

  it('has a result id for each refused sender, and none of the sender that is allowed', async () => {
    const sim = createSim({ policy: policyOf(mine) })
    const body = request({ requestId: 'r-1', campaignId: 'wave' })
    const senders = ['AROAOTHER:job-1', 'AROAOTHER:job-2', 'AIDAX']
    for (const senderId of senders) sim.queue.send(body, { senderId })
    // Neither an expired request nor a dry run passes the policy, or gets a result id of the allowed request.
    const late = { notAfter: new Date(sim.clock.now() - MINUTE_MS).toISOString() }
    sim.queue.send(JSON.stringify({ ...JSON.parse(body), ...late }), { senderId: 'AROALATE:job-1' })
    sim.queue.send(JSON.stringify({ ...JSON.parse(body), dryRun: true }), { senderId: 'AROADRY:job-1' })
    sim.queue.send(body, me)
    await sim.run()
    expect(outcomes(sim).sort()).toEqual([...Array(4).fill('PolicyDenied'), 'attached', 'preflight'])
    expect(new Set(sim.results.map(({ id }) => id)).size).toBe(6)
    const parsed = parseRequest(body, { sentAtMs: 0, ttlMs: 1 })
    const rightful = new Set(
      (['attached', 'failed', 'preflight'] as const).map((outcome) => parsed.ok && resultId(parsed.request, outcome)),
    )
    expect(sim.results.filter(({ id }) => rightful.has(id)).map(({ data }) => data.outcome)).toEqual(['attached'])
    expect(sim.queue.deadLetters.map(({ attributes }) => attributes.senderId).sort()).toEqual(
      ['AROALATE:job-1', ...senders].sort(),
    )
    for (const { attributes } of sim.queue.deadLetters)
      expect(sim.results.find(({ id }) => id === attributes.resultId)?.data.senderId).toBe(attributes.senderId)
  })

  it('and that is an expired dry run gets a preflight, no failure', async () => {
    const sim = createSim({ policy: policyOf({ ...mine, dryRunOnly: true }) })
    const notAfter = new Date(sim.clock.now() - MINUTE_MS).toISOString()
    sim.queue.send(request({ dryRun: true, notAfter }), me)
    await sim.run()
    expect(sim.results[0]?.data).toMatchObject({ outcome: 'preflight', would: 'refuse' })
    expect(sim.queue.deadLetters).toEqual([])
  })

  it('has the sender that the queue reports, whatever the body claims', async () => {
    const sim = createSim({ policy: policyOf(mine) })
    const claims = JSON.parse(request())
    sim.queue.send(JSON.stringify({ specversion: '1.0', source: me.senderId, senderid: me.senderId, data: claims }), {
      senderId: 'AIDAX',
    })
    sim.queue.send(JSON.stringify({ 'detail-type': 'x', account: me.senderId, detail: claims }), { senderId: 'AIDAX' })
    sim.queue.send(JSON.stringify({ ...claims, senderId: me.senderId }), { senderId: 'AIDAX' })
    sim.queue.send(JSON.stringify(claims))
    sim.queue.send(JSON.stringify(claims), me)
    await sim.run()
    expect(outcomes(sim).sort()).toEqual(['PolicyDenied', 'PolicyDenied', 'PolicyDenied', 'RequestInvalid', 'attached'])
    expect(sim.emulator.journal.filter(({ action }) => action === 'AttachCenChildInstance')).toHaveLength(1)
  })

  it('and that is a dry run gets would refuse, without a call', async () => {
    const sim = createSim({ policy: policyOf(mine) })
    sim.queue.send(request({ dryRun: true, cenId: 'cen-two' }), me)
    await sim.run()
    expect(sim.results[0]?.data).toMatchObject({
      outcome: 'preflight',
      would: 'refuse',
      reasons: [expect.stringContaining('cen-two')],
    })
    expect(sim.emulator.journal).toEqual([])
  })

  it('gets the same answer as a dry run, if its rule allows only dry runs', async () => {
    const sim = createSim({ policy: policyOf({ ...mine, dryRunOnly: true }) })
    sim.queue.send(request({ dryRun: true }), me)
    sim.queue.send(request(), me)
    await sim.run()
    expect(outcomes(sim).sort()).toEqual(['PolicyDenied', 'preflight'])
    expect(sim.results.find(({ data }) => data.outcome === 'preflight')?.data.reasons?.[0]).toContain(
      'more than a dry run',
    )
  })
})

describe('a freeze', () => {
  it('refuses a request without a call, and the refusal names its end', async () => {
    const freeze = freezeIn(-MINUTE_MS)
    const sim = createSim({ policy: policyOf({ ...mine, freezes: [freeze] }) })
    sim.queue.send(request(), me)
    await sim.run()
    expect(sim.results[0]?.data.error).toMatchObject({
      code: 'PolicyDenied',
      message: expect.stringContaining(freeze.until),
    })
    expect(sim.emulator.journal).toEqual([])
  })

  it('that begins during an attach does not hide that it succeeds', async () => {
    const policy = policyOf({ ...mine, freezes: [freezeIn(5 * MINUTE_MS)] })
    const sim = createSim({ policy, world: { limits: { attachMs: 10 * MINUTE_MS } } })
    sim.queue.send(request(), me)
    await sim.run()
    expect(outcomes(sim)).toEqual(['attached'])
  })

  it('that begins while the CEN is busy ends the request before the next write', async () => {
    const freeze = freezeIn(5 * MINUTE_MS)
    const faults = [{ action: 'AttachCenChildInstance', fault: { code: 'InvalidStatus.Resource' } }]
    const sim = createSim({ policy: policyOf({ ...mine, freezes: [freeze] }), world: { faults } })
    sim.queue.send(request(), me)
    await sim.run()
    expect(outcomes(sim)).toEqual(['PolicyDenied'])
    const attaches = sim.emulator.journal.filter(({ action }) => action === 'AttachCenChildInstance')
    expect(attaches.length).toBeGreaterThan(1)
    expect(attaches.filter(({ atMs }) => atMs >= Date.parse(freeze.from))).toEqual([])
  })
})

describe('a proof of the sender', () => {
  it('is checked only if a rule names a topic and the request is refused without it', async () => {
    const { provenance, checks } = answers({ ok: true, value: { topicArn: TOPIC } })
    const without = createSim({ policy: policyOf(mine), provenance })
    without.queue.send(request(), { senderId: 'AIDAX' })
    await without.run()
    const allowed = createSim({ policy: policyOf(mine, fromTopic), provenance })
    allowed.queue.send(request(), me)
    await allowed.run()
    expect(outcomes(allowed)).toEqual(['attached'])
    expect(checks()).toBe(0)
  })

  it('that is valid makes the topic the sender', async () => {
    const { provenance } = answers({ ok: true, value: { topicArn: TOPIC } })
    const sim = createSim({ policy: policyOf(mine, fromTopic), provenance })
    sim.queue.send(request(), { senderId: 'AIDAX' })
    sim.queue.send(request({ cenId: 'cen-two' }), { senderId: 'AIDAX' })
    await sim.run()
    expect(outcomes(sim).sort()).toEqual(['PolicyDenied', 'attached'])
    expect(sim.results.find(({ data }) => data.error)?.data.error?.message).toContain(`topic ${TOPIC}`)
  })

  it('that is invalid leads to a refusal with the reason', async () => {
    const { provenance } = answers({ ok: true, value: { doubt: 'its signature does not hold' } })
    const sim = createSim({ policy: policyOf(fromTopic), provenance })
    sim.queue.send(request(), { senderId: 'AIDAX' })
    await sim.run()
    expect(sim.results[0]?.data.error).toMatchObject({
      code: 'PolicyDenied',
      message: expect.stringMatching(/signature does not hold$/),
    })
  })

  it('that cannot be checked yet defers the message', async () => {
    const { provenance } = answers(unreachable, unreachable, { ok: true, value: { topicArn: TOPIC } })
    const sim = createSim({ policy: policyOf(fromTopic), provenance })
    sim.queue.send(request(), { senderId: 'AIDAX' })
    await sim.run()
    expect(outcomes(sim)).toEqual(['attached'])
  })

  it('that can never be checked defers the message until notAfter, without a call', async () => {
    const { provenance } = answers(unreachable)
    const sim = createSim({ policy: policyOf(fromTopic), provenance, ttlMs: 2 * HOUR_MS })
    sim.queue.send(request(), { senderId: 'AIDAX' })
    await sim.run({ forMs: 3 * HOUR_MS })
    expect(sim.results[0]?.data.error).toMatchObject({
      code: 'RequestExpired',
      message: expect.stringContaining('CertificateUnreachable'),
    })
    // The sender is not known to be allowed, so the result id is not that of an allowed sender.
    expect(sim.results[0]?.data.senderId).toBe('AIDAX')
    expect(sim.queue.mostReceives()).toBeLessThan(500)
    expect(sim.emulator.journal).toEqual([])
  })

  it.each([
    ['each with a certificate of its own', 1_000],
    ['all with one', 1],
  ])('that a thousand messages claim, %s, delays no message without one', async (_name, certificates) => {
    const run = async (forged: number) => {
      const world = { limits: { attachMs: 500 } }
      let fetches = 0
      const hangs = async () => {
        fetches += 1
        await sim.clock.sleep(10_000)
        throw new Error('no answer')
      }
      const clock: Clock = { now: () => sim.clock.now(), sleep: (...waits) => sim.clock.sleep(...waits) }
      const provenance = createNotificationVerifier(createSigningCertificates(hangs, clock), clock)
      const sim = createSim({
        policy: policyOf({ ...mine, cenIds: ['*'] }, fromTopic),
        provenance,
        concurrency: 2,
        queueMs: 20,
        world,
      })
      for (let index = 0; index < forged; index++) {
        const SigningCertURL = `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${String(index % certificates).padStart(32, '0')}.pem`
        const Timestamp = new Date(sim.clock.now()).toISOString()
        const body = { Type: 'Notification', Message: request(), TopicArn: TOPIC, Timestamp, SigningCertURL }
        sim.queue.send(JSON.stringify(body), { senderId: 'AIDAX' })
      }
      const beganMs = sim.clock.now()
      for (let count = 0; count < 20; count++) sim.queue.send(request({ cenId: `cen-${count}` }), me)
      await sim.run({ done: () => sim.results.length >= 20, forMs: 30 * MINUTE_MS })
      expect(outcomes(sim)).toEqual(Array(20).fill('attached'))
      const firstMs = Date.parse(sim.results[0]?.data.finishedAt ?? '') - beganMs
      return { firstMs, tookMs: sim.clock.now() - beganMs, fetches }
    }
    const [alone, stormed] = [await run(0), await run(1_000)]
    // The thousand messages cost one delivery each: 1,000 deliveries, 8 at a time.
    expect(stormed.firstMs).toBeLessThan(15_000)
    expect(stormed.tookMs).toBeLessThan(alone.tookMs + 5_000)
    expect(stormed.fetches).toBeLessThan(2 * Math.ceil(stormed.tookMs / 10_000) + 2)
  })
})
