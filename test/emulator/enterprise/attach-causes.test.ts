import { describe, expect, it } from 'vitest'
import {
  ROUTER_ATTACH_RULES,
  VBR_ATTACH_RULES,
  VPC_ATTACH_RULES,
} from '../../../lib/emulator/world/enterprise/attach-rules.js'
import { HOME, OWNER } from '../../support/emulated.js'
import { CEN, createEnterprise, REGION, vpcAttachment, ZONES, zoneMappings } from '../../support/enterprise.js'

const vpc = (facts: object) => ({ childInstances: [{ childInstanceId: 'vpc-1', regionId: REGION, ...facts }] })
const router = (facts: object) => ({ cens: [{ cenId: CEN, transitRouters: [{ regionId: REGION, ...facts }] }] })
const home = (facts: object) => ({ accounts: [{ accountId: HOME, ...facts }] })
const owner = (facts: object) => ({ accounts: [{ accountId: OWNER, ...facts }] })
const foreign = { VpcOwnerId: OWNER }
const published = { AutoPublishRouteEnabled: 'true' }
const vSwitch = { vSwitchId: 'vsw-1-h', zoneId: ZONES[0] }
const oneZone = zoneMappings([ZONES[0], 'vsw-1-h'])
const elsewhere = { cenId: 'cen-2', childInstanceId: 'vpc-1' }
const CENS = [{ cenId: CEN }, { cenId: 'cen-2' }]

/** Each code with a world that has its cause, and the parameters that meet it. */
const VPC_CAUSES: [code: string, world: object, parameters?: Record<string, string>][] = [
  ['Forbbiden.TransitRouterServiceNotOpen', home({ transitRouterService: 'closed' })],
  ['Forbidden.TransitRouterServiceExpired', home({ transitRouterService: 'expired' })],
  ['Bid.NotFound', owner({ exists: false }), foreign],
  ['Forbidden.ResourceOwnerTransitRouterServiceNotOpen', owner({ transitRouterService: 'closed' }), foreign],
  ['Forbidden.ResourceOwnerTransitRouterServiceExpired', owner({ transitRouterService: 'expired' }), foreign],
  ['NoPermission.AliyunServiceRoleForCEN', owner({ serviceLinkedRole: false }), foreign],
  ['Forbbiden.AttachChildInstanceAcrossBid', owner({ bid: '26888' }), foreign],
  ['Forbbiden.AttachChildInstanceAcrossUid', { grantsMissing: [{ childInstanceId: 'vpc-1' }] }, foreign],
  ['OperationUnsupported.TransitRouterType', router({ type: 'Basic' })],
  ['InvalidTransitRouterMode.NeedUpgrade', router({ needsUpgrade: true })],
  ['OperationUnsupported.CenFullLevel', { cens: [{ cenId: CEN, level: 'FULL' }] }],
  ['OperationUnsupported.TransitRouterRegionId', { regions: [{ regionId: REGION, zones: [] }] }],
  ['IncorrectStatus.TransitRouter', router({ status: 'Upgrading' })],
  ['IncorrectStatus.TransitRouterInstance', router({ status: 'Modifying' })],
  ['InvalidOperation.CenInstanceStatus', { cens: [{ cenId: CEN, status: 'Creating' }] }],
  [
    'InvalidOperation.ChildInstanceAlreadyAttached',
    { ...vpc({}), attached: [{ cenId: CEN, childInstanceId: 'vpc-1' }] },
  ],
  [
    'InvalidStatus.VpcAttachedFullModeCen',
    {
      ...vpc({}),
      cens: [{ cenId: CEN }, { cenId: 'cen-2', level: 'FULL' }],
      attached: [elsewhere],
    },
  ],
  ['QuotaFull.ChildInstanceRelatedCen', { ...vpc({}), cens: CENS, attached: [elsewhere], limits: { censPerVpc: 1 } }],
  [
    'QuotaExceeded.CenQuotaVpcAttachPerTransitRouter',
    {
      childInstances: [{ childInstanceId: 'vpc-2', regionId: REGION }],
      attached: [{ cenId: CEN, childInstanceId: 'vpc-2' }],
      limits: { attachmentsPerRouter: 1 },
    },
  ],
  ['OperationNotSupport.VpcAutoRoutesPublish', { regions: [{ regionId: REGION, autoPublish: false }] }, published],
  [
    'InvalidOperation.VpcAutoRoutesPublishInOtherCEN',
    { ...vpc({}), cens: CENS, attached: [{ ...elsewhere, vpcRoutes: 'published' }] },
    published,
  ],
  ['InvalidOperation.VpnAssociated', vpc({ vpnBgp: true }), published],
  [
    'QuotaExceeded.VpcAutoRoutesPublishPerTransitRouter',
    {
      childInstances: Array.from({ length: 50 }, (_, index) => ({
        childInstanceId: `vpc-full-${index}`,
        regionId: REGION,
      })),
      attached: Array.from({ length: 50 }, (_, index) => ({
        cenId: CEN,
        childInstanceId: `vpc-full-${index}`,
        vpcRoutes: 'published',
      })),
    },
    published,
  ],
  ['Duplicated.ZoneMapping', {}, zoneMappings([ZONES[0], 'vsw-1-h'], [ZONES[0], 'vsw-1-i'])],
  ['IllegalParam.ZoneMappings', router({ optimised: false }), zoneMappings([ZONES[0], 'vsw-1-h'])],
  ['IllegalParam.ZoneId', { regions: [{ regionId: REGION, zones: [ZONES[1], ZONES[2]] }] }],
  ['InvalidVSwitchId.NotFound', {}, zoneMappings([ZONES[0], 'vsw-none'])],
  ['IllegalParam.VSwitchId', {}, zoneMappings([ZONES[0], 'vsw-1-i'])],
  ['OperationUnsupported.CloudBoxVswNotSupport', vpc({ vSwitches: [{ ...vSwitch, cloudBox: true }] }), oneZone],
  [
    'OperationFailed.VSwitchIpv6CidrNotAllocated',
    {},
    { TransitRouterVPCAttachmentOptions: '{"ipv6Support":"enable"}' },
  ],
  ['IncorrectStatus.VpcSwitch', vpc({ vSwitches: [{ ...vSwitch, status: 'Pending' }] }), oneZone],
  ['InsufficientIpAddr.vsw', vpc({ vSwitches: [{ ...vSwitch, availableIpAddressCount: 0 }] }), oneZone],
  [
    'IncorrectStatus.VpcOrVswitch',
    vpc({ vSwitches: [vSwitch, { vSwitchId: 'vsw-changing', zoneId: ZONES[1], status: 'Pending' }] }),
    oneZone,
  ],
  ['IncorrectStatus.Vpc', vpc({ status: 'Pending' })],
  ['IncorrectStatus.VpcRouteTable', vpc({ routeTableStatus: 'Pending' })],
  [
    'IncorrectStatus.VpcResource',
    { ...vpc({}), cens: CENS, attached: [{ ...elsewhere, status: 'Attaching', endsAfterMs: 1_000 }] },
  ],
  [
    'Operation.Blocking',
    {
      limits: { attachesAtOnce: 1 },
      attached: [{ cenId: CEN, childInstanceId: 'vpc-2', status: 'Attaching', endsAfterMs: 1_000 }],
      childInstances: [{ childInstanceId: 'vpc-2', regionId: REGION }],
    },
  ],
]

