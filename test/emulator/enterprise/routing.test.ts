import { describe, expect, it } from 'vitest'
import { OTHER, OWNER } from '../../support/emulated.js'
import { ASSOCIATE_MS, CEN, createEnterprise, REGION, ROUTER, SYSTEM_TABLE } from '../../support/enterprise.js'

const ID = 'tr-attach-1'
const CUSTOM = 'vtb-custom'
const BARE = { associationRouteTableId: 'none', propagationRouteTableIds: 'none', vpcRoutes: 'none' }
/** vpc-1, attached without routing, on a router with a custom route table. */
const world = (attachment: object = {}, facts: object = {}, rest: object = {}) => ({
  cens: [{ cenId: CEN, transitRouters: [{ regionId: REGION, routeTables: [{ routeTableId: CUSTOM }] }] }],
  childInstances: [{ childInstanceId: 'vpc-1', regionId: REGION, ...facts }],
  attached: [{ cenId: CEN, childInstanceId: 'vpc-1', transitRouterAttachmentId: ID, ...BARE, ...attachment }],
  ...rest,
})
const link = (table = SYSTEM_TABLE) => ({ TransitRouterAttachmentId: ID, TransitRouterRouteTableId: table })

describe('associations and propagations', () => {
  it.each<[string, Record<string, string>, object, string]>([
    [
      'an attachment of nobody',
      { TransitRouterAttachmentId: 'tr-attach-9' },
      {},
      'InvalidTransitRouterAttachmentId.NotFound',
    ],
    ['a table of nobody', { TransitRouterRouteTableId: 'vtb-9' }, {}, 'InvalidTransitRouterRouteTableId.NotFound'],
    [
      'a table of another router',
      { TransitRouterRouteTableId: 'vtb-1-cn-beijing' },
      {},
      'IllegalParam.TransitRouterRouteTableId',
    ],
    ['an attachment that is attaching', {}, { status: 'Attaching', endsAfterMs: 1_000 }, 'IncorrectStatus.Attachment'],
  ])('are refused for %s', (_name, parameters, attachment, code) => {
    const { call } = createEnterprise(world(attachment))
    for (const action of ['AssociateTransitRouterAttachmentWithRouteTable', 'EnableTransitRouterRouteTablePropagation'])
      expect(call(`cbn:${action}`, { ...link(), ...parameters }).code).toBe(code)
  })

  it('an attachment has one association, and propagates to several tables', () => {
    const { call, advance } = createEnterprise(world())
    const associate = (table?: string) => call('cbn:AssociateTransitRouterAttachmentWithRouteTable', link(table)).code
    const propagate = (table?: string) => call('cbn:EnableTransitRouterRouteTablePropagation', link(table)).code
    expect([associate(), associate(), associate(CUSTOM)]).toEqual([
      undefined,
      'IncorrectStatus.Status',
      'OperationFailed.RouteTableAssociationExist',
    ])
    expect([propagate(), propagate(CUSTOM), propagate()]).toEqual([undefined, undefined, 'IncorrectStatus.Status'])
    advance(ASSOCIATE_MS)
    expect([associate(), propagate()]).toEqual([
      'OperationFailed.RouteTableAssociationExist',
      'OperationFailed.RouteTablePropagationExist',
    ])
  })

  it('are listed by attachment, table, network and status', () => {
    const { call } = createEnterprise(
      world({ associationRouteTableId: CUSTOM, propagationRouteTableIds: [CUSTOM, SYSTEM_TABLE] }),
    )
    const tables = (kind: string, parameters: Record<string, string>, who?: string) =>
      call(`cbn:ListTransitRouterRouteTable${kind}`, parameters, who).body[`TransitRouter${kind}`].map(
        (one: { TransitRouterRouteTableId: string }) => one.TransitRouterRouteTableId,
      )
    expect(tables('Associations', { TransitRouterAttachmentId: ID })).toEqual([CUSTOM])
    expect(tables('Propagations', { TransitRouterAttachmentResourceId: 'vpc-1' })).toEqual([CUSTOM, SYSTEM_TABLE])
    expect(tables('Propagations', { TransitRouterRouteTableId: CUSTOM, Status: 'Active' })).toEqual([CUSTOM])
    expect(tables('Propagations', { TransitRouterAttachmentResourceType: 'VBR' })).toEqual([])
    expect(tables('Propagations', { MaxResults: '1', NextToken: '1' })).toEqual([SYSTEM_TABLE])
    expect(tables('Propagations', {}, OWNER)).toEqual([])
  })

  it('are not removed if they are not there', () => {
    const { call } = createEnterprise(world())
    expect(call('cbn:DissociateTransitRouterAttachmentFromRouteTable', link()).code).toBe(
      'InvalidRouteTableAssociation.NotFound',
    )
    expect(call('cbn:DisableTransitRouterRouteTablePropagation', link()).code).toBe(
      'InvalidRouteTablePropagation.NotFound',
    )
  })
})

