/** One pass of a message, with fakes at the ports: what is read of it, what is asked for it, and where it ends. */
import { describe, expect, it, vi } from 'vitest'
import { MINUTE_MS } from '../../lib/domain/clock.js'
import { failureOf } from '../../lib/domain/failure.js'
import type { PolicyDecision } from '../../lib/policy/policy.js'
import { authorise } from '../../lib/reconcile/authorise.js'
import { handleMessage } from '../../lib/reconcile/handle-message.js'
import type { Proof } from '../../lib/reconcile/provenance.js'
import {
  createTestContext,
  failure,
  HOUR_MS,
  message,
  NOW_MS,
  no,
  ok,
  situation,
} from '../support/reconcile-context.js'

const fields = { cenId: 'cen-1', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' }
const asked = (more: object = {}, delivered: Parameters<typeof message>[0] = {}) =>
  message({ body: JSON.stringify({ ...fields, ...more }), receiveCount: 1, ...delivered })

/** A delivery that records what is noted of it. */
function recorded() {
  const notes: object[] = []
  const delivery = {
    startPass: vi.fn(),
    note: (added: object) => void notes.push(added),
    called: vi.fn(),
    trace: vi.fn(),
    end: vi.fn(),
  }
  return { delivery: delivery as never, notes, spies: delivery }
}

describe('a pass', () => {
  it('of a first delivery writes without a reading, and waits for the operation', async () => {
    const { context, driver } = createTestContext()
    const { delivery, notes, spies } = recorded()
    const deadlineMs = NOW_MS + 30_000
    const disposition = await handleMessage(asked({ campaignId: 'wave' }, { delivery }), context, deadlineMs)
    expect(disposition).toMatchObject({ action: 'retry', waitFor: 'operation' })
    expect(driver.observe).not.toHaveBeenCalled()
    // Two seconds are kept for the answer.
    expect(driver.attach.mock.calls[0]?.[1]).toMatchObject({ deadlineMs: deadlineMs - 2_000, delivery })
    expect(spies.startPass).toHaveBeenCalledTimes(1)
    expect(spies.trace).toHaveBeenCalled()
    expect(notes[0]).toMatchObject({ campaignId: 'wave', cenId: 'cen-1', childInstanceId: 'vpc-1' })
  })

  it('of a later delivery reads first', async () => {
    const { context, driver } = createTestContext()
    driver.observe.mockResolvedValue(ok({ status: 'attached' }))
    expect(await handleMessage(asked({}, { receiveCount: 2 }), context)).toEqual({ action: 'complete' })
    expect(driver.attach).not.toHaveBeenCalled()
  })

  it('relies on what the last pass knew, and on nothing in a dry run', async () => {
    for (const [dryRun, reads] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const { context, driver } = createTestContext()
      const again = asked({ dryRun }, { receiveCount: 3 })
      context.knowledge.keep(again, { is: 'untried' })
      await handleMessage(again, context)
      expect(driver.observe).toHaveBeenCalledTimes(reads)
      expect(driver.attach).toHaveBeenCalledTimes(1 - reads)
    }
  })

  it('that is the last leaves nothing in memory about the message', async () => {
    const { context, driver } = createTestContext()
    const forget = vi.spyOn(context.knowledge, 'forget')
    const one = asked()
    expect(await handleMessage(one, context)).toMatchObject({ action: 'retry' })
    expect(forget).not.toHaveBeenCalled()
    expect(context.knowledge.hasAllPasses(one)).toBe(true)
    driver.observe.mockResolvedValue(ok({ status: 'attached' }))
    vi.spyOn(context.durations, 'isEarly').mockReturnValue(false)
    expect(await handleMessage({ ...one, heldFor: 'operation' }, context)).toEqual({ action: 'complete' })
    expect(context.knowledge.hasAllPasses(one)).toBe(false)
  })

  it('looks for no driver that is known, so the circuit breaker learns only from calls', async () => {
    const { context, driver } = createTestContext()
    const find = vi.spyOn(context.drivers, 'find')
    await handleMessage(asked(), { ...context, drivers: { ...context.drivers, known: () => driver } })
    expect(driver.attach).toHaveBeenCalledTimes(1)
    expect(find).not.toHaveBeenCalled()
    const { observe } = context.breaker
    expect(vi.mocked(observe).mock.calls.map(([call]) => call)).toEqual(['write'])
  })

  it('makes no call while an operation that this process began cannot be over', async () => {
    const { context, driver } = createTestContext()
    vi.spyOn(context.durations, 'isEarly').mockReturnValue(true)
    const disposition = await handleMessage(asked({}, { receiveCount: 2 }), context)
    expect(disposition).toMatchObject({ waitFor: 'operation', why: 'the status is attaching' })
    expect(driver.observe).not.toHaveBeenCalled()
    // What is known goes first.
    await handleMessage(asked({}, { messageId: 'other' }), context)
    expect(driver.attach).toHaveBeenCalledTimes(1)
  })

  it('makes no call if the host leaves less than half a second for it', async () => {
    const { context, driver } = createTestContext()
    expect(await handleMessage(asked(), context, NOW_MS + 2_499)).toMatchObject({ action: 'retry', waitFor: 'host' })
    expect(driver.attach).not.toHaveBeenCalled()
    expect(await handleMessage(asked(), context, NOW_MS + 2_500)).toMatchObject({ waitFor: 'operation' })
  })

  it('waits for the proof of its sender as long as the proof is expected to take', async () => {
    const unproved = { ...failure('unavailable', 'CertificateUnreachable'), retryAfterMs: 700 }
    const policy = { evaluate: () => refused, explain: () => [], topics: new Set(['arn:t']) }
    const refused = { answer: 'refused', failure: failure('rejected', 'PolicyDenied') } as const
    const { context, driver } = createTestContext({ policy, provenance: { topicOf: async () => no(unproved) } })
    expect(await handleMessage(asked(), context)).toMatchObject({ action: 'retry', waitFor: 'proof', delayMs: 700 })
    expect(driver.attach).not.toHaveBeenCalled()
  })

  it('of a body that is no request ends it, with every fault and what could be read', async () => {
    const { context, results } = createTestContext()
    const { delivery, notes } = recorded()
    const disposition = await handleMessage(asked({ cenId: 'x', odd: 1 }, { delivery }), context)
    expect(disposition).toMatchObject({ action: 'dead-letter', reason: 'invalid-request', resultId: results[0]?.id })
    expect(results[0]?.data.error).toMatchObject({ code: 'RequestInvalid' })
    expect(results[0]?.data.error?.message).toMatch(/odd: .*cenId: /s)
    expect(results[0]?.data.attachment.childInstanceId).toBe('vpc-1')
    expect(notes[0]).toMatchObject({ childInstanceId: 'vpc-1' })
  })

  it('drops a result that came back', async () => {
    const { context, results } = createTestContext()
    await handleMessage(message({ body: 'none' }), context)
    const body = JSON.stringify(results[0])
    expect(await handleMessage(message({ body, queueArn: 'arn:q' }), context)).toEqual({ action: 'complete' })
    expect(results).toHaveLength(1)
  })

  it('ends a request that the queue has delivered 800 times', async () => {
    const handled = async (receiveCount: number) => {
      const { context, driver } = createTestContext()
      driver.observe.mockResolvedValue(ok({ status: 'attaching' }))
      return handleMessage(asked({}, { receiveCount }), context)
    }
    expect(await handled(799)).toMatchObject({ action: 'retry', waitFor: 'operation' })
    expect(await handled(800)).toMatchObject({ action: 'dead-letter', reason: 'expired' })
  })

  it('is over at notAfter, however rarely the queue has delivered it', async () => {
    const { context } = createTestContext()
    const notAfter = new Date(NOW_MS - 1).toISOString()
    const late = await handleMessage(asked({ notAfter }, { receiveCount: 800 }), context)
    expect(late).toMatchObject({ action: 'dead-letter', reason: 'expired' })
  })

  it('asks the owner of a foreign network only if the worker cannot grant by itself', async () => {
    const owner = { childInstanceOwnerId: '1700000000000007' }
    const missing = failureOf({ code: 'Forbbiden.AttachChildInstanceAcrossUid' })
    const grants = async (more: object, able: boolean) => {
      const { context, driver } = createTestContext()
      driver.attach.mockResolvedValue(no(missing))
      driver.mendingCall.mockResolvedValue({ call: { parameters: {} }, isComplete: true })
      const grant = vi.fn(async () => ok({}))
      await handleMessage(asked(more), {
        ...context,
        drivers: { known: () => undefined, find: async () => ok({ ...driver, ...(able && { grant }) }) },
      })
      return grant.mock.calls.length
    }
    expect(await grants(owner, true)).toBe(1)
    expect(await grants({}, true)).toBe(0)
    expect(await grants(owner, false)).toBe(0)
  })

  it('that crashes is a retry, and is logged', async () => {
    const { context, driver, lines } = createTestContext()
    for (const [thrown, text] of [
      [new Error('broken'), 'broken'],
      ['broken', 'broken'],
      [undefined, 'undefined'],
    ] as const) {
      driver.attach.mockRejectedValueOnce(thrown)
      expect(await handleMessage(asked({}, { sentAtMs: NOW_MS }), context)).toEqual({
        action: 'retry',
        delayMs: 2_500,
        delaySeconds: 3,
        why: 'the worker failed',
        waitFor: 'backoff',
      })
      expect(lines.at(-1)).toEqual({
        level: 'error',
        event: 'message:crashed',
        fields: { messageId: 'm', error: text },
      })
    }
  })

  it('that crashes for ever ends the request 15 minutes after notAfter, with an outcome', async () => {
    const { context, driver, results } = createTestContext()
    driver.observe.mockRejectedValue(new Error('broken'))
    const notAfter = (agoMs: number) => ({ notAfter: new Date(NOW_MS - agoMs).toISOString() })
    const late = (agoMs: number) => asked(notAfter(agoMs), { sentAtMs: NOW_MS - HOUR_MS, receiveCount: 9 })
    expect(await handleMessage(late(14 * MINUTE_MS), context)).toMatchObject({ action: 'retry' })
    expect(results).toEqual([])
    expect(await handleMessage(late(15 * MINUTE_MS), context)).toMatchObject({
      action: 'dead-letter',
      reason: 'expired',
      failure: { code: 'RequestExpired', message: expect.stringMatching(/ has passed; the worker failed: broken$/) },
    })
    expect(results.map(({ data }) => data.outcome)).toEqual(['failed'])
  })

  it('whose body cannot be read without a crash ends after 850 deliveries, with an outcome', async () => {
    const { context, results } = createTestContext()
    const read = () => {
      throw new Error('broken')
    }
    const delivered = (receiveCount: number) =>
      handleMessage(asked({}, { receiveCount }), { ...context, requests: { read } })
    expect(await delivered(849)).toMatchObject({ action: 'retry' })
    expect(await delivered(850)).toMatchObject({ action: 'dead-letter', failure: { code: 'RequestExpired' } })
    expect(results.map(({ data }) => data.requestId)).toEqual([expect.stringMatching(/^body:/)])
  })
})

describe('the permission of a request', () => {
  const TOPIC = 'arn:aws:sns:eu-west-1:1:t'
  const denied = failure('rejected', 'PolicyDenied')
  const allowed: PolicyDecision = { answer: 'allowed', rule: 'r' }
  const refused: PolicyDecision = { answer: 'refused', failure: denied }
  const limits = { deadlineMs: NOW_MS + 9_000 }

  /** A policy that answers a request, and the same one proved to come from the topic. */
  function asking(plain: PolicyDecision, proved: PolicyDecision, proof: Proof | undefined, holdMs = 5_000) {
    const unproved = failure('unavailable', 'CertificateUnreachable')
    const topicOf = vi.fn(async () => (proof ? ok(proof) : no(unproved)))
    const policy = {
      evaluate: vi.fn((_request: object, { topicArn }: { topicArn?: string | undefined }) =>
        topicArn ? proved : plain,
      ),
      explain: () => [],
      topics: new Set([TOPIC]),
    }
    const { context } = createTestContext({ policy, provenance: { topicOf }, holdMs })
    return { context, topicOf, policy, unproved }
  }

  it('needs no proof if the policy allows it as it is, or names no topic', async () => {
    const { context, topicOf } = asking(allowed, refused, {})
    const one = situation()
    expect(await authorise(one.message, one.request, context, limits)).toEqual({
      permission: { is: 'change' },
      message: one.message,
    })
    const nameless = { ...context, policy: { ...context.policy, evaluate: () => refused, topics: new Set<string>() } }
    const { permission } = await authorise(one.message, one.request, nameless, limits)
    expect(permission).toEqual({ is: 'nothing', refusal: denied })
    expect(topicOf).not.toHaveBeenCalled()
  })

  it('is that of the topic which signed the message', async () => {
    const { context, topicOf } = asking(refused, allowed, { topicArn: TOPIC })
    const one = situation()
    expect(await authorise(one.message, one.request, context, limits)).toEqual({
      permission: { is: 'change' },
      message: { ...one.message, topicArn: TOPIC },
    })
    // A worker that can keep the message does not wait for the proof.
    expect(topicOf).toHaveBeenCalledWith(one.message, new Set([TOPIC]), { deadlineMs: NOW_MS })
    const paid = asking(refused, allowed, { topicArn: TOPIC }, 0)
    await authorise(one.message, one.request, paid.context, limits)
    expect(paid.topicOf).toHaveBeenCalledWith(one.message, new Set([TOPIC]), limits)
  })

  it('is to read only while the proof cannot be had', async () => {
    const { context, unproved } = asking(refused, allowed, undefined)
    const one = situation()
    expect(await authorise(one.message, one.request, context, limits)).toEqual({
      permission: { is: 'observe', refusal: unproved },
      message: one.message,
      unproven: unproved,
    })
  })

  it('says in a refusal why a claim was not believed', async () => {
    const one = situation()
    const doubtful = asking(refused, allowed, { doubt: 'the signature is of another text' })
    const { permission } = await authorise(one.message, one.request, doubtful.context, limits)
    const text = `${denied.message}; the signature is of another text`
    expect(permission).toEqual({ is: 'nothing', refusal: { ...denied, message: text } })
    const plain = asking(refused, allowed, {})
    expect((await authorise(one.message, one.request, plain.context, limits)).permission).toEqual({
      is: 'nothing',
      refusal: denied,
    })
    const closed = asking({ answer: 'closed', failure: denied }, allowed, { doubt: 'the signature is of another text' })
    expect((await authorise(one.message, one.request, closed.context, limits)).permission).toEqual({
      is: 'observe',
      refusal: denied,
    })
  })

  it('of a dry run is what the policy says to the same request in earnest', async () => {
    const one = situation({}, { dryRun: true })
    const { context, policy } = asking(allowed, refused, {})
    policy.evaluate.mockImplementation(((request: { dryRun: boolean }) =>
      request.dryRun ? allowed : refused) as never)
    expect((await authorise(one.message, one.request, context, limits)).permission).toEqual({
      is: 'nothing',
      refusal: denied,
    })
    policy.evaluate.mockImplementation((() => allowed) as never)
    expect((await authorise(one.message, one.request, context, limits)).permission).toEqual({ is: 'change' })
    // A dry run that is refused as such is not asked about again.
    policy.evaluate.mockImplementation(((request: { dryRun: boolean }) =>
      request.dryRun ? refused : allowed) as never)
    expect((await authorise(one.message, one.request, context, limits)).permission.is).toBe('nothing')
  })

  it('is asked for at the time of the pass', async () => {
    const { context, policy } = asking(allowed, refused, {})
    const one = situation({}, { leftMs: HOUR_MS })
    await authorise(one.message, one.request, context, limits)
    expect(policy.evaluate.mock.calls[0]).toEqual([one.request, one.message, NOW_MS])
  })
})
