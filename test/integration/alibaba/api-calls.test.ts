/** The real SDK core against the emulator over a real socket. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createDirectCalls } from '../../../lib/alibaba/basic/direct-calls.js'
import { fixedKeys } from '../../../lib/alibaba/credentials/key-source.js'
import { createRpcCall, type RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import type { Attachment } from '../../../lib/domain/attachment.js'
import { createEmulator } from '../../../lib/emulator/emulator.js'
import { createShiftedClock } from '../../../lib/emulator/http/control.js'
import { startEmulatorServer } from '../../../lib/emulator/http/server.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { readWorldFile } from '../../../lib/emulator/world/world-file.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { basicEverywhere } from '../../support/basic-world.js'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const child = (id: string): Attachment => ({
  cenId: 'cen-1',
  childInstanceId: id,
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
})
const soon = (ms = 5_000) => ({ deadlineMs: Date.now() + ms })

async function connect(
  world: object = {},
  keys: { accessKeyId: string; accessKeySecret: string; securityToken?: string } = HOME_ACCOUNT,
) {
  const reading = readWorldFile(JSON.stringify(basicEverywhere(world)))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const clock = createShiftedClock(systemClock)
  const emulator = createEmulator(reading.world, clock, Math.random)
  const server = await startEmulatorServer(emulator, clock)
  stops.push(server.stop)
  const rpc = (version: string): RpcCall =>
    createRpcCall({ endpoint: server.url, version }, fixedKeys(keys), systemClock)
  const attacher = createDirectCalls({ cbn: rpc('2017-09-12'), sts: rpc('2015-04-01') }, systemClock)
  return { emulator, clock, attacher, attached: () => emulator.world.records(Date.now()).length }
}

async function connectTo(answer: { status: number; type: string; body: string }) {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': answer.type })
    response.end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(async () => void server.close())
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return createRpcCall({ endpoint, version: '2017-09-12' }, fixedKeys(HOME_ACCOUNT), systemClock)
}

describe('the Alibaba driver over HTTP', () => {
  it('signs calls that a strict server accepts, and reads the answers', async () => {
    const { attacher, clock } = await connect({ limits: { attachMs: 60_000 } })
    const answer = await attacher.attach({ ...child('vpc-1'), childInstanceOwnerId: '1700000000000002' }, soon())
    expect(answer).toEqual({ ok: true, value: { apiRequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) } })
    expect(await attacher.readState(child('vpc-1'), soon())).toMatchObject({ ok: true, value: { status: 'attaching' } })
    clock.advance(60_000)
    const state = await attacher.readState(child('vpc-1'), soon())
    expect(state).toMatchObject({ ok: true, value: { status: 'attached' } })
    expect(state.ok && Math.abs(Date.now() - (state.value.attachedAtMs ?? 0))).toBeLessThan(121_000)
    expect(await attacher.readState(child('vpc-2'), soon())).toEqual({ ok: true, value: { status: 'absent' } })
    expect(await attacher.cenOwnerId()).toEqual({ ok: true, value: HOME_ACCOUNT.accountId })
  })

  it.each([
    ['a wrong secret', { ...HOME_ACCOUNT, accessKeySecret: 'wrong' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { ...HOME_ACCOUNT, accessKeyId: 'nobody' }, 'InvalidAccessKeyId.NotFound'],
  ])('is refused with %s', async (_name, keys, code) => {
    const { attacher, attached } = await connect({}, keys)
    expect(await attacher.attach(child('vpc-1'), soon())).toMatchObject({
      ok: false,
      failure: { code, kind: 'credentials' },
    })
    expect(attached()).toBe(0)
  })

  it('sends a session token, signed', async () => {
    const account = {
      accountId: '1700000000000002',
      accessKeyId: 'STS.x',
      accessKeySecret: 's',
      securityToken: 'token/with+signs=',
    }
    const { attacher } = await connect({ accounts: [account] }, account)
    expect(await attacher.cenOwnerId()).toEqual({ ok: true, value: '1700000000000002' })
    const stale = await connect({ accounts: [account] }, { ...account, securityToken: 'old' })
    expect(await stale.attacher.attach(child('vpc-1'), soon())).toMatchObject({
      ok: false,
      failure: { kind: 'credentials' },
    })
  })

  it('keeps code, status, text and request id of an error, and no URL', async () => {
    const { attacher } = await connect({ childInstances: [{ childInstanceId: 'vpc-1', routerInterfaceId: 'ri' }] })
    const answer = await attacher.attach(child('vpc-1'), soon())
    expect(answer).toMatchObject({
      ok: false,
      failure: {
        code: 'InvalidOperation.ChildInstanceRIAlreadyExist',
        kind: 'rejected',
        httpStatus: 409,
        message: 'Operation is invalid because the child-instance has already been attached to Express Connect.',
        apiRequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      },
    })
    expect(JSON.stringify(answer)).not.toMatch(/http:|Signature/)
  })

  it.each<[string, object, string, number]>([
    ['an HTML 503', { html: 503 }, 'UnreadableAnswer', 0],
    ['a reset before the effect', { reset: 'before' }, 'ConnectionFailed', 0],
    ['a reset after the effect', { reset: 'after' }, 'ConnectionFailed', 1],
    ['silence', { silence: 'after' }, 'RequestTimeout', 1],
  ])('calls the outcome unknown after %s, and does not send again by itself', async (_name, fault, code, effects) => {
    const { attacher, attached, emulator } = await connect({ faults: [{ action: 'AttachCenChildInstance', fault }] })
    const answer = await attacher.attach(child('vpc-1'), soon(700))
    expect(answer).toMatchObject({ ok: false, failure: { code, kind: 'unavailable' } })
    expect(JSON.stringify(answer)).not.toMatch(/http:|ChildInstanceId|Signature/)
    expect(attached()).toBe(effects)
    expect(emulator.journal).toHaveLength(1)
  })

  it.each([
    ['200 without a body', { status: 200, type: 'application/json', body: '' }],
    ['200 with a page', { status: 200, type: 'text/html', body: '<html>login</html>' }],
    ['200 with something else', { status: 200, type: 'application/json', body: '{"hello":1}' }],
    ['500 without a code', { status: 500, type: 'application/json', body: '{}' }],
    ['null', { status: 502, type: 'application/json', body: 'null' }],
  ])('takes %s for an unknown outcome', async (_name, answer) => {
    const call = await connectTo(answer)
    expect(await call('AttachCenChildInstance', {}, soon())).toMatchObject({
      ok: false,
      failure: { code: 'UnreadableAnswer', kind: 'unavailable' },
    })
  })

  it('treats a refused connection as an unknown outcome', async () => {
    const call = createRpcCall(
      { endpoint: 'http://127.0.0.1:1', version: '2017-09-12' },
      fixedKeys(HOME_ACCOUNT),
      systemClock,
    )
    const answer = await call('AttachCenChildInstance', { CenId: 'secret-parameter' }, soon())
    expect(answer).toMatchObject({ ok: false, failure: { code: 'ConnectionFailed', kind: 'unavailable' } })
    expect(JSON.stringify(answer)).not.toContain('secret-parameter')
  })

  it('retries a passing state within the delivery, at most twice', async () => {
    const fault = { code: 'IncorrectStatus.VpcSwitch' }
    const passing = await connect({ faults: [{ action: 'AttachCenChildInstance', times: 2, fault }] })
    expect(await passing.attacher.attach(child('vpc-1'), soon(20_000))).toMatchObject({ ok: true })
    const lasting = await connect({ faults: [{ action: 'AttachCenChildInstance', fault }] })
    expect(await lasting.attacher.attach(child('vpc-1'), soon(20_000))).toMatchObject({
      ok: false,
      failure: { kind: 'busy' },
    })
    expect(lasting.emulator.journal).toHaveLength(3)
  })

  it.each([
    [
      'a throttle, with what the server asks for',
      { code: 'Throttling.User', http: 429, retryAfterMs: 400 },
      { kind: 'throttled', retryAfterMs: 400 },
    ],
    ['a CEN that is busy', { code: 'Operation.Blocking' }, { kind: 'busy', code: 'Operation.Blocking' }],
  ])('leaves a limit to the limiter: %s', async (_name, fault, failure) => {
    const { attacher, emulator } = await connect({ faults: [{ action: 'AttachCenChildInstance', nth: 1, fault }] })
    expect(await attacher.attach(child('vpc-1'), soon(20_000))).toMatchObject({ ok: false, failure })
    expect(emulator.journal).toHaveLength(1)
  })

  it('does not retry if the deadline does not allow it', async () => {
    const { attacher, emulator } = await connect({
      faults: [{ action: 'AttachCenChildInstance', fault: { code: 'Operation.Blocking' } }],
    })
    await attacher.attach(child('vpc-1'), soon(400))
    expect(emulator.journal).toHaveLength(1)
  })

  it('answers all pending readings of a CEN from one page, and reads again for later ones', async () => {
    const attached = Array.from({ length: 40 }, (_, index) => ({ cenId: 'cen-1', childInstanceId: `vpc-${index}` }))
    const { attacher, emulator } = await connect({ attached })
    const states = await Promise.all(
      attached.map(({ childInstanceId }) => attacher.readState(child(childInstanceId), soon())),
    )
    expect(states.every((state) => state.ok && state.value.status === 'attached')).toBe(true)
    expect(emulator.journal.map(({ action }) => action)).toEqual(['DescribeCenAttachedChildInstances'])
    await attacher.readState(child('vpc-1'), soon())
    expect(emulator.journal).toHaveLength(2)
  })

  it('reads more pages of a large CEN as long as that takes fewer calls than single readings', async () => {
    const attached = Array.from({ length: 120 }, (_, index) => ({ cenId: 'cen-1', childInstanceId: `vpc-${index}` }))
    const { attacher, emulator } = await connect({ attached })
    const ids = [...attached.map(({ childInstanceId }) => childInstanceId), 'vpc-none']
    const states = await Promise.all(ids.map((id) => attacher.readState(child(id), soon())))
    expect(states.filter((state) => state.ok && state.value.status === 'attached')).toHaveLength(120)
    expect(states.at(-1)).toEqual({ ok: true, value: { status: 'absent' } })
    // Three pages, which hold the whole list together.
    expect(emulator.journal).toHaveLength(3)
  })
})