/** HTTP statuses of the page of the action; the others are 400. */
const HTTP: Readonly<Record<string, number>> = {
  'IncorrectStatus.VpcSwitch': 409,
  'InvalidOperation.CenInstanceStatus': 409,
  'InvalidVSwitchId.NotFound': 404,
}
const ASSUMED_HTTP: Readonly<Record<string, number>> = {
  'Bid.NotFound': 404,
  'Forbbiden.AttachChildInstanceAcrossUid': 409,
  'InvalidOperation.ChildInstanceAlreadyAttached': 409,
}

describe('CreateTransitRouterVpcAttachment', () => {
  it.each(VPC_CAUSES)('answers %s if its cause is present', (code, world, parameters) => {
    const answer = createEnterprise(world).attach('vpc-1', parameters)
    expect(answer.code).toBe(code)
    expect(answer.http).toBe(HTTP[code] ?? ASSUMED_HTTP[code] ?? 400)
  })

  it('has a test for every cause', () => {
    const codes = [...ROUTER_ATTACH_RULES, ...VPC_ATTACH_RULES].map(({ code }) => code)
    expect(VPC_CAUSES.map(([code]) => code).sort()).toEqual([...codes, 'Operation.Blocking'].sort())
  })

  it('succeeds without a cause, for a VPC of another account, and with published routes', () => {
    const { attach } = createEnterprise()
    expect(attach('vpc-1').code).toBeUndefined()
    expect(attach('vpc-2', foreign).code).toBeUndefined()
    expect(attach('vpc-3', published).code).toBeUndefined()
  })

  it.each<[string, Record<string, string>]>([
    ['a vSwitch without zone', { 'ZoneMappings.1.VSwitchId': 'vsw-1-h' }],
    ['a zone without vSwitch', { 'ZoneMappings.1.ZoneId': ZONES[0], 'ZoneMappings.1.VSwitchId': '' }],
  ])('answers MissingParameter for %s', (_name, parameters) => {
    expect(createEnterprise().attach('vpc-1', parameters).code).toBe('MissingParameter')
  })

  it('refuses a request without zones, and one with more than ten', () => {
    const { call } = createEnterprise()
    const { TransitRouterId = '' } = vpcAttachment()
    const bare = { TransitRouterId, RegionId: REGION, VpcId: 'vpc-1' }
    expect(call('cbn:CreateTransitRouterVpcAttachment', bare).code).toBe('IllegalParam.ZoneMappings')
    const eleven = zoneMappings(...Array.from({ length: 11 }, (_, index) => [`z-${index}`, 'vsw-1-h'] as const))
    expect(call('cbn:CreateTransitRouterVpcAttachment', { ...bare, ...eleven }).code).toBe('IllegalParam.ZoneMappings')
  })

  it('of an unoptimised router takes one master and one slave zone', () => {
    const zones = { zones: ['a', 'b', 'c'], masterZones: ['a'], slaveZones: ['c'] }
    const world = { ...router({ optimised: false }), regions: [{ regionId: REGION, ...zones }] }
    const attach = (...pairs: [string, string][]) =>
      createEnterprise(world).attach('vpc-1', zoneMappings(...pairs)).code
    expect(attach(['a', 'vsw-1-a'], ['b', 'vsw-1-b'])).toBe('IllegalParam.ZoneMappings')
    expect(attach(['c', 'vsw-1-c'], ['a', 'vsw-1-a'])).toBeUndefined()
  })

  it('frees its limit once a change has ended, of whatever kind', () => {
    const { attach, attached, call, advance } = createEnterprise({ limits: { attachesAtOnce: 1, associateMs: 5_000 } })
    const link = { TransitRouterAttachmentId: attached('vpc-2'), TransitRouterRouteTableId: `vtb-1-${REGION}` }
    expect(call('cbn:AssociateTransitRouterAttachmentWithRouteTable', link).code).toBeUndefined()
    expect(attach('vpc-1').code).toBe('Operation.Blocking')
    expect(call('cbn:EnableTransitRouterRouteTablePropagation', link).code).toBe('Operation.Blocking')
    advance(5_000)
    expect(attach('vpc-1').code).toBeUndefined()
  })

  it.each<[string, Record<string, string>, string]>([
    ['a router of nobody', { TransitRouterId: 'tr-none' }, 'InvalidTransitRouterId.NotFound'],
    ['a router of another CEN', { CenId: 'cen-2' }, 'InvalidTransitRouterId.NotFound'],
    ['a router of another region', { RegionId: 'cn-beijing' }, 'IllegalParam.TransitRouterRegionId'],
    ['another charge type', { ChargeType: 'PREPAY' }, 'IllegalParam.ChargeType'],
    ['options that are no JSON', { TransitRouterVPCAttachmentOptions: 'x' }, 'InvalidParameter'],
  ])('refuses %s', (_name, parameters, code) => {
    expect(createEnterprise().attach('vpc-1', parameters).code).toBe(code)
  })

  it('refuses a CEN of nobody, and a VPC that a closed world does not have', () => {
    const { TransitRouterId: _, ...place } = vpcAttachment('vpc-9')
    const { call, attach } = createEnterprise({ open: false })
    const create = (CenId: string) => call('cbn:CreateTransitRouterVpcAttachment', { ...place, CenId }).code
    expect(create('cen-9')).toBe('InvalidCenId.NotFound')
    expect(attach('vpc-9').code).toBe('InvalidVpcId.NotFound')
  })
})

