import { describe, expect, it } from 'vitest'
import { EMULATED_PRODUCTS } from '../../../lib/emulator/actions/products.js'
import { TRANSIT_ROUTER_ACTIONS } from '../../../lib/emulator/actions/transit-router-actions.js'
import { HOME, type Operation, OTHER, OWNER } from '../../support/emulated.js'
import { ATTACH_MS, CEN, createEnterprise, REGION, ROUTER, ZONES } from '../../support/enterprise.js'

describe('ListTransitRouters', () => {
  it('answers the edition of each region, of the caller only', () => {
    const { call } = createEnterprise({
      editions: { regions: { 'cn-beijing': 'Basic', 'cn-shenzhen': 'None' } },
      cens: [{ cenId: CEN, transitRouters: [{ regionId: 'cn-shanghai', type: 'Basic', transitRouterId: 'tr-old' }] }],
    })
    const routers = (parameters: Record<string, string>, who?: string) =>
      call('cbn:ListTransitRouters', parameters, who).body.TransitRouters
    const in_ = (RegionId: string) => routers({ CenId: CEN, RegionId })
    expect(in_(REGION)).toEqual([
      {
        TransitRouterId: ROUTER,
        CenId: CEN,
        RegionId: REGION,
        AliUid: Number(HOME),
        Type: 'Enterprise',
        Status: 'Active',
        TransitRouterName: '',
        TransitRouterDescription: '',
        SupportMulticast: false,
        TransitRouterCidrList: [],
        CreationTime: '2026-11-24T12:00:00Z',
        Tags: [],
      },
    ])
    expect(in_('cn-beijing')).toMatchObject([{ Type: 'Basic' }])
    expect(in_('cn-shanghai')).toMatchObject([{ Type: 'Basic', TransitRouterId: 'tr-old' }])
    expect(in_('ccn-cn-shanghai')).toMatchObject([{ Type: 'Basic' }])
    expect(in_('cn-shenzhen')).toEqual([])
    expect(routers({ TransitRouterId: ROUTER })).toMatchObject([{ RegionId: REGION }])
    expect(
      routers({ CenId: CEN, Type: 'Basic', PageSize: '50' })
        .map(({ RegionId }: { RegionId: string }) => RegionId)
        .sort(),
    ).toEqual(['ccn-cn-shanghai', 'cn-beijing', 'cn-shanghai'])
    expect(call('cbn:ListTransitRouters', { CenId: CEN }, OWNER).code).toBe('InvalidCenId.NotFound')
    expect(call('cbn:ListTransitRouters', { CenId: CEN, PageSize: '51' }).code).toBe('InvalidParameter')
  })

  it('has pages', () => {
    const { call } = createEnterprise()
    const page = (PageNumber: string) => call('cbn:ListTransitRouters', { CenId: CEN, PageNumber, PageSize: '20' }).body
    expect(page('1')).toMatchObject({ TotalCount: 29, PageNumber: 1, PageSize: 20 })
    expect([page('1').TransitRouters.length, page('2').TransitRouters.length]).toEqual([20, 9])
  })
})

