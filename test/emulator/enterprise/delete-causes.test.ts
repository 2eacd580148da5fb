import { describe, expect, it } from 'vitest'
import { DETACH_RULES } from '../../../lib/emulator/world/detach-rules.js'
import { DELETE_RULES } from '../../../lib/emulator/world/enterprise/delete-rules.js'
import { createTestEmulator } from '../../support/emulated.js'
import { CEN, createEnterprise, REGION, SYSTEM_TABLE } from '../../support/enterprise.js'

const ID = 'tr-attach-1'
const bare = {
  transitRouterAttachmentId: ID,
  associationRouteTableId: 'none',
  propagationRouteTableIds: 'none',
  vpcRoutes: 'none',
}
/** VPC vpc-1, attached without routing; `facts` are of the VPC, `attachment` of its attachment. */
const world = (facts: object = {}, attachment: object = {}, rest: object = {}) => ({
  childInstances: [{ childInstanceId: 'vpc-1', regionId: REGION, ...facts }],
  attached: [{ cenId: CEN, childInstanceId: 'vpc-1', ...bare, ...attachment }],
  ...rest,
})
const blocked = (kind: string) => world({ blockers: [{ kind, id: 'x-1' }] })
const customRoute = { destinationCidrBlock: '10.0.0.0/8', nextHopId: 'vpc-1' }

const CAUSES: [code: string, world: object][] = [
  ['OperationNotPermitted.AttachmentManagedByCloudService', world({}, { managedService: 'cfw' })],
  ['IncorrectStatus.Attachment', world({}, { status: 'Attaching', endsAfterMs: 1_000 })],
  ['OperationFailed.RouteTableAssociationExist', world({}, { associationRouteTableId: 'default' })],
  ['OperationFailed.RouteTablePropagationExist', world({}, { propagationRouteTableIds: [SYSTEM_TABLE] })],
  [
    'OperationFailed.RouteEntryExist',
    world({}, {}, { cens: [{ cenId: CEN, transitRouters: [{ regionId: REGION, routeEntries: [customRoute] }] }] }),
  ],
  ['OperationFailed.PrefixListExist', blocked('prefix-list')],
  ['OperationFailed.MulticastDomainAssociationExist', blocked('multicast')],
  ['OperationFailed.FlowLogExistOrNisOpened', blocked('flow-log')],
  ['Forbidden.PrivatezoneRouteExisted', blocked('private-zone')],
  ['OperationFailed.VbrAttachedVbrHa', blocked('vbr-ha')],
  ['OperationFailed.AttachmentReferencedVpcRouteEntryExisted', world({}, { vpcRoutes: ['10.0.0.0/8'] })],
  ['IncorrectStatus.Vpc', world({ status: 'Pending' })],
  ['IncorrectStatus.VpcRouteTable', world({ routeTableStatus: 'Pending' })],
  ['IncorrectStatus.VpcSwitch', world({ vSwitches: [{ vSwitchId: 'vsw-1', status: 'Pending' }] })],
]

