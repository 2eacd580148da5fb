import { describe, expect, it, vi } from 'vitest'
import { failureOf } from '../../lib/domain/failure.js'
import type { GrantCall } from '../../lib/domain/grant-call.js'
import { resultId } from '../../lib/domain/messages/result.js'
import type { StepOf } from '../../lib/reconcile/decision/step.js'
import {
  answerDryRun,
  dropResult,
  finish,
  finishFailed,
  publishFailed,
  publishParked,
} from '../../lib/reconcile/publish.js'
import {
  createTestContext,
  failure,
  MINUTE_MS,
  message,
  NOW_MS,
  OPERATION,
  situation,
} from '../support/reconcile-context.js'

const failStep = (fields: Partial<StepOf<'fail'>> = {}): StepOf<'fail'> => ({
  step: 'fail',
  failure: failureOf({ code: 'RequestExpired' }),
  reason: 'expired',
  ...fields,
})
const refusingTopic = { publish: async () => Promise.reject(new Error('the topic refuses')) }

describe('a request that is as desired', () => {
  it('is completed once its result is published, and its slot is free', async () => {
    const { context, results, lines } = createTestContext()
    const note = vi.fn()
    const trace = () => undefined
    const one = situation({ message: message({ delivery: { note, trace } as never }) })
    context.accepted.add('key', 'attach', NOW_MS, NOW_MS)
    expect(await finish({ status: 'attached' }, one, context)).toEqual({ action: 'complete' })
    expect(results.map(({ data }) => [data.outcome, data.adopted])).toEqual([['attached', false]])
    expect(context.limiter.ended).toHaveBeenCalledWith(one.request, true)
    expect(context.accepted.of('key', 'attach', NOW_MS)).toBeUndefined()
    const resultOf = { outcome: 'attached', resultId: results[0]?.id, adopted: false, durationMs: MINUTE_MS }
    expect(note).toHaveBeenCalledWith(resultOf)
    expect(lines).toEqual([])
  })

  it.each([
    [2 * MINUTE_MS, true],
    // The API cuts the time to the minute: within the minute it may have been attached for this request.
    [2 * MINUTE_MS - 1, false],
  ])('was attached %i ms ago, a minute after the request was sent or not: adopted is %s', async (agoMs, adopted) => {
    const { context, results } = createTestContext()
    await finish({ status: 'attached', attachedAtMs: NOW_MS - agoMs }, situation(), context)
    expect(results[0]?.data.adopted).toBe(adopted)
  })

  it('is not completed while the topic refuses its result', async () => {
    const { context, lines } = createTestContext({ publisher: refusingTopic })
    const one = situation({ message: message({ receiveCount: 3 }) })
    expect(await finish({ status: 'attached' }, one, context)).toEqual({
      action: 'retry',
      delayMs: 4_000,
      delaySeconds: 4,
      why: 'the result was not published',
      waitFor: 'publish',
    })
    const id = resultId(one.request, 'attached', undefined)
    expect(lines).toEqual([
      { level: 'error', event: 'result:unpublished', fields: { resultId: id, error: 'the topic refuses' } },
    ])
  })
})

describe('a request that failed', () => {
  it('is dead-lettered with the id of its result, and its slot is free', async () => {
    const { context, results, lines } = createTestContext()
    const one = situation({ message: message({ redriveCount: 1, senderId: 'AIDA' }) })
    context.durations.accepted(OPERATION, 'key', NOW_MS)
    context.accepted.add('key', 'attach', NOW_MS, NOW_MS)
    context.knowledge.wrote(one.message)
    const step = failStep()
    expect(await finishFailed(step, one, context)).toEqual({
      action: 'dead-letter',
      reason: 'expired',
      failure: step.failure,
      requestId: 'r',
      resultId: results[0]?.id,
    })
    expect(results[0]?.data.outcome).toBe('failed')
    expect(context.limiter.ended).toHaveBeenCalledWith(one.request, false)
    expect(context.durations.sinceMs('key', NOW_MS)).toBe(Infinity)
    expect(context.accepted.of('key', 'attach', NOW_MS)).toBeUndefined()
    const { requestId, outcome, receiveCount, durationMs } = results[0]?.data ?? {}
    const fields = { resultId: results[0]?.id, requestId, outcome, ...one.request.attachment }
    expect(lines).toEqual([
      {
        level: 'warn',
        event: 'result:published',
        fields: { ...fields, code: 'RequestExpired', receiveCount, durationMs },
      },
    ])
  })

  it('frees no slot and forgets no write of another message', async () => {
    const { context } = createTestContext()
    context.durations.accepted(OPERATION, 'key', NOW_MS)
    context.accepted.add('key', 'attach', NOW_MS, NOW_MS)
    await finishFailed(failStep(), situation(), context)
    expect(context.limiter.ended).not.toHaveBeenCalled()
    expect(context.durations.sinceMs('key', NOW_MS)).toBe(0)
    expect(context.accepted.has('key')).toBe(true)
  })

  it('for lack of consent names the sender in the log, the result and the dead letter', async () => {
    const { context, results, lines } = createTestContext()
    const one = situation({ message: message({ senderId: 'AIDA', queueArn: 'arn:q' }) })
    const denied = failureOf({ code: 'PolicyDenied', message: 'not theirs' })
    const step = failStep({ failure: denied, reason: 'forbidden', refused: true })
    const disposition = await finishFailed(step, one, context)
    expect(disposition).toMatchObject({ action: 'dead-letter', senderId: 'AIDA', resultId: results[0]?.id })
    expect(results[0]?.id).not.toBe(resultId(one.request, 'failed', undefined))
    expect(results[0]?.data.senderId).toBe('AIDA')
    expect(lines[0]).toEqual({
      level: 'warn',
      event: 'request:forbidden',
      fields: { requestId: 'r', senderId: 'AIDA', queueArn: 'arn:q', ...one.request.attachment, message: 'not theirs' },
    })
    const nameless = await finishFailed(step, situation(), context)
    expect(nameless).not.toHaveProperty('senderId')
  })

  it('is not dead-lettered while the topic refuses its result', async () => {
    const { context } = createTestContext({ publisher: refusingTopic })
    const { request } = situation()
    const disposition = await publishFailed(message(), request, failure('rejected'), 'rejected', context)
    expect(disposition).toMatchObject({ action: 'retry', waitFor: 'publish' })
  })
})

