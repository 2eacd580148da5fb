/** The driver through Function Compute, against the packaged function: both APIs, real SDKs, real signatures. */
import { afterEach, describe, expect, it } from 'vitest'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { buildAttacher } from '../../../functions/compose/driver.js'
import { readTextFile } from '../../../functions/compose/process.js'
import { readConfig } from '../../../lib/config/config.js'
import type { Failure } from '../../../lib/domain/failure.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { type FcCloud, startFcCloud } from '../../support/function-compute/fc-cloud.js'
import type { FcFault } from '../../support/function-compute/function-compute.js'

type Api = 'fc2' | 'fc3'
const APIS: readonly Api[] = ['fc3', 'fc2']
const OWNER = '1700000000000007'
const WORLD = {
  cens: [{ cenId: 'cen-1' }],
  roles: [{ roleName: 'grantor', accountId: OWNER }],
  childInstances: [{ childInstanceId: 'vpc-foreign', regionId: 'cn-hangzhou', ownerId: OWNER }],
  grantsMissing: [{ childInstanceId: 'vpc-foreign' }],
  limits: { attachMs: 50, grantMs: 0 },
}
const child = (childInstanceId = 'vpc-1', childInstanceOwnerId?: string) => ({
  cenId: 'cen-1',
  childInstanceId,
  childInstanceType: 'VPC' as const,
  childInstanceRegionId: 'cn-hangzhou',
  ...(childInstanceOwnerId !== undefined && { childInstanceOwnerId }),
})
const within = (ms = 10_000) => ({ deadlineMs: Date.now() + ms })

let fc: FcCloud
afterEach(() => fc.stop())

function connect(api: Api, env: Readonly<Record<string, string>> = {}) {
  const all = { ...fc.env(api), ...env }
  const reading = readConfig(all, readTextFile)
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  return buildAttacher(reading.config, awsConnectionOf(all), systemClock)
}
const connectBasic = (...args: Parameters<typeof connect>) => connect(...args).basic
const actions = () => fc.functionCompute.journal.map(({ action }) => action)
const apiCalls = () => fc.cloud.emulator.journal.map(({ action }) => action)