describe('the routes of a VPC', () => {
  const route = (block: string, table = 'vtb-1') => ({
    CenId: CEN,
    TransitRouterAttachmentId: ID,
    RouteTableId: table,
    DestinationCidrBlock: block,
  })
  const routeTables = (routeEntries: object[], facts: object = {}) => ({
    routeTables: [{ routeTableId: 'vtb-1', type: 'System', routeEntries, ...facts }],
  })
  const full = Array.from({ length: 200 }, (_, index) => ({
    destinationCidrBlock: `10.${index}.0.0/16`,
    nextHopId: 'eni-1',
    nextHopType: 'NetworkInterface',
  }))

  it.each<[string, object, string, string | undefined]>([
    [
      'RouterEntryConflict.Duplicated',
      routeTables([{ destinationCidrBlock: '10.0.0.0/8', nextHopId: 'i-1' }]),
      '10.0.0.0/8',
      undefined,
    ],
    ['RouterEntryConflict.Duplicated', {}, '172.16.0.0/24', undefined],
    ['QuotaExceeded.RouteEntry', routeTables(full), '192.168.0.0/16', undefined],
    ['IncorrectStatus.VpcRouteTable', routeTables([], { status: 'Modifying' }), '10.0.0.0/8', undefined],
    ['IncorrectStatus.VpcRouteTable', { routeTableStatus: 'Pending' }, '10.0.0.0/8', undefined],
    ['InvalidRouteTableId.NotFound', {}, '10.0.0.0/8', 'vtb-9'],
    ['InvalidParameter', {}, '10.0.0.0', undefined],
  ])('are refused with %s', (code, facts, block, table) => {
    const { call } = createEnterprise(world({}, facts))
    expect(call('cbn:CreateCenChildInstanceRouteEntryToAttachment', route(block, table)).code).toBe(code)
  })

  it('are refused for another CEN, and while the VPC is attaching', () => {
    const create = (file: object, parameters: object = {}) =>
      createEnterprise(file).call('cbn:CreateCenChildInstanceRouteEntryToAttachment', {
        ...route('10.0.0.0/8'),
        ...parameters,
      }).code
    expect(create(world(), { CenId: 'cen-2' })).toBe('InvalidTransitRouterAttachmentId.NotFound')
    expect(create(world({ status: 'Attaching', endsAfterMs: 1_000 }))).toBe('IncorrectStatus.Attachment')
  })

  it('are those that the file declares, and are in pages of MaxResult', () => {
    const { call } = createEnterprise(world({ vpcRoutes: 'private' }, routeTables(full.slice(0, 20))))
    const page = (parameters: Record<string, string>) => {
      const { body } = call('vpc:DescribeRouteEntryList', { RegionId: REGION, RouteTableId: 'vtb-1', ...parameters })
      return [body.RouteEntrys.RouteEntry.length, body.NextToken]
    }
    // Three vSwitches and the services' block, twenty that are declared, three to the attachment.
    expect(page({ MaxResult: '100' })).toEqual([27, ''])
    expect(page({})).toEqual([10, '10'])
    expect(page({ NextToken: '20' })).toEqual([7, ''])
    expect(page({ NextHopId: ID })).toEqual([3, ''])
    expect(page({ NextHopType: 'NetworkInterface', MaxResult: '50' })).toEqual([20, ''])
    expect(page({ RouteEntryType: 'System' })).toEqual([4, ''])
    expect(page({ DestinationCidrBlock: '10.0.0.0/8' })).toEqual([1, ''])
  })

  it('are in the tables that serve vSwitches, and an owner of the VPC may add and remove them, too', () => {
    const file = world(
      { vpcRoutes: 'private' },
      {
        ownerId: OWNER,
        vSwitches: [{ vSwitchId: 'vsw-1' }, { vSwitchId: 'vsw-2' }],
        routeTables: [
          { routeTableId: 'vtb-two', vSwitchIds: ['vsw-2'] },
          { routeTableId: 'vtb-gateway', associateType: 'Gateway' },
        ],
      },
    )
    const { call, advance } = createEnterprise(file)
    const { RouterTableListType } = call('vpc:DescribeRouteTableList', { RegionId: REGION, VpcId: 'vpc-1' }, OWNER).body
      .RouterTableList
    expect(RouterTableListType).toMatchObject([
      {
        RouteTableId: 'vtb-1',
        RouteTableType: 'System',
        AssociateType: 'VSwitch',
        VSwitchIds: { VSwitchId: ['vsw-1'] },
      },
      { RouteTableId: 'vtb-two', RouteTableType: 'Custom', VSwitchIds: { VSwitchId: ['vsw-2'] } },
      { RouteTableId: 'vtb-gateway', AssociateType: 'Gateway', VSwitchIds: { VSwitchId: [] } },
    ])
    const custom = (RouteTableId: string) =>
      call('vpc:DescribeRouteEntryList', { RegionId: REGION, RouteTableId, RouteEntryType: 'Custom' }, OWNER).body
        .RouteEntrys?.RouteEntry.length
    expect(['vtb-1', 'vtb-two', 'vtb-gateway'].map(custom)).toEqual([3, 3, 0])
    const own = {
      RegionId: REGION,
      RouteTableId: 'vtb-gateway',
      DestinationCidrBlock: '10.1.0.0/16',
      NextHopId: ID,
      NextHopType: 'Attachment',
    }
    expect(call('vpc:CreateRouteEntry', own, OTHER).code).toBe('InvalidRouteTableId.NotFound')
    expect(call('vpc:CreateRouteEntry', own, OWNER).body.RouteEntryId).toMatch(/^rte-/)
    expect(call('vpc:DeleteRouteEntry', own, OWNER).code).toBe('IncorrectStatus.VpcRouteEntry')
    advance(ASSOCIATE_MS)
    expect(custom('vtb-gateway')).toBe(1)
    expect(call('vpc:DeleteRouteEntry', own, OWNER).code).toBeUndefined()
    advance(ASSOCIATE_MS)
    expect(custom('vtb-gateway')).toBe(0)
    expect(call('vpc:DeleteRouteEntry', own, OWNER).code).toBe('InvalidRouteEntry.NotFound')
  })
})