describe('CreateTransitRouterVbrAttachment', () => {
  const VBR = { TransitRouterId: `tr-1-${REGION}`, RegionId: REGION, VbrId: 'vbr-1' }
  const vbr = (facts: object) => ({ childInstances: [{ childInstanceId: 'vbr-1', regionId: REGION, ...facts }] })
  const CAUSES: [code: string, world: object][] = [
    ['InvalidOperation.VbrAttachedToEcr', vbr({ ecrId: 'ecr-1' })],
    ['InvalidOperation.ChildInstanceRIAlreadyExist', vbr({ routerInterfaceId: 'ri-1' })],
    ['Forbidden.AttachChildInstance', vbr({ accessDevice: 'unsupported' })],
    ['InvalidStatus.ResourceStatus', vbr({ status: 'Pending' })],
  ]

  it.each(CAUSES)('answers %s if its cause is present', (code, world) => {
    expect(createEnterprise(world).call('cbn:CreateTransitRouterVbrAttachment', VBR).code).toBe(code)
  })

  it('has a test for every cause of its own', () => {
    expect(CAUSES.map(([code]) => code).sort()).toEqual(VBR_ATTACH_RULES.map(({ code }) => code).sort())
  })

  it('is asynchronous, has no zones, and is listed by its own action', () => {
    const { call, advance, list } = createEnterprise()
    const { TransitRouterAttachmentId } = call('cbn:CreateTransitRouterVbrAttachment', VBR).body
    const vbrs = () => call('cbn:ListTransitRouterVbrAttachments', { CenId: CEN }).body.TransitRouterAttachments
    expect(vbrs()).toMatchObject([{ TransitRouterAttachmentId, VbrId: 'vbr-1', Status: 'Attaching' }])
    advance(1_000)
    expect(vbrs()).toMatchObject([
      { Status: 'Attached', ResourceType: 'VBR', VbrRegionId: REGION, VbrOwnerId: Number(HOME) },
    ])
    expect(list()).toEqual([])
    expect(call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId }).code).toBe(
      'InvalidTransitRouterAttachmentId.NotFound',
    )
    expect(call('cbn:DeleteTransitRouterVbrAttachment', { TransitRouterAttachmentId }).code).toBeUndefined()
    advance(1_000)
    expect(vbrs()).toEqual([])
  })
})