describe('a router', () => {
  it('is Creating, then Active, and is one for each CEN and region', () => {
    const { call, advance } = createEnterprise({ editions: { default: 'None' } })
    const create = (parameters: Record<string, string> = {}) =>
      call('cbn:CreateTransitRouter', { CenId: CEN, RegionId: REGION, ...parameters })
    const { TransitRouterId } = create({ TransitRouterName: 'core', ClientToken: 't' }).body
    const read = () => call('cbn:ListTransitRouters', { TransitRouterId }).body.TransitRouters
    expect(read()).toMatchObject([{ Status: 'Creating', Type: 'Enterprise', TransitRouterName: 'core' }])
    expect(create().code).toBe('InstanceExist.TransitRouterInstance')
    expect(create({ TransitRouterName: 'core', ClientToken: 't' }).body.TransitRouterId).toBe(TransitRouterId)
    expect(call('cbn:DeleteTransitRouter', { TransitRouterId }).code).toBe('IncorrectStatus.TransitRouterInstance')
    advance(1_000)
    call('cbn:UpdateTransitRouter', { TransitRouterId, TransitRouterDescription: 'of all' })
    expect(read()).toMatchObject([{ Status: 'Active', TransitRouterDescription: 'of all' }])
    expect(call('cbn:DeleteTransitRouter', { TransitRouterId }, OWNER).code).toBe('InvalidTransitRouterId.NotFound')
    expect(call('cbn:DeleteTransitRouter', { TransitRouterId }).code).toBeUndefined()
    expect(read()).toMatchObject([{ Status: 'Deleting' }])
    advance(1_000)
    expect(read()).toEqual([])
    expect(create().code).toBeUndefined()
  })

  it.each<[string, object, Record<string, string>]>([
    ['IllegalParam.RegionId', {}, { RegionId: 'cn-atlantis' }],
    ['InvalidCenId.NotFound', { cens: [{ cenId: CEN, ownerId: OTHER }] }, {}],
    ['Forbbiden.TransitRouterServiceNotOpen', { accounts: [{ accountId: HOME, transitRouterService: 'closed' }] }, {}],
    ['Forbidden.TransitRouterServiceExpired', { accounts: [{ accountId: HOME, transitRouterService: 'expired' }] }, {}],
    ['OperationUnsupported.CenFullLevel', { cens: [{ cenId: CEN, level: 'FULL' }] }, {}],
    ['OperationUnsupported.RegionId', { regions: [{ regionId: REGION, zones: [] }] }, {}],
    ['InvalidOperation.CenInstanceStatus', { cens: [{ cenId: CEN, status: 'Creating' }] }, {}],
  ])('is refused with %s', (code, world, parameters) => {
    const { call } = createEnterprise({ editions: { default: 'None' }, ...world })
    expect(call('cbn:CreateTransitRouter', { CenId: CEN, RegionId: REGION, ...parameters }).code).toBe(code)
  })

  it('is not deleted while it has an attachment or a custom route table', () => {
    const { call, attached, advance } = createEnterprise()
    const remove = () => call('cbn:DeleteTransitRouter', { TransitRouterId: ROUTER }).code
    const TransitRouterAttachmentId = attached()
    expect(remove()).toBe('InvalidOperation.AttachedChildInstanceExist')
    expect(call('cbn:DeleteCen', { CenId: CEN }).code).toBe('InvalidOperation.AttachedChildInstanceExist')
    call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId })
    call('cbn:CreateTransitRouterRouteTable', { TransitRouterId: ROUTER })
    advance(ATTACH_MS)
    expect(remove()).toBe('InvalidOperation.CustomRouteTableExist')
  })

  it('of Basic Edition has no route tables', () => {
    const { call } = createEnterprise({ editions: { default: 'Basic' } })
    for (const action of ['ListTransitRouterRouteTables', 'CreateTransitRouterRouteTable', 'DeleteTransitRouter'])
      expect(call(`cbn:${action}`, { TransitRouterId: ROUTER }).code).toBe('OperationUnsupported.TransitRouterType')
  })

  it('does not exist in a CEN that a call has created', () => {
    const { call, advance } = createEnterprise()
    const { CenId } = call('cbn:CreateCen').body
    advance(1_000)
    expect(call('cbn:ListTransitRouters', { CenId }).body.TransitRouters).toEqual([])
    expect(call('cbn:CreateTransitRouter', { CenId, RegionId: REGION }).code).toBeUndefined()
  })
})

describe('the zones and the service', () => {
  it('of a region: the first two are master zones, the last two slave zones, unless the file says otherwise', () => {
    const regions = [{ regionId: 'cn-beijing', zones: ['x', 'y'], masterZones: ['x'], slaveZones: ['y'] }]
    const { call } = createEnterprise({ regions })
    const zones = (RegionId: string) => call('cbn:ListTransitRouterAvailableResource', { RegionId }).body
    expect(zones(REGION)).toMatchObject({
      AvailableZones: ZONES,
      MasterZones: ZONES.slice(0, 2),
      SlaveZones: ZONES.slice(1),
      SupportMulticast: false,
    })
    expect(zones('ap-southeast-1')).toMatchObject({ AvailableZones: ['a', 'b', 'c'].map((z) => `ap-southeast-1${z}`) })
    expect(zones('cn-beijing')).toMatchObject({ AvailableZones: ['x', 'y'], MasterZones: ['x'], SlaveZones: ['y'] })
    expect(zones('cn-atlantis').Code).toBe('IllegalParam.RegionId')
  })

  it('an account opens the service, after which it is enabled', () => {
    const { call, attach } = createEnterprise({ accounts: [{ accountId: HOME, transitRouterService: 'closed' }] })
    expect(call('cbn:CheckTransitRouterService').code).toBe('USER_NOT_OPEN_TR_SERVICE')
    expect(attach().code).toBe('Forbbiden.TransitRouterServiceNotOpen')
    expect(call('cbn:OpenTransitRouterService').body.OrderId).toMatch(/^[a-z0-9]{15}$/)
    expect(call('cbn:CheckTransitRouterService').body.Enabled).toBe('true')
    expect(attach().code).toBeUndefined()
  })
})