describe('DeleteTransitRouterVpcAttachment', () => {
  const remove = (file: object, parameters: Record<string, string> = {}) => {
    const emulator = createEnterprise(file)
    const { code } = emulator.call('cbn:DeleteTransitRouterVpcAttachment', {
      TransitRouterAttachmentId: ID,
      ...parameters,
    })
    return { ...emulator, code }
  }

  it.each(CAUSES)('answers %s if its cause is present, and deletes nothing', (code, file) => {
    const { list, code: answered } = remove(file)
    expect(answered).toBe(code)
    expect(list()).toMatchObject([{ TransitRouterAttachmentId: ID }])
    expect(list()[0].Status).not.toBe('Detaching')
  })

  it('has a test for every cause', () => {
    const codes = [...CAUSES.map(([code]) => code), 'IncorrectStatus.VpcRouteEntry']
    expect(codes.sort()).toEqual(DELETE_RULES.map(({ code }) => code).sort())
  })

  it('answers IncorrectStatus.VpcRouteEntry while a route to the attachment is changing', () => {
    const { call, advance } = createEnterprise(world({}, { vpcRoutes: ['10.0.0.0/8'] }))
    const route = {
      CenId: CEN,
      TransitRouterAttachmentId: ID,
      RouteTableId: 'vtb-1',
      DestinationCidrBlock: '10.0.0.0/8',
    }
    call('cbn:DeleteCenChildInstanceRouteEntryToAttachment', route)
    const remove = () => call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId: ID }).code
    expect(remove()).toBe('IncorrectStatus.VpcRouteEntry')
    advance(300)
    expect(remove()).toBeUndefined()
  })

  it('is asynchronous: Detaching, then gone, then attachable again', () => {
    const { list, call, advance, attach, code } = remove({ ...world(), limits: { enterpriseDetachMs: 5_000 } })
    expect(code).toBeUndefined()
    expect(list()).toMatchObject([{ Status: 'Detaching' }])
    advance(5_000)
    expect(list()).toEqual([])
    expect(call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId: ID }).code).toBe(
      'InvalidTransitRouterAttachmentId.NotFound',
    )
    expect(attach('vpc-1').code).toBeUndefined()
  })

  it('answers again to its client token once the attachment is gone', () => {
    const { call, advance } = remove(world(), { ClientToken: 't' })
    advance(5_000)
    const again = call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId: ID, ClientToken: 't' })
    expect(again.code).toBeUndefined()
  })

  it('with Force removes associations and propagations, and no route of the VPC', () => {
    const routing = { associationRouteTableId: 'default', propagationRouteTableIds: 'default' }
    const forced = remove(world({}, routing), { Force: 'true' })
    expect(forced.code).toBeUndefined()
    for (const kind of ['Associations', 'Propagations'])
      expect(
        forced.call(`cbn:ListTransitRouterRouteTable${kind}`, { TransitRouterAttachmentId: ID }).body.TotalCount,
      ).toBe(0)
    expect(remove(world({}, { vpcRoutes: 'private' }), { Force: 'true' }).code).toBe(
      'OperationFailed.AttachmentReferencedVpcRouteEntryExisted',
    )
  })

  it('changes nothing in a dry run', () => {
    const { list, code } = remove(world(), { DryRun: 'true' })
    expect(code).toBeUndefined()
    expect(list()).toMatchObject([{ Status: 'Attached' }])
  })

  it('may be answered without being done', () => {
    const faults = [{ action: 'DeleteTransitRouterVpcAttachment', nth: 1, fault: { ignored: true } }]
    const { list, code, call } = remove({ ...world(), faults })
    expect(code).toBeUndefined()
    expect(list()).toMatchObject([{ Status: 'Attached' }])
    expect(call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId: ID }).code).toBeUndefined()
    expect(list()).toMatchObject([{ Status: 'Detaching' }])
  })

  it('is possible once a blocker is gone', () => {
    const file = world({ blockers: [{ kind: 'flow-log', goneAfterMs: 60_000 }] })
    const { code, advance, call } = remove(file)
    expect(code).toBe('OperationFailed.FlowLogExistOrNisOpened')
    advance(60_000)
    expect(call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId: ID }).code).toBeUndefined()
  })
})