describe('Basic Edition actions', () => {
  const CHILD = { CenId: CEN, ChildInstanceId: 'vpc-1', ChildInstanceType: 'VPC', ChildInstanceRegionId: REGION }

  it('are refused where the router is an Enterprise one', () => {
    const { call, attached } = createEnterprise()
    expect(call('cbn:AttachCenChildInstance', CHILD).code).toBe('OperationFailed.InvalidTransitRouter')
    attached()
    expect(call('cbn:DetachCenChildInstance', CHILD).code).toBe('Forbidden.TypeInvalid')
    expect(call('cbn:DescribeCenAttachedChildInstanceAttribute', CHILD).code).toBe('ParameterInstanceId')
  })

  it('work in the other regions of the CEN, and in the areas of CCN', () => {
    const { call } = createEnterprise({ editions: { regions: { 'cn-beijing': 'Basic' } } })
    const basic = { ...CHILD, ChildInstanceRegionId: 'cn-beijing' }
    const ccn = {
      CenId: CEN,
      ChildInstanceId: 'ccn-1',
      ChildInstanceType: 'CCN',
      ChildInstanceRegionId: 'ccn-cn-shanghai',
    }
    expect(call('cbn:AttachCenChildInstance', basic).code).toBeUndefined()
    expect(call('cbn:AttachCenChildInstance', ccn).code).toBeUndefined()
  })

  it('create a Basic router in a region without one', () => {
    const { call } = createEnterprise({ editions: { default: 'None' } })
    const types = () =>
      call('cbn:ListTransitRouters', { CenId: CEN }).body.TransitRouters.map(({ Type }: { Type: string }) => Type)
    expect(types()).toEqual([])
    expect(call('cbn:AttachCenChildInstance', CHILD).code).toBeUndefined()
    expect(call('cbn:ListTransitRouters', { CenId: CEN, RegionId: REGION }).body.TransitRouters).toMatchObject([
      { Type: 'Basic', Status: 'Active' },
    ])
  })

  it('are refused once a Basic router has become an Enterprise one', () => {
    const { call, advance } = createEnterprise({
      cens: [{ cenId: CEN, transitRouters: [{ regionId: REGION, type: 'Basic', enterpriseAfterMs: 60_000 }] }],
    })
    const second = { ...CHILD, ChildInstanceId: 'vpc-2' }
    expect(call('cbn:AttachCenChildInstance', CHILD).code).toBeUndefined()
    advance(60_000)
    expect(call('cbn:AttachCenChildInstance', second).code).toBe('OperationFailed.InvalidTransitRouter')
    expect(call('cbn:DetachCenChildInstance', CHILD).code).toBe('Forbidden.TypeInvalid')
  })
})
