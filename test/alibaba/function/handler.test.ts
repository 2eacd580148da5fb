/** The function's side of the protocol, without a server: events, refusals and responses. */
import { describe, expect, it } from 'vitest'
import type { BasicCalls } from '../../../lib/alibaba/basic/calls.js'
import type { EnterpriseApis } from '../../../lib/alibaba/enterprise/calls/apis.js'
import { answerEvent } from '../../../lib/alibaba/function/handler.js'
import { ACTION_NAMES, readFunctionResponse } from '../../../lib/alibaba/function/protocol.js'
import { createRemoteCalls } from '../../../lib/alibaba/function/remote-calls.js'
import type { RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
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
  async readState({ childInstanceId }, limits) {
    receivedLimits.push(limits)
    return childInstanceId === 'vpc-bad'
      ? { ok: false, failure: failureOf({ code: 'Throttling.User', retryAfterMs: 700 }) }
      : { ok: true, value: { status: 'attached', attachedAtMs: 60_000, ownerId: '1700000000000002' } }
  },
  detach: async () => ({ ok: false, failure: failureOf({ code: 'ParameterInstanceId' }) }),
  cenExists: async () => ({ ok: true, value: true }),
  attachedTo: async () => ({ ok: true, value: undefined }),
  isGranted: async () => {
    throw new Error('https://ram.example/?SecurityToken=secret')
  },
  cenOwnerId: async () => ({ ok: true, value: '1688000000000001' }),
}
/** Each call as it arrived: who makes it, where, and what. */
const apiCalls: string[] = []
const apiCall =
  (who: string): RpcCall =>
  async (action, query) => {
    apiCalls.push(`${who} ${action} ${JSON.stringify(query)}`)
    return action === 'DescribeVSwitches'
      ? { ok: false, failure: failureOf({ code: 'InvalidVpcId.NotFound', action }) }
      : { ok: true, value: { RequestId: 'R-3', TransitRouters: [] } }
  }
const apis: EnterpriseApis = { cbn: apiCall('cbn'), vpc: (regionId) => apiCall(`vpc ${regionId}`) }
const asOwner = (ownerId: string, regionId: string) => ({
  cbn: apiCall(`cbn of ${ownerId} ${regionId}`),
  vpc: apiCall(`vpc of ${ownerId} ${regionId}`),
})

const response = async (body: string, maxMs = 30_000) =>
  (await answerEvent(body, { ok: true, value: { basic: calls, apis } }, systemClock, maxMs)).response

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

  it('reads many states, with one answer for each, and takes no absence from an earlier invocation', async () => {
    receivedLimits.length = 0
    const attachments = [attachment, { ...attachment, childInstanceId: 'vpc-bad' }, { cenId: 'cen-1' }]
    const { attachment: _, ...fields } = JSON.parse(event({ action: 'read-states', attachments }))
    const { answer } = readFunctionResponse('read-states', JSON.stringify(await response(JSON.stringify(fields))))
    expect(answer.ok && answer.value).toEqual([
      { ok: true, value: { status: 'attached', attachedAtMs: 60_000, ownerId: '1700000000000002' } },
      { ok: false, failure: failureOf({ code: 'Throttling.User', retryAfterMs: 700 }) },
      { ok: false, failure: expect.objectContaining({ code: 'FunctionArgumentsInvalid', kind: 'rejected' }) },
    ])
    expect(receivedLimits.map(({ exact }) => exact)).toEqual([true, true])
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
    // One action is for the APIs of Enterprise Edition, and two need a role in the account of the owner.
    expect(ACTION_NAMES).toHaveLength(10)
    expect(Object.keys(calls)).toHaveLength(ACTION_NAMES.length - 3)
  })
})