describe('the blockers of an attachment', () => {
  const blockers = [
    { kind: 'prefix-list', id: 'pl-1' },
    { kind: 'multicast', id: 'tr-mcast-domain-1' },
    { kind: 'flow-log', id: 'flowlog-1' },
    { kind: 'private-zone' },
    { kind: 'region-domain', id: '100.64.1.1' },
    { kind: 'health-check', id: '10.0.0.1', cenId: 'cen-2' },
  ]

  it('are read by their own actions', () => {
    const { call } = createEnterprise(world({ blockers }))
    const read = (action: string, parameters: Record<string, string>) => call(`cbn:${action}`, parameters).body
    const router = { RegionId: REGION, TransitRouterId: `tr-1-${REGION}` }
    expect(read('ListTransitRouterPrefixListAssociation', router).PrefixLists).toMatchObject([
      { PrefixListId: 'pl-1', NextHop: ID, NextHopInstanceId: 'vpc-1', TransitRouterTableId: SYSTEM_TABLE },
    ])
    expect(
      read('ListTransitRouterMulticastDomainAssociations', { TransitRouterAttachmentId: ID })
        .TransitRouterMulticastAssociations,
    ).toMatchObject([{ TransitRouterMulticastDomainId: 'tr-mcast-domain-1', ResourceId: 'vpc-1' }])
    expect(read('DescribeFlowlogs', { TransitRouterAttachmentId: ID })).toMatchObject({
      FlowLogs: { FlowLog: [{ FlowLogId: 'flowlog-1', TransitRouterAttachmentId: ID }] },
      TotalCount: '1',
    })
    expect(read('DescribeCenPrivateZoneRoutes', { CenId: CEN }).PrivateZoneInfos.PrivateZoneInfo).toMatchObject([
      { HostVpcId: 'vpc-1', HostRegionId: REGION },
    ])
    expect(read('DescribeRouteServicesInCen', { CenId: CEN }).RouteServiceEntries.RouteServiceEntry).toMatchObject([
      { Host: '100.64.1.1', HostVpcId: 'vpc-1' },
    ])
    expect(read('DescribeCenVbrHealthCheck', { CenId: CEN }).TotalCount).toBe(0)
    expect(read('DescribeFlowlogs', { TransitRouterAttachmentId: 'tr-attach-9' }).TotalCount).toBe('0')
  })
})

describe('DetachCenChildInstance', () => {
  const CHILD = { CenId: CEN, ChildInstanceId: 'vpc-1', ChildInstanceType: 'VPC', ChildInstanceRegionId: REGION }
  const basic = (facts: object = {}, attachment: object = {}, rest: object = {}) => ({
    childInstances: [{ childInstanceId: 'vpc-1', regionId: REGION, ...facts }],
    attached: [{ cenId: CEN, childInstanceId: 'vpc-1', ...attachment }],
    ...rest,
  })
  const by = (kind: string) => basic({ blockers: [{ kind }] })
  const BASIC_CAUSES: [code: string, world: object][] = [
    ['OperationNotPermitted.AttachmentManagedByCloudService', basic({}, { managedService: 'cfw' })],
    ['OperationFailed.AttachmentReferencedVpcRouteEntryExisted', by('vpc-route')],
    ['Forbidden.PrivatezoneRouteExisted', by('private-zone')],
    ['Forbidden.OptimizationCCNExisted', by('optimised-ccn')],
    ['OperationFailed.VbrAttachedVbrHa', by('vbr-ha')],
    ['OperationFailed.RIInstanceExist', by('router-interface')],
    ['InvalidOperation.BondVbrAssociated', by('bond-vbr')],
    ['OperationFailed.VbrWithAllowPrefixes', by('allow-prefixes')],
    ['InvalidOperation.CustomRegionDomainRouteEntryExist', by('region-domain')],
    ['IncorrectStatus.Vpc', basic({ status: 'Pending' })],
    ['IncorrectStatus.VpcRouteTable', basic({ routeTableStatus: 'Pending' })],
    ['InvalidOperation.CenInstanceStatus', basic({}, {}, { cens: [{ cenId: CEN, status: 'Modifying' }] })],
    [
      'Operation.Blocking',
      {
        ...basic({}, {}, { limits: { attachesAtOnce: 1 } }),
        attached: [
          { cenId: CEN, childInstanceId: 'vpc-1' },
          { cenId: CEN, childInstanceId: 'vpc-2', status: 'Attaching', endsAfterMs: 1_000 },
        ],
      },
    ],
  ]

  it.each(BASIC_CAUSES)('answers %s if its cause is present', (code, file) => {
    expect(createTestEmulator(file).call('cbn:DetachCenChildInstance', CHILD).code).toBe(code)
  })

  it('has a test for every cause', () => {
    expect(BASIC_CAUSES.map(([code]) => code).sort()).toEqual(DETACH_RULES.map(({ code }) => code).sort())
  })
})