describe('a grant to a transit router', () => {
  const world = {
    childInstances: [
      { childInstanceId: 'vpc-1', regionId: REGION, ownerId: OWNER },
      { childInstanceId: 'vbr-1', regionId: REGION, ownerId: OWNER },
    ],
    grantsMade: false,
  }
  const grant = { CenId: CEN, CenOwnerId: HOME, InstanceId: 'vpc-1', InstanceType: 'VPC', RegionId: REGION }

  it('is the same record as a grant to a CEN, and has a payer', () => {
    const { call, advance } = createEnterprise(world)
    const rules = (parameters: object = {}) =>
      call('cbn:DescribeGrantRulesToCen', { CenId: CEN, ProductType: 'VPC', ...parameters }).body.GrantRules.GrantRule
    expect(rules()).toEqual([])
    expect(
      call('cbn:GrantInstanceToTransitRouter', { ...grant, OrderType: 'PayByResourceOwner' }, OWNER).code,
    ).toBeUndefined()
    expect(call('cbn:GrantInstanceToTransitRouter', grant, OWNER).code).toBe('OperationFailed.TaskConflict')
    expect(rules()).toMatchObject([
      {
        ChildInstanceId: 'vpc-1',
        OrderType: 'PayByResourceOwner',
        CenOwnerId: Number(HOME),
        CreateTime: Date.parse('2026-11-25T12:00:00Z'),
      },
    ])
    advance(200)
    call('vpc:RevokeInstanceFromCen', grant, OWNER)
    expect(rules()).toEqual([])
    advance(200)
    call('vpc:GrantInstanceToCen', grant, OWNER)
    const owned = { ResourceId: 'vpc-1', ProductType: 'VPC', RegionId: REGION }
    expect(call('cbn:DescribeGrantRulesToResource', owned, OWNER).body.GrantRules).toMatchObject([
      { CenId: CEN, CenOwnerId: Number(HOME), OrderType: 'PayByCenOwner', EffectiveOrderType: 'PayByCenOwner' },
    ])
    expect(call('cbn:DescribeGrantRulesToResource', owned, OTHER).body.GrantRules).toEqual([])
    const modify = { CenId: CEN, InstanceId: 'vpc-1', OrderType: 'PayByResourceOwner' }
    expect(call('cbn:ModifyGrantInstanceToTransitRouter', modify, OTHER).code).toBe('InvalidInstanceId.NotFound')
    expect(call('cbn:ModifyGrantInstanceToTransitRouter', modify, OWNER).code).toBeUndefined()
    expect(rules()).toMatchObject([{ OrderType: 'PayByResourceOwner' }])
  })

  it('names a VBR ExpressConnect, and is seen under VBR', () => {
    const { call } = createEnterprise(world)
    const ofVbr = { ...grant, InstanceId: 'vbr-1', InstanceType: 'ExpressConnect' }
    expect(call('cbn:GrantInstanceToTransitRouter', { ...ofVbr, InstanceType: 'VBR' }, OWNER).code).toBe(
      'InvalidParameter',
    )
    expect(call('cbn:GrantInstanceToTransitRouter', ofVbr, OTHER).code).toBe('InvalidInstanceId.NotFound')
    expect(call('cbn:GrantInstanceToTransitRouter', ofVbr, OWNER).code).toBeUndefined()
    expect(call('cbn:DescribeGrantRulesToCen', { CenId: CEN, ProductType: 'VBR' }).body.TotalCount).toBe(1)
    const owned = { ResourceId: 'vbr-1', ProductType: 'ExpressConnect', RegionId: REGION }
    expect(call('cbn:DescribeGrantRulesToResource', owned, OWNER).body.TotalCount).toBe(1)
  })

  it('is revoked only after detaching, and lets the owner of the CEN read vSwitches', () => {
    const { call, attach, advance } = createEnterprise(world)
    const vSwitches = () => call('cbn:ListGrantVSwitchesToCen', { CenId: CEN, RegionId: REGION, VpcId: 'vpc-1' }).body
    expect(vSwitches().TotalCount).toBe(0)
    expect(attach('vpc-1', { VpcOwnerId: OWNER }).code).toBe('Forbbiden.AttachChildInstanceAcrossUid')
    call('cbn:GrantInstanceToTransitRouter', grant, OWNER)
    expect(vSwitches().VSwitches[0]).toEqual({
      VSwitchId: 'vsw-1-h',
      VSwitchName: 'vsw-1-h',
      VpcId: 'vpc-1',
      ZoneId: ZONES[0],
    })
    const { TransitRouterAttachmentId } = attach('vpc-1', { VpcOwnerId: OWNER }).body
    const revoke = () => call('cbn:RevokeInstanceFromTransitRouter', grant, OWNER).code
    expect(revoke()).toBe('IncorrectStatus')
    advance(ATTACH_MS)
    expect(revoke()).toBe('InvalidOperation.AttachedChildInstanceExist')
    call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId })
    advance(ATTACH_MS)
    expect(revoke()).toBeUndefined()
    expect(vSwitches().TotalCount).toBe(0)
  })
})