describe('a detach through the function', () => {
  const remote = (basic: BasicCalls) =>
    createRemoteCalls(
      async (body) => {
        const { response } = await answerEvent(body, { ok: true, value: { basic, apis } }, systemClock, 30_000)
        return { ok: true, value: JSON.stringify(response) }
      },
      (_action, call) => call(),
      systemClock,
      { grants: true },
    )
  const limits = { deadlineMs: Infinity }
  const target = { ...attachment, childInstanceType: 'VPC' as const }

  it('of what is gone is absent: the code is read as the answer to a detach', async () => {
    expect(await remote(calls).detach(target, limits)).toMatchObject({ ok: false, failure: { kind: 'absent' } })
  })

  it('takes the grant back with the role of the function, and without one says whose setting is missing', async () => {
    const asked: string[] = []
    const revoke: BasicCalls['revoke'] = async ({ childInstanceId }) => {
      asked.push(childInstanceId)
      return { ok: true, value: undefined }
    }
    expect(await remote({ ...calls, revoke }).revoke?.(target, limits)).toEqual({ ok: true, value: {} })
    expect(asked).toEqual(['vpc-1'])
    expect(await remote(calls).revoke?.(target, limits)).toMatchObject({ failure: { code: 'GrantRoleUnset' } })
  })
})

describe('a call of an API, for Enterprise Edition', () => {
  const query = { CenId: 'cen-1', 'ZoneMappings.1.ZoneId': 'cn-hangzhou-h' }
  const called = async (call: object, using: EnterpriseApis = apis) => {
    apiCalls.length = 0
    const { attachment: _, ...fields } = JSON.parse(event({ action: 'call', call }))
    const value = { basic: calls, apis: using }
    const { response } = await answerEvent(JSON.stringify(fields), { ok: true, value }, systemClock, 30_000)
    return readFunctionResponse('call', JSON.stringify(response)).answer
  }
  const allowed = { product: 'cbn', operation: 'ListTransitRouters', regionId: 'cn-hangzhou', query }

  it.each<[string, object, string]>([
    ['Cbn', allowed, 'cbn ListTransitRouters'],
    [
      'Vpc in a region',
      { ...allowed, product: 'vpc', operation: 'DescribeRouteTableList', regionId: 'cn-beijing' },
      'vpc cn-beijing DescribeRouteTableList',
    ],
    [
      "Cbn as the network's owner",
      { ...allowed, operation: 'GrantInstanceToTransitRouter', ownerId: '17' },
      'cbn of 17 cn-hangzhou GrantInstanceToTransitRouter',
    ],
  ])('calls %s with the parameters as they are', async (_name, call, made) => {
    const answer = await called(call, { ...apis, asOwner })
    expect(answer).toEqual({ ok: true, value: { RequestId: 'R-3', TransitRouters: [] } })
    expect(apiCalls).toEqual([`${made} ${JSON.stringify(query)}`])
  })

  it('answers the code of a refusal', async () => {
    const answer = await called({ ...allowed, product: 'vpc', operation: 'DescribeVSwitches' })
    expect(answer).toMatchObject({ ok: false, failure: { code: 'InvalidVpcId.NotFound' } })
  })

  it('is refused as an owner if the function has no role there', async () => {
    expect(await called({ ...allowed, ownerId: '17' })).toMatchObject({ failure: { code: 'GrantRoleUnset' } })
    expect(apiCalls).toEqual([])
  })

  it.each<[string, object, string]>([
    ['an action that the drivers do not use', { ...allowed, operation: 'DeleteCen' }, 'call.operation'],
    ['an action of another product', { ...allowed, product: 'vpc' }, 'call.operation'],
    ['another product', { ...allowed, product: 'ram' }, 'call.product'],
    ['a region that would be another host', { ...allowed, regionId: 'x.evil.example/' }, 'call.regionId'],
    ['an account that is none', { ...allowed, ownerId: '17/role' }, 'call.ownerId'],
    ['a parameter that is no text', { ...allowed, query: { CenId: ['cen-1'] } }, 'call.query.CenId'],
    ['an endless parameter', { ...allowed, query: { CenId: 'x'.repeat(1_001) } }, 'call.query.CenId'],
  ])('refuses %s, and makes no call', async (_name, call, path) => {
    expect(await called(call, { ...apis, asOwner })).toMatchObject({
      ok: false,
      failure: { code: 'FunctionArgumentsInvalid', message: expect.stringContaining(path) },
    })
    expect(apiCalls).toEqual([])
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
