/** The function's side of the protocol, without a server: events, refusals and responses. */
import { describe, expect, it } from 'vitest'
import type { BasicCalls } from '../../../lib/alibaba/basic/calls.js'
import { answerEvent } from '../../../lib/alibaba/function/handler.js'
import { ACTION_NAMES, readFunctionResponse } from '../../../lib/alibaba/function/protocol.js'
import { type Failure, failureOf } from '../../../lib/domain/failure.js'
import type { CallLimits } from '../../../lib/reconcile/driver.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'

const attachment = {
  cenId: 'cen-1',
  childInstanceId: 'vpc-1',
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
}
const event = (fields: object) =>
  JSON.stringify({ version: 1, timeoutMs: 5_000, action: 'attach', attachment, ...fields })

const receivedLimits: CallLimits[] = []
const calls: BasicCalls = {
  async attach(_attachment, limits) {
    receivedLimits.push(limits)
    limits.refused?.(failureOf({ code: 'Operation.Blocking', httpStatus: 400, apiRequestId: 'R-1' }))
    return { ok: true, value: { apiRequestId: 'R-2' } }
  },
  readState: async ({ childInstanceId }) =>
    childInstanceId === 'vpc-bad'
      ? { ok: false, failure: failureOf({ code: 'Throttling.User', retryAfterMs: 700 }) }
      : { ok: true, value: { status: 'attached', attachedAtMs: 60_000 } },
  detach: async () => ({ ok: false, failure: failureOf({ code: 'ParameterInstanceId' }) }),
  cenExists: async () => ({ ok: true, value: true }),
  attachedTo: async () => ({ ok: true, value: undefined }),
  isGranted: async () => {
    throw new Error('https://ram.example/?SecurityToken=secret')
  },
  cenOwnerId: async () => ({ ok: true, value: '1688000000000001' }),
}
const response = async (body: string, maxMs = 30_000) =>
  (await answerEvent(body, { ok: true, value: calls }, systemClock, maxMs)).response

describe('the function', () => {
  it('answers, and reports the refused attempts before the answer', async () => {
    const text = JSON.stringify(await response(event({})))
    const reply = readFunctionResponse('attach', text)
    expect(reply.answer).toEqual({ ok: true, value: { apiRequestId: 'R-2' } })
    expect(reply.refused).toEqual([failureOf({ code: 'Operation.Blocking', httpStatus: 400, apiRequestId: 'R-1' })])
  })

  it('obeys its own timeout and the time that its host has left', async () => {
    receivedLimits.length = 0
    const before = Date.now()
    await response(event({ timeoutMs: 5_000 }))
    await response(event({ timeoutMs: 5_000 }), 2_000)
    const [byEventMs, byHostMs] = receivedLimits.map(({ deadlineMs }) => deadlineMs - before)
    expect(byEventMs).toBeGreaterThanOrEqual(5_000)
    expect(byHostMs).toBeLessThan(4_000)
  })

  it.each<[string, string, RegExp]>([
    ['no JSON', 'attach vpc-1', /event: /],
    ['an array', '[]', /version|Object/],
    ['another version', event({ version: 2 }), /version: must be 1/],
    ['an unknown action', event({ action: 'reattach' }), /"reattach" is none of attach, detach, read-states/],
    ['no action', event({ action: undefined }), /action/],
  ])(
    'reports a mismatch of worker and function, which pauses the worker, if the event is %s',
    async (_name, body, message) => {
      const { answer } = readFunctionResponse('attach', JSON.stringify(await response(body)))
      expect(answer).toMatchObject({ ok: false, failure: { code: 'FunctionMismatch', kind: 'credentials' } })
      expect(!answer.ok && answer.failure.message).toMatch(message)
    },
  )

  it.each<[string, object, string]>([
    ['an invalid CEN id', { attachment: { ...attachment, cenId: 'x' } }, 'attachment.cenId'],
    ['no type', { attachment: { ...attachment, childInstanceType: undefined } }, 'attachment.childInstanceType'],
    [
      'an unknown field of the attachment',
      { attachment: { ...attachment, endpoint: 'https://evil.example' } },
      'attachment.endpoint',
    ],
    ['an unknown argument', { roleName: 'admin' }, 'roleName'],
  ])('refuses %s as a fault of that one request, and names it', async (_name, fields, path) => {
    const { answer } = readFunctionResponse('attach', JSON.stringify(await response(event(fields))))
    expect(answer).toMatchObject({
      ok: false,
      failure: { code: 'FunctionArgumentsInvalid', kind: 'rejected', message: expect.stringContaining(path) },
    })
  })

  it('reads many states, with one answer for each', async () => {
    const attachments = [attachment, { ...attachment, childInstanceId: 'vpc-bad' }, { cenId: 'cen-1' }]
    const { attachment: _, ...fields } = JSON.parse(event({ action: 'read-states', attachments }))
    const { answer } = readFunctionResponse('read-states', JSON.stringify(await response(JSON.stringify(fields))))
    expect(answer.ok && answer.value).toEqual([
      { ok: true, value: { status: 'attached', attachedAtMs: 60_000 } },
      { ok: false, failure: failureOf({ code: 'Throttling.User', retryAfterMs: 700 }) },
      { ok: false, failure: expect.objectContaining({ code: 'FunctionArgumentsInvalid', kind: 'rejected' }) },
    ])
  })

  it('answers that a child instance is not attached, although JSON has no undefined', async () => {
    const text = JSON.stringify(await response(event({ action: 'attached-to' })))
    expect(readFunctionResponse('attached-to', text).answer).toEqual({ ok: true, value: undefined })
  })

  it('never throws, and does not repeat the text of an error', async () => {
    const text = JSON.stringify(await response(event({ action: 'is-granted' })))
    expect(readFunctionResponse('is-granted', text).answer).toMatchObject({
      ok: false,
      failure: { code: 'FunctionFailed' },
    })
    expect(text).not.toContain('secret')
  })

  it('has an action for every call', () => {
    expect(ACTION_NAMES).toHaveLength(7)
    expect(Object.keys(calls)).toHaveLength(ACTION_NAMES.length - 1)
  })
})

describe('the response, as the worker reads it', () => {
  const failed = (failure: object) => JSON.stringify({ version: 1, answer: { ok: false, failure } })

  it('is classified by the table of the worker: a kind in the response is ignored', () => {
    const { answer } = readFunctionResponse('attach', failed({ code: 'Throttling.User', kind: 'rejected' }))
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'throttled' } satisfies Partial<Failure> })
  })

  it.each([
    ['', 'attach'],
    ['Hello World!', 'attach'],
    ['{"version":2,"answer":{"ok":true,"value":{}}}', 'attach'],
    ['{"version":1,"answer":{"ok":true,"value":"yes"}}', 'is-granted'],
    ['{"version":1,"answer":{"ok":true,"value":[{"ok":true,"value":{"status":"gone"}}]}}', 'read-states'],
  ] as const)('leaves the outcome unknown if it is %j for %s', (text, action) => {
    expect(readFunctionResponse(action, text).answer).toMatchObject({
      ok: false,
      failure: { code: 'UnreadableAnswer' },
    })
  })
})