describe('a result that comes back as a message', () => {
  it('is dropped, and logged once for a queue', () => {
    const { context, lines } = createTestContext()
    for (const queueArn of ['arn:one', 'arn:one', 'arn:two'])
      expect(dropResult(message({ queueArn }), context)).toEqual({ action: 'complete' })
    const logged = lines.map(({ level, event, fields }) => [level, event, fields.messageId, fields.queueArn])
    expect(logged).toEqual([
      ['error', 'result:returned', 'm', 'arn:one'],
      ['error', 'result:returned', 'm', 'arn:two'],
    ])
    expect(lines[0]?.fields.message).toMatch(/subscribed to the request queue/)
  })
})

describe('the answer to a dry run', () => {
  it('is its verdict, with the call of the grant that is missing', async () => {
    const { context, results } = createTestContext()
    const one = situation({}, { dryRun: true })
    const grant: GrantCall = {
      product: 'vpc',
      operation: 'GrantInstanceToCen',
      ownerId: '1',
      regionId: 'cn-hangzhou',
      parameters: {},
    }
    const verdict = { would: 'wait-for-grant' as const, reasons: ['not granted'], grant }
    expect(await answerDryRun({ step: 'answer', verdict }, one, context)).toEqual({ action: 'complete' })
    await answerDryRun({ step: 'answer', verdict: { would: 'adopt', reasons: [] } }, one, context)
    await answerDryRun({ step: 'answer', verdict, refused: true }, one, context)
    expect(results.map(({ data }) => [data.outcome, data.would, data.grant?.operation])).toEqual([
      ['preflight', 'wait-for-grant', 'GrantInstanceToCen'],
      ['preflight', 'adopt', undefined],
      ['preflight', 'wait-for-grant', 'GrantInstanceToCen'],
    ])
    expect(results[2]?.id).not.toBe(results[0]?.id)
    const refusing = createTestContext({ publisher: refusingTopic })
    const unpublished = await answerDryRun({ step: 'answer', verdict }, one, refusing.context)
    expect(unpublished).toMatchObject({ action: 'retry', waitFor: 'publish' })
  })
})

describe('a parked request', () => {
  const call: GrantCall = {
    product: 'vpc',
    operation: 'GrantInstanceToCen',
    ownerId: '1700000000000007',
    regionId: 'cn-hangzhou',
    parameters: { CenOwnerId: '1' },
  }

  it('is reported once a process, with the call that the owner must make', async () => {
    const { context, driver, results } = createTestContext()
    driver.mendingCall.mockResolvedValue({ call, isComplete: true })
    const missing = failure('not-granted')
    await publishParked(missing, situation(), context)
    await publishParked(missing, situation(), context)
    expect(results.map(({ data }) => [data.outcome, data.grant?.ownerId])).toEqual([
      ['grant-required', '1700000000000007'],
    ])
    expect(results[0]?.data.error?.advice).toContain('GrantInstanceToCen')
    // A redrive is another submission.
    await publishParked(missing, situation({ message: message({ redriveCount: 1 }) }), context)
    expect(results).toHaveLength(2)
    expect(results[1]?.id).not.toBe(results[0]?.id)
  })

  it('is reported again while the exact call is not known, or the result was not published', async () => {
    const { context, driver, results } = createTestContext()
    driver.mendingCall.mockResolvedValue({ call, isComplete: false })
    await publishParked(failure('not-granted'), situation(), context)
    driver.mendingCall.mockResolvedValue({ call, isComplete: true })
    const publish = vi.spyOn(context.publisher, 'publish').mockRejectedValueOnce(new Error('refused'))
    await publishParked(failure('not-granted'), situation(), context)
    await publishParked(failure('not-granted'), situation(), context)
    await publishParked(failure('not-granted'), situation(), context)
    expect(publish).toHaveBeenCalledTimes(2)
    expect(results).toHaveLength(2)
  })

  it('for lack of a right names no call if the driver knows none', async () => {
    const { context, driver, results } = createTestContext()
    await publishParked(failure('unauthorized'), situation(), context)
    await publishParked(failure('unauthorized'), situation(), context)
    expect(driver.mendingCall).toHaveBeenCalledTimes(1)
    expect(results).toHaveLength(1)
    expect(results[0]?.data.grant).toBeUndefined()
    expect(results[0]?.data.error).toMatchObject({ kind: 'unauthorized', advice: 'advice' })
  })
})