describe('permissions', () => {
  const actions = [
    ...Object.keys(TRANSIT_ROUTER_ACTIONS).map((name) => `cbn:${name}`),
    ...Object.keys(EMULATED_PRODUCTS['2016-04-28']?.actions ?? {})
      .filter((name) => name !== 'DescribeRegions')
      .map((name) => `vpc:${name}`),
  ] as Operation[]

  it.each(actions)('RAM can deny %s', (operation) => {
    const { call } = createEnterprise({ accounts: [{ accountId: HOME, denied: [operation.split(':')[1]] }] })
    expect(call(operation).code).toBe(operation.startsWith('cbn') ? 'Unauthorized' : 'Forbidden.RAM')
  })

  it('of a role are by CEN, router and attachment', () => {
    const may = (Resource: string[], operation: Operation, parameters: Record<string, string>) => {
      const statement = { Effect: 'Allow', Action: '*', Resource }
      const here = createEnterprise({
        roles: [{ roleName: 'worker', policy: { Version: '1', Statement: [statement] } }],
      })
      const RoleArn = `acs:ram::${HOME}:role/worker`
      const { AccessKeyId } = here.call('sts:AssumeRole', { RoleArn, RoleSessionName: 'test' }).body.Credentials
      return here.call(operation, parameters, AccessKeyId).code !== 'Unauthorized'
    }
    const cen = `acs:cen:*:${HOME}:ceninstance/${CEN}`
    const router = `acs:cen:*:${HOME}:centransitrouter/${ROUTER}`
    const attachment = `acs:cen:*:${HOME}:centransitrouterattachment/tr-attach-1`
    const create = { CenId: CEN, TransitRouterId: ROUTER, VpcId: 'vpc-1', RegionId: REGION }
    expect(may([cen, router], 'cbn:CreateTransitRouterVpcAttachment', create)).toBe(true)
    expect(may([cen], 'cbn:CreateTransitRouterVpcAttachment', create)).toBe(false)
    expect(may([router], 'cbn:CreateTransitRouterVpcAttachment', create)).toBe(false)
    const one = { TransitRouterAttachmentId: 'tr-attach-1' }
    expect(may([attachment], 'cbn:DeleteTransitRouterVpcAttachment', one)).toBe(true)
    expect(may([cen, router], 'cbn:DeleteTransitRouterVpcAttachment', one)).toBe(false)
  })
})

describe('a world of many VPCs', () => {
  it('answers as fast as a small one', () => {
    const count = 2_000
    const { call, list } = createEnterprise({
      childInstances: Array.from({ length: count }, (_, index) => ({
        childInstanceId: `vpc-${index}`,
        regionId: REGION,
      })),
      attached: Array.from({ length: count }, (_, index) => ({ cenId: CEN, childInstanceId: `vpc-${index}` })),
    })
    const before = performance.now()
    for (let index = 0; index < count; index += 1) {
      expect(list({ VpcId: `vpc-${index}` })).toHaveLength(1)
      const body = { RegionId: REGION, RouteTableId: `vtb-${index}`, RouteEntryType: 'Custom' }
      expect(call('vpc:DescribeRouteEntryList', body).body.TotalCount).toBe(3)
    }
    // Two calls for each VPC; a scan of all attachments in each of them would take minutes.
    expect(performance.now() - before).toBeLessThan(10_000)
  })
})