describe('the route tables of a router', () => {
  it('are the system table and custom ones; one that is used is not deleted', () => {
    const { call, advance } = createEnterprise(world({ associationRouteTableId: CUSTOM }))
    const list = (parameters: Record<string, string> = {}) =>
      call('cbn:ListTransitRouterRouteTables', { TransitRouterId: ROUTER, ...parameters }).body.TransitRouterRouteTables
    const remove = (TransitRouterRouteTableId: string) =>
      call('cbn:DeleteTransitRouterRouteTable', { TransitRouterRouteTableId }).code
    expect(list()).toMatchObject([
      { TransitRouterRouteTableId: SYSTEM_TABLE, TransitRouterRouteTableType: 'System', RegionId: REGION },
      { TransitRouterRouteTableId: CUSTOM, TransitRouterRouteTableType: 'Custom' },
    ])
    const made = call('cbn:CreateTransitRouterRouteTable', {
      TransitRouterId: ROUTER,
      TransitRouterRouteTableName: 'new',
    })
    const { TransitRouterRouteTableId: id } = made.body
    expect(list({ 'TransitRouterRouteTableIds.1': id })).toMatchObject([
      { TransitRouterRouteTableName: 'new', TransitRouterRouteTableStatus: 'Creating' },
    ])
    expect([remove(SYSTEM_TABLE), remove(CUSTOM), remove(id)]).toEqual([
      'OperationUnsupported.SystemRouteTable',
      'OperationFailed.RouteTableInUse',
      'IncorrectStatus.Status',
    ])
    advance(1_000)
    expect(list({ TransitRouterRouteTableStatus: 'Active' })).toHaveLength(3)
    expect(remove(id)).toBeUndefined()
    advance(1_000)
    expect(list({ TransitRouterRouteTableType: 'Custom' })).toHaveLength(1)
  })

  it('have custom routes, and those that networks propagate', () => {
    const { call, advance } = createEnterprise(world({ propagationRouteTableIds: 'default' }))
    const list = (parameters: Record<string, string> = {}) =>
      call('cbn:ListTransitRouterRouteEntries', { TransitRouterRouteTableId: SYSTEM_TABLE, ...parameters }).body
        .TransitRouterRouteEntries
    const entry = {
      TransitRouterRouteTableId: SYSTEM_TABLE,
      TransitRouterRouteEntryDestinationCidrBlock: '10.9.0.0/16',
      TransitRouterRouteEntryNextHopType: 'Attachment',
      TransitRouterRouteEntryNextHopId: ID,
    }
    const create = (parameters: object = {}) => call('cbn:CreateTransitRouterRouteEntry', { ...entry, ...parameters })
    const { TransitRouterRouteEntryId: id } = create().body
    expect(list({ TransitRouterRouteEntryType: 'Static' })).toMatchObject([
      {
        TransitRouterRouteEntryId: id,
        TransitRouterRouteEntryStatus: 'Creating',
        TransitRouterRouteEntryNextHopResourceId: 'vpc-1',
      },
    ])
    expect(create().code).toBe('InstanceExist.TransitRouterRouteEntry')
    expect(create({ TransitRouterRouteEntryNextHopId: 'tr-attach-9' }).code).toBe(
      'InvalidTransitRouterAttachmentId.NotFound',
    )
    expect(list({ TransitRouterRouteEntryType: 'Propagated' })).toHaveLength(3)
    advance(ASSOCIATE_MS)
    expect(call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId: ID, Force: 'true' }).code).toBe(
      'OperationFailed.RouteEntryExist',
    )
    expect(call('cbn:DeleteTransitRouterRouteEntry', { TransitRouterRouteEntryId: id }).code).toBeUndefined()
    expect(call('cbn:DeleteTransitRouterRouteEntry', { TransitRouterRouteEntryId: id }).code).toBe(
      'IncorrectStatus.Status',
    )
    advance(ASSOCIATE_MS)
    expect(list({ 'TransitRouterRouteEntryIds.1': id })).toEqual([])
  })
})