describe.each(APIS)('the function by %s', (api) => {
  it('calls the APIs of Enterprise Edition, with its own keys and as the owner of a network', async () => {
    fc = await startFcCloud(WORLD, { settings: { GRANT_ROLE_NAME: 'grantor' } })
    const { apis } = connect(api, { GRANT_ROLE_NAME: 'grantor' })
    const region = { RegionId: 'cn-hangzhou' }
    const routers = await apis.cbn('ListTransitRouters', { CenId: 'cen-1', ...region }, within())
    expect(routers).toMatchObject({ ok: true, value: { TransitRouters: expect.any(Array) } })
    const vpc = await apis.vpc('cn-hangzhou')('DescribeVSwitches', { VpcId: 'vpc-foreign', ...region }, within())
    expect(vpc).toMatchObject({ ok: true, value: { VSwitches: { VSwitch: [] } } })
    const owner = apis.asOwner?.(OWNER, 'cn-hangzhou')
    const theirs = await owner?.vpc('DescribeVSwitches', { VpcId: 'vpc-foreign', ...region }, within())
    expect(theirs).toMatchObject({ ok: true, value: { VSwitches: { VSwitch: [{}, {}, {}] } } })
    // A refusal means what the row of its action says.
    const missing = await apis.cbn('ListTransitRouterRouteTables', { TransitRouterId: 'tr-none' }, within())
    expect(missing).toMatchObject({ ok: false, failure: { code: 'InvalidTransitRouterId.NotFound', kind: 'absent' } })
  })

  it('makes every call of the driver, with the keys of its role', async () => {
    fc = await startFcCloud(WORLD, { settings: { GRANT_ROLE_NAME: 'grantor' } })
    const attacher = connectBasic(api, { GRANT_ROLE_NAME: 'grantor' })
    const foreign = child('vpc-foreign', OWNER)
    expect(await attacher.cenExists('cen-1', within())).toEqual({ ok: true, value: true })
    expect(await attacher.cenOwnerId()).toEqual({ ok: true, value: '1688000000000001' })
    expect(await attacher.cenOwnerId()).toMatchObject({ ok: true })
    expect(await attacher.isGranted(foreign, within())).toEqual({ ok: true, value: false })
    expect(await attacher.attach(foreign, within())).toMatchObject({ ok: false, failure: { kind: 'not-granted' } })
    expect(await attacher.grant?.(foreign, 'wish-1', within())).toMatchObject({ ok: true })
    expect(await attacher.isGranted(foreign, within())).toEqual({ ok: true, value: true })
    expect(await attacher.readState(foreign, within())).toEqual({ ok: true, value: { status: 'absent' } })
    expect(await attacher.attach(foreign, within())).toMatchObject({
      ok: true,
      value: { apiRequestId: expect.any(String) },
    })
    await expect
      .poll(() => attacher.readState(foreign, within()))
      .toMatchObject({ ok: true, value: { status: 'attached', attachedAtMs: expect.any(Number) } })
    expect(await attacher.attachedTo(foreign, within())).toEqual({ ok: true, value: 'cen-1' })
    expect(new Set(fc.functionCompute.journal.map((one) => one.api))).toEqual(new Set([api]))
    expect(actions().filter((action) => action === 'cen-owner-id')).toHaveLength(1)
    expect(apiCalls()).toContain('AssumeRole')
  })

  it.each<[string, FcFault, Partial<Failure>]>([
    ['a throttle', { http: 429, code: 'ResourceThrottled' }, { code: 'FunctionThrottled', kind: 'throttled' }],
    ['no instance left', { http: 503, code: 'ResourceExhausted' }, { code: 'FunctionThrottled', kind: 'throttled' }],
    [
      'an error of the service',
      { http: 500, code: 'InternalServerError' },
      { code: 'FunctionFailed', kind: 'unavailable' },
    ],
    ['a function that cannot start', { http: 412, code: 'CAExited' }, { code: 'FunctionFailed', kind: 'unavailable' }],
    [
      'a crash',
      { after: 'crash' },
      { code: 'FunctionFailed', kind: 'unavailable', message: expect.stringContaining('Process exited') },
    ],
    [
      'its timeout',
      { after: 'timeout' },
      { code: 'FunctionFailed', kind: 'unavailable', message: expect.stringContaining('timed out after 30') },
    ],
    ['a reset', { before: 'reset' }, { code: 'ConnectionFailed', kind: 'unavailable' }],
    ['a reset after the work', { after: 'reset' }, { code: 'ConnectionFailed', kind: 'unavailable' }],
    ['a silence', { after: 'silence' }, { code: 'RequestTimeout', kind: 'unavailable' }],
    ['a proxy page', { before: 'html' }, { kind: 'unavailable' }],
    [
      'a denial',
      { http: 403, code: 'AccessDenied' },
      { code: 'FunctionUncallable', kind: 'credentials', message: expect.stringContaining('fc:InvokeFunction') },
    ],
    [
      'a key that is gone',
      { http: 403, code: 'InvalidAccessKeyID' },
      { code: 'FunctionUncallable', kind: 'credentials' },
    ],
    [
      'a code that nobody knows',
      { http: 400, code: 'Brand.New' },
      { code: 'FunctionUncallable', kind: 'credentials', message: expect.stringContaining('Brand.New') },
    ],
    ['another function behind the name', { body: 'Hello World!' }, { code: 'UnreadableAnswer', kind: 'unavailable' }],
    [
      'JSON of another function',
      { body: '{"version":1,"answer":{"ok":true,"value":17}}' },
      { code: 'UnreadableAnswer', kind: 'unavailable' },
    ],
  ])('is not blamed on the request if the invocation fails by %s', async (_name, fault, failure) => {
    fc = await startFcCloud(WORLD)
    // Short retries are for what passes; here every try meets it.
    fc.functionCompute.faults.push(fault, fault, fault)
    const settleRetryMs = 'after' in fault && fault.after === 'silence' ? 1_500 : 10_000
    expect(await connectBasic(api).attach(child(), within(settleRetryMs))).toMatchObject({ ok: false, failure })
  })

  it('retries a short throttle within the call', async () => {
    fc = await startFcCloud(WORLD)
    fc.functionCompute.faults.push({ http: 429, code: 'ResourceThrottled' })
    const refused: string[] = []
    const limits = { ...within(), refused: ({ code }: Failure) => void refused.push(code) }
    const first = await connectBasic(api).attach(child(), limits)
    if (!first.ok) expect(first.failure.kind).toBe('throttled')
    expect(refused[0]).toBe('FunctionThrottled')
  })

  it.each<[string, Record<string, string>, string]>([
    ['a function that does not exist', { ATTACHER_FC_FUNCTION: 'another' }, 'AccessDenied'],
    ['a wrong secret', { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong' }, 'ignature'],
    ['a wrong token', { ALIBABA_CLOUD_SECURITY_TOKEN: 'wrong' }, 'InvalidSecurityToken'],
    ['keys of nobody', { ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.nobody' }, 'InvalidAccessKeyId'],
  ])('pauses the worker on %s, without a call', async (_name, env, said) => {
    fc = await startFcCloud(WORLD)
    expect(await connectBasic(api, env).attach(child(), within())).toMatchObject({
      ok: false,
      failure: { code: 'FunctionUncallable', kind: 'credentials', message: expect.stringContaining(said) },
    })
    expect(apiCalls()).toEqual([])
  })

  it('pauses the worker on session keys without their token', async () => {
    fc = await startFcCloud(WORLD)
    expect(await connectBasic(api, { ALIBABA_CLOUD_SECURITY_TOKEN: '' }).attach(child(), within())).toMatchObject({
      ok: false,
      failure: { kind: 'credentials' },
    })
  })

  it('invokes as a role, and renews a session that was revoked', async () => {
    fc = await startFcCloud({ ...WORLD, roles: [{ roleName: 'caller', accountId: HOME_ACCOUNT.accountId }] })
    fc.functionCompute.faults.push({ http: 403, code: 'InvalidSecurityToken.Expired' })
    const attacher = connectBasic(api, {
      STS_ENDPOINT: fc.cloud.env.STS_ENDPOINT ?? '',
      ALIBABA_CLOUD_ACCESS_KEY_ID: HOME_ACCOUNT.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: HOME_ACCOUNT.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: '',
      ALIBABA_CLOUD_ROLE_ARN: `acs:ram::${HOME_ACCOUNT.accountId}:role/caller`,
    })
    expect(await attacher.attach(child(), within())).toMatchObject({ ok: true })
    expect(apiCalls()).toEqual(['AssumeRole', 'AssumeRole', 'AttachCenChildInstance'])
    const [first, second] = fc.functionCompute.journal.map(({ accessKeyId }) => accessKeyId)
    expect(second).not.toBe(first)
  })

  it('shares an invocation, and a page, between the readings of a CEN', async () => {
    fc = await startFcCloud(WORLD)
    const attacher = connectBasic(api)
    const children = Array.from({ length: 40 }, (_, index) => child(`vpc-${index}`))
    for (const one of children.slice(0, 5)) await attacher.attach(one, within())
    const before = { invocations: actions().length, calls: apiCalls().length }
    const states = await Promise.all(children.map((one) => attacher.readState(one, within())))
    expect(states.filter((state) => state.ok && state.value.status !== 'absent')).toHaveLength(5)
    expect(states.filter((state) => state.ok && state.value.status === 'absent')).toHaveLength(35)
    expect(actions().length - before.invocations).toBe(1)
    expect(apiCalls().length - before.calls).toBe(1)
  })
})

describe('the function', () => {
  it('recovers from a process that exits: the next invocation starts another one', async () => {
    fc = await startFcCloud({
      ...WORLD,
      faults: [{ action: 'AttachCenChildInstance', nth: 1, fault: { silence: 'after' } }],
    })
    const attacher = connectBasic('fc3')
    const lost = attacher.attach(child(), within())
    await expect.poll(apiCalls).toEqual(['AttachCenChildInstance'])
    fc.functionCompute.instance.kill()
    expect(await lost).toMatchObject({ ok: false, failure: { code: 'FunctionFailed', kind: 'unavailable' } })
    await expect
      .poll(() => attacher.readState(child(), within()))
      .toMatchObject({ ok: true, value: { status: 'attached' } })
  })

  it('reports every refused attempt, with the error of the API', async () => {
    fc = await startFcCloud({
      ...WORLD,
      faults: [{ action: 'AttachCenChildInstance', nth: 1, fault: { code: 'Operation.Blocking' } }],
    })
    const refused: string[] = []
    const answer = await connectBasic('fc3').attach(child(), {
      ...within(),
      refused: ({ code }) => void refused.push(code),
    })
    expect(refused).toEqual(['Operation.Blocking'])
    if (!answer.ok) expect(answer.failure.code).toBe('Operation.Blocking')
  })

  it('answers before the timeout of the worker, so that the outcome is known', { retry: 2 }, async () => {
    fc = await startFcCloud({ ...WORLD, faults: [{ action: 'AttachCenChildInstance', fault: { silence: 'before' } }] })
    expect(await connectBasic('fc3').attach(child(), within(2_000))).toMatchObject({
      ok: false,
      failure: { code: 'RequestTimeout', message: 'no answer in time' },
    })
    await expect.poll(() => fc.functionCompute.instance.log()).toContain('RequestTimeout')
  })

  it.each<[string, { settings?: Record<string, string>; role?: boolean }, string]>([
    ['has no role', { role: false }, 'has no RAM role'],
    ['has settings that are wrong', { settings: { CBN_ENDPOINT: 'nonsense', CEN_OWNER_ID: 'me' } }, 'CBN_ENDPOINT'],
  ])('pauses the worker if it %s, with the reason', async (_name, options, said) => {
    fc = await startFcCloud(WORLD, options)
    expect(await connectBasic('fc3').attach(child(), within())).toMatchObject({
      ok: false,
      failure: { kind: 'credentials', message: expect.stringContaining(said) },
    })
  })

  it('names every fault of its settings', async () => {
    fc = await startFcCloud(WORLD, { settings: { CBN_ENDPOINT: 'nonsense', CEN_OWNER_ID: 'me', LOG_LEVEL: 'loud' } })
    const answer = await connectBasic('fc3').attach(child(), within())
    for (const name of ['CBN_ENDPOINT', 'CEN_OWNER_ID', 'LOG_LEVEL'])
      expect(answer).toMatchObject({
        failure: { code: 'FunctionMisconfigured', message: expect.stringContaining(name) },
      })
  })

  it('reports that GRANT_ROLE_NAME is set for the worker only', async () => {
    fc = await startFcCloud(WORLD)
    const attacher = connectBasic('fc3', { GRANT_ROLE_NAME: 'grantor' })
    expect(await attacher.grant?.(child('vpc-foreign', OWNER), 'wish', within())).toMatchObject({
      ok: false,
      failure: { code: 'GrantRoleUnset', kind: 'unauthorized' },
    })
    expect(connectBasic('fc3').grant).toBeUndefined()
  })

  it('never reveals its keys, neither in answers nor in its log', { retry: 2 }, async () => {
    fc = await startFcCloud({ ...WORLD, faults: [{ action: '*', fault: { code: 'SignatureDoesNotMatch' } }] })
    const answer = await connectBasic('fc3').attach(child(), within())
    const text = JSON.stringify(answer) + fc.functionCompute.instance.log()
    expect(text).toContain('SignatureDoesNotMatch')
    expect(text).not.toMatch(SECRETS)
  })

  it.each(APIS)('reveals no key if an error quotes the invocation, by %s', async (api) => {
    fc = await startFcCloud(WORLD)
    const quoting = [403, 500, 429].map((http) => ({ http, code: 'Quoting' }))
    fc.functionCompute.faults.push(...quoting, ...quoting)
    const attacher = connectBasic(api)
    const answers = [await attacher.attach(child(), within()), await attacher.attach(child(), within())]
    expect(JSON.stringify(answers)).toContain('Quoting')
    expect(JSON.stringify(answers)).not.toMatch(SECRETS)
  })
})

/** Keys, tokens and signatures in the forms of both APIs. */
const SECRETS = /STS\.[A-Za-z0-9]{8}|CAIS[A-Za-z0-9]{8}|Signature=|FC STS/
