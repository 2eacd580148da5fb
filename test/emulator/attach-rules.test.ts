import { describe, expect, it } from 'vitest'
import { ALL_CODES } from '../../lib/domain/error-codes.js'
import { createEmulator } from '../../lib/emulator/emulator.js'
import { HOME_ACCOUNT } from '../../lib/emulator/world/world.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'
import { basicEverywhere } from '../support/basic-world.js'

const START = Date.parse('2026-11-25T12:00:00Z')
const VPC = { CenId: 'cen-1', ChildInstanceId: 'vpc-1', ChildInstanceType: 'VPC', ChildInstanceRegionId: 'cn-hangzhou' }
const VBR = { ...VPC, ChildInstanceId: 'vbr-1', ChildInstanceType: 'VBR' }
const FOREIGN = '1700000000000002'

function createRulesEmulator(world: object, startMs = START) {
  const reading = readWorldFile(JSON.stringify(basicEverywhere(world)))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  let nowMs = startMs
  const emulator = createEmulator(reading.world, { now: () => nowMs }, () => 0.5)
  const caller = emulator.world.accountOfKey(HOME_ACCOUNT.accessKeyId)
  if (!caller) throw new Error('the home account is there')
  const call = (action: string, parameters: Record<string, string>) =>
    emulator.handle({ action, version: '2017-09-12', parameters, caller }).answer
  return {
    attach: (parameters: Record<string, string> = VPC) => call('AttachCenChildInstance', parameters),
    describe: (parameters: Record<string, string> = VPC) =>
      call('DescribeCenAttachedChildInstanceAttribute', parameters).body,
    call,
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

/** Each documented code with a world that has its cause. */
const CAUSES: [code: string, world: object, parameters?: Record<string, string>][] = [
  [
    'Forbbiden.AttachChildInstanceAcrossBid',
    { accounts: [{ accountId: FOREIGN, bid: '26888' }] },
    { ...VPC, ChildInstanceOwnerId: FOREIGN },
  ],
  [
    'IncorrectStatus.VpcSwitch',
    { childInstances: [{ childInstanceId: 'vpc-1', vSwitches: [{ vSwitchId: 'vsw-1', status: 'Pending' }] }] },
  ],
  [
    'Forbbiden.CloudBoxVSwitchExist',
    { childInstances: [{ childInstanceId: 'vpc-1', vSwitches: [{ vSwitchId: 'vsw-1', cloudBox: true }] }] },
  ],
  ['OperationFailed.InvalidVpcStatus', { childInstances: [{ childInstanceId: 'vpc-1', status: 'Configuring' }] }],
  [
    'OperationFailed.InvalidTransitRouter',
    { cens: [{ cenId: 'cen-1', transitRouters: [{ regionId: 'cn-hangzhou', type: 'Enterprise' }] }] },
  ],
  [
    'OperationUnsupported.CenFullLevel',
    { cens: [{ cenId: 'cen-1', level: 'FULL' }], childInstances: [{ childInstanceId: 'vpc-1', vpnBgp: true }] },
  ],
  ['IncorrectStatus.VpcRouteTable', { childInstances: [{ childInstanceId: 'vpc-1', routeTableStatus: 'Pending' }] }],
  ['InvalidOperation.VbrAttachedToEcr', { childInstances: [{ childInstanceId: 'vbr-1', ecrId: 'ecr-1' }] }, VBR],
  [
    'OperationUnsupported.VpcRoutePropagationSource',
    { childInstances: [{ childInstanceId: 'vpc-1', routePropagationSource: 'unsupported' }] },
  ],
  ['InvalidStatus.ResourceStatus', { childInstances: [{ childInstanceId: 'vpc-1', status: 'Modifying' }] }],
  [
    'IncorrectStatus.TransitRouter',
    { cens: [{ cenId: 'cen-1', transitRouters: [{ regionId: 'cn-hangzhou', status: 'Creating' }] }] },
  ],
  ['InvalidParameter', {}, { ...VPC, ChildInstanceType: 'LAN' }],
  ['Unauthorized', { accounts: [{ accountId: HOME_ACCOUNT.accountId, denied: ['AttachCenChildInstance'] }] }],
  [
    'Forbidden.AttachChildInstance',
    { childInstances: [{ childInstanceId: 'vbr-1', accessDevice: 'unsupported' }] },
    VBR,
  ],
  ['Bid.NotFound', { accounts: [{ accountId: FOREIGN, exists: false }] }, { ...VPC, ChildInstanceOwnerId: FOREIGN }],
  [
    'Operation.FailedAndTryAgain',
    { accounts: [{ accountId: FOREIGN, labelLookupFails: true }] },
    { ...VPC, ChildInstanceOwnerId: FOREIGN },
  ],
  [
    'InvalidOperation.ChildInstanceRIAlreadyExist',
    { childInstances: [{ childInstanceId: 'vpc-1', routerInterfaceId: 'ri-1' }] },
  ],
  [
    'Forbbiden.AttachChildInstanceAcrossUid',
    { grantsMissing: [{ childInstanceId: 'vpc-1' }] },
    { ...VPC, ChildInstanceOwnerId: FOREIGN },
  ],
  ['InvalidOperation.ChildInstanceAlreadyAttached', { attached: [{ cenId: 'cen-2', childInstanceId: 'vpc-1' }] }],
  [
    'InvalidOperation.CenAlreadyAutoPubilshRouteToInstance',
    { childInstances: [{ childInstanceId: 'vpc-1', routesPublishedBy: 'cen-2' }] },
  ],
  ['IllegalParam.RegionId', {}, { ...VPC, ChildInstanceRegionId: 'cn-atlantis' }],
]

describe('AttachCenChildInstance of the emulator', () => {
  it.each(CAUSES)('answers %s if its cause is present', (code, world, parameters) => {
    const answer = createRulesEmulator(world).attach(parameters)
    expect(answer.body.Code).toBe(code)
    expect(answer.http).toBe(ALL_CODES.find((row) => row.code === code)?.http)
    expect(
      createRulesEmulator({}).attach(
        parameters && code !== 'InvalidParameter' && code !== 'IllegalParam.RegionId' ? parameters : VPC,
      ).http,
    ).toBe(200)
  })

  it('has a cause for every documented code', () => {
    const ofAttach = ALL_CODES.filter(({ actions }) => actions !== 'any' && actions.includes('AttachCenChildInstance'))
    const documented = ofAttach.filter((row) => row.documented).map((row) => row.code)
    expect(CAUSES.map(([code]) => code).sort()).toEqual(documented.sort())
  })

  it('is asynchronous: Attaching, then Attached, with a time cut to the minute', () => {
    const { attach, describe: state, advance } = createRulesEmulator({ limits: { attachMs: 5_000 } })
    expect(attach().body).toEqual({ RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) })
    expect(state()).toMatchObject({ Status: 'Attaching' })
    advance(4_999)
    expect(state()).toMatchObject({ Status: 'Attaching' })
    advance(1)
    expect(state()).toMatchObject({
      Status: 'Attached',
      ChildInstanceAttachTime: '2026-11-25T12:00Z',
      ChildInstanceOwnerId: 1688000000000001,
    })
  })

  it('refuses concurrent attaches above the limit, and accepts one once another has ended', () => {
    const { attach, advance } = createRulesEmulator({ limits: { attachMs: 1_000, attachesAtOnce: 2 } })
    const codes = () =>
      ['vpc-1', 'vpc-2', 'vpc-3'].map((ChildInstanceId) => attach({ ...VPC, ChildInstanceId }).body.Code)
    expect(codes()).toEqual([undefined, undefined, 'Operation.Blocking'])
    advance(1_000)
    expect(attach({ ...VPC, ChildInstanceId: 'vpc-3' }).http).toBe(200)
  })

  it('throttles the calls above the limit of a window, and answers when to retry', () => {
    const { attach, advance } = createRulesEmulator({ limits: { throttle: { calls: 1, windowMs: 1_000 } } })
    expect(attach().http).toBe(200)
    advance(300)
    expect(attach({ ...VPC, ChildInstanceId: 'vpc-2' })).toMatchObject({
      retryAfterMs: 700,
      body: { Code: 'Throttling.User' },
    })
    advance(700)
    expect(attach({ ...VPC, ChildInstanceId: 'vpc-2' }).http).toBe(200)
  })

  it('succeeds once a passing cause has ended', () => {
    const { attach, advance } = createRulesEmulator({
      childInstances: [{ childInstanceId: 'vpc-1', status: 'Configuring', availableAfterMs: 60_000 }],
    })
    expect(attach().body.Code).toBe('OperationFailed.InvalidVpcStatus')
    advance(60_000)
    expect(attach().http).toBe(200)
  })

  it('finds only the named resources in a closed world', () => {
    const world = {
      open: false,
      cens: [{ cenId: 'cen-1' }],
      childInstances: [{ childInstanceId: 'vpc-1', regionId: 'cn-hangzhou' }],
    }
    const { attach } = createRulesEmulator(world)
    expect(attach({ ...VPC, CenId: 'cen-9' }).body.Code).toBe('ParameterCenInstanceId')
    expect(attach({ ...VPC, ChildInstanceId: 'vpc-9' }).body.Code).toBe('ParameterInstanceId')
    expect(attach({ ...VPC, ChildInstanceRegionId: 'cn-beijing' }).body.Code).toBe('ParameterInstanceId')
    expect(attach().http).toBe(200)
  })
})

describe('the Describe actions of the emulator', () => {
  const attached = Array.from({ length: 23 }, (_, index) => ({ cenId: 'cen-1', childInstanceId: `vpc-${index}` }))

  it('have pages of ten by default, and a total count', () => {
    const { call } = createRulesEmulator({ attached })
    const page = (parameters: Record<string, string>) => {
      const { body } = call('DescribeCenAttachedChildInstances', { CenId: 'cen-1', ...parameters })
      const { ChildInstance } = body.ChildInstances as { ChildInstance: unknown[] }
      return [ChildInstance.length, body.PageNumber, body.TotalCount]
    }
    expect(page({})).toEqual([10, 1, 23])
    expect(page({ PageNumber: '3' })).toEqual([3, 3, 23])
    expect(page({ PageSize: '50' })).toEqual([23, 1, 23])
    expect(page({ ChildInstanceType: 'VBR' })).toEqual([0, 1, 0])
    expect(call('DescribeCenAttachedChildInstances', { CenId: 'cen-1', PageSize: '51' }).body.Code).toBe(
      'InvalidParameter',
    )
  })

  it('answer ParameterInstanceId for an instance that is not attached to this CEN', () => {
    const { describe: state } = createRulesEmulator({ attached: [{ cenId: 'cen-2', childInstanceId: 'vpc-1' }] })
    expect(state().Code).toBe('ParameterInstanceId')
  })

  it('list the CENs of the caller only', () => {
    const { call } = createRulesEmulator({ cens: [{ cenId: 'cen-1' }, { cenId: 'cen-2', ownerId: FOREIGN }] })
    const { Cen } = call('DescribeCens', {}).body.Cens as { Cen: { CenId: string; Status: string }[] }
    expect(Cen).toMatchObject([{ CenId: 'cen-1', Name: 'cen-1', Status: 'Active', ProtectionLevel: 'REDUCED' }])
  })
})

describe('a fault plan', () => {
  it('affects the nth matching call, and no other', () => {
    const fault = {
      action: 'AttachCenChildInstance',
      match: { CenId: 'cen-1' },
      nth: 2,
      fault: { code: 'InternalError', http: 500 },
    }
    const { attach } = createRulesEmulator({ faults: [fault] })
    const codes = ['vpc-1', 'vpc-2', 'vpc-3'].flatMap((ChildInstanceId) => [
      attach({ ...VPC, CenId: 'cen-2', ChildInstanceId: `${ChildInstanceId}x` }).body.Code,
      attach({ ...VPC, ChildInstanceId }).body.Code,
    ])
    expect(codes).toEqual([undefined, undefined, undefined, 'InternalError', undefined, undefined])
  })

  it('is refused with the path of every fault in the file', () => {
    const reading = readWorldFile('{"faults":[{"action":7}],"weather":"fine"}')
    expect(reading.ok ? [] : reading.faults.map((fault) => fault.split(':')[0])).toEqual(
      expect.arrayContaining(['faults.0.action', 'weather']),
    )
  })
})