describe('UpdateTransitRouterVpcAttachmentZones', () => {
  const mapping = (name: string, zone: string, vSwitch: string) => ({
    [`${name}.1.ZoneId`]: `${REGION}-${zone}`,
    [`${name}.1.VSwitchId`]: vSwitch,
  })

  it('adds and removes zones, of which at least one must remain', () => {
    const zoneMappings = [{ zoneId: `${REGION}-h`, vSwitchId: 'vsw-1-h' }]
    const { call, advance, list } = createEnterprise(world({ zoneMappings }))
    const update = (parameters: Record<string, string>) =>
      call('cbn:UpdateTransitRouterVpcAttachmentZones', { TransitRouterAttachmentId: ID, ...parameters }).code
    const remove = mapping('RemoveZoneMappings', 'h', 'vsw-1-h')
    expect(update(remove)).toBe('IllegalParam.ZoneMappings')
    expect(update(mapping('AddZoneMappings', 'h', 'vsw-1-h'))).toBe('Duplicated.ZoneMapping')
    expect(update(mapping('AddZoneMappings', 'i', 'vsw-1-j'))).toBe('IllegalParam.VSwitchId')
    expect(update({ ...remove, ...mapping('AddZoneMappings', 'j', 'vsw-1-j') })).toBeUndefined()
    expect(list()).toMatchObject([{ Status: 'Modifying' }])
    advance(ASSOCIATE_MS)
    expect(list()).toMatchObject([{ Status: 'Attached', ZoneMappings: [{ VSwitchId: 'vsw-1-j' }] }])
  })
})

describe('UpdateTransitRouterVpcAttachmentAttribute', () => {
  it('changes what it names, and refuses published routes for the same causes', () => {
    const { call, advance, list } = createEnterprise(world({}, { vpnBgp: true }))
    const update = (parameters: Record<string, string>) =>
      call('cbn:UpdateTransitRouterVpcAttachmentAttribute', { TransitRouterAttachmentId: ID, ...parameters }).code
    expect(update({ AutoPublishRouteEnabled: 'true' })).toBe('InvalidOperation.VpnAssociated')
    expect(update({ TransitRouterAttachmentName: 'core', OrderType: 'PayByResourceOwner' })).toBeUndefined()
    expect(update({ TransitRouterAttachmentName: 'edge' })).toBe('IncorrectStatus.Attachment')
    advance(ASSOCIATE_MS)
    expect(list()).toMatchObject([
      { TransitRouterAttachmentName: 'core', OrderType: 'PayByResourceOwner', AutoPublishRouteEnabled: false },
    ])
  })
})
