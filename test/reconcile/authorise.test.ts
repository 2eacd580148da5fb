/** The policy in the flow of a message: what may be called for it, and how it ends. */
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../lib/domain/failure.js'
import { failureOf } from '../../lib/domain/failure.js'
import { createPolicy, type Policy } from '../../lib/policy/policy.js'
import type { PolicyFile } from '../../lib/policy/schema.js'
import type { Proof, Provenance } from '../../lib/reconcile/provenance.js'
import { createSim, request } from '../support/sim/sim.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:landing-zone'
const mine = { id: 'mine', senders: ['AROAMINE:*'], cenIds: ['cen-one'], ownerIds: ['cen-owner'] }
const fromTopic = { id: 'topic', topics: [TOPIC], cenIds: ['cen-one'], ownerIds: ['cen-owner'] }
const policyOf = (...rules: PolicyFile['rules']): Policy => createPolicy({ version: 1, rules })
const me = { senderId: 'AROAMINE:job-1' }
const answers = (...given: Answer<Proof>[]) => {
  let asked = 0
  const provenance: Provenance = {
    topicOf: async () => given[Math.min(asked++, given.length - 1)] ?? { ok: true, value: {} },
  }
  return { provenance, asked: () => asked }
}
const unreachable = { ok: false, failure: failureOf({ code: 'CertificateUnreachable' }) } as const
/** A freeze of one hour that begins `ms` after the start of a simulation. */
const freezeIn = (ms: number) => {
  const fromMs = createSim().clock.now() + ms
  return { from: new Date(fromMs).toISOString(), until: new Date(fromMs + HOUR_MS).toISOString() }
}
const outcomes = (sim: ReturnType<typeof createSim>) => sim.results.map(({ data }) => data.error?.code ?? data.outcome)

describe('what the policy refuses', () => {
  it('ends as forbidden after one receipt and without a call, on the topic and on the dead-letter queue; the log says who asked', async () => {
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

  it('takes the sender from the queue, whatever the body says', async () => {
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

  it('answers a dry run with would refuse, and no call', async () => {
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

  it('answers a dry run that may only be one with what the policy says to more', async () => {
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
  it('refuses what comes during it without a call, and says when it is over', async () => {
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

  it('that begins while an attach is under way does not hide that it is attached', async () => {
    const policy = policyOf({ ...mine, freezes: [freezeIn(5 * MINUTE_MS)] })
    const sim = createSim({ policy, world: { limits: { attachMs: 10 * MINUTE_MS } } })
    sim.queue.send(request(), me)
    await sim.run()
    expect(outcomes(sim)).toEqual(['attached'])
  })

  it('that begins while the CEN is busy ends it before anything is sent again', async () => {
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
  it('is asked for only where a rule names a topic, and only where the answer is no without it', async () => {
    const { provenance, asked } = answers({ ok: true, value: { topicArn: TOPIC } })
    const without = createSim({ policy: policyOf(mine), provenance })
    without.queue.send(request(), { senderId: 'AIDAX' })
    await without.run()
    const allowed = createSim({ policy: policyOf(mine, fromTopic), provenance })
    allowed.queue.send(request(), me)
    await allowed.run()
    expect(outcomes(allowed)).toEqual(['attached'])
    expect(asked()).toBe(0)
  })

  it('that holds makes the topic the sender', async () => {
    const { provenance } = answers({ ok: true, value: { topicArn: TOPIC } })
    const sim = createSim({ policy: policyOf(mine, fromTopic), provenance })
    sim.queue.send(request(), { senderId: 'AIDAX' })
    sim.queue.send(request({ cenId: 'cen-two' }), { senderId: 'AIDAX' })
    await sim.run()
    expect(outcomes(sim).sort()).toEqual(['PolicyDenied', 'attached'])
    expect(sim.results.find(({ data }) => data.error)?.data.error?.message).toContain(`topic ${TOPIC}`)
  })

  it('that does not hold is a refusal which says why', async () => {
    const { provenance } = answers({ ok: true, value: { doubt: 'its signature does not hold' } })
    const sim = createSim({ policy: policyOf(fromTopic), provenance })
    sim.queue.send(request(), { senderId: 'AIDAX' })
    await sim.run()
    expect(sim.results[0]?.data.error).toMatchObject({
      code: 'PolicyDenied',
      message: expect.stringMatching(/signature does not hold$/),
    })
  })

  it('that cannot be had yet makes the message come back: it is no refusal', async () => {
    const { provenance } = answers(unreachable, unreachable, { ok: true, value: { topicArn: TOPIC } })
    const sim = createSim({ policy: policyOf(fromTopic), provenance })
    sim.queue.send(request(), { senderId: 'AIDAX' })
    await sim.run()
    expect(outcomes(sim)).toEqual(['attached'])
  })

  it('that can never be had lets it wait until notAfter and no longer, without a call', async () => {
    const { provenance } = answers(unreachable)
    const sim = createSim({ policy: policyOf(fromTopic), provenance, ttlMs: 2 * HOUR_MS })
    sim.queue.send(request(), { senderId: 'AIDAX' })
    await sim.run({ forMs: 3 * HOUR_MS })
    expect(sim.results[0]?.data.error).toMatchObject({
      code: 'RequestExpired',
      message: expect.stringContaining('CertificateUnreachable'),
    })
    expect(sim.queue.mostReceives()).toBeLessThan(500)
    expect(sim.emulator.journal).toEqual([])
  })
})
