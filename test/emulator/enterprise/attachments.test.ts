import { describe, expect, it } from 'vitest'
import { HOME, OWNER } from '../../support/emulated.js'
import {
  ASSOCIATE_MS,
  ATTACH_MS,
  CEN,
  createEnterprise,
  REGION,
  ROUTER,
  SYSTEM_TABLE,
  vpcAttachment,
  ZONES,
  zoneMappings,
} from '../../support/enterprise.js'

describe('CreateTransitRouterVpcAttachment', () => {
  it('is asynchronous: Attaching, then Attached, with an interface in each zone', () => {
    const { attach, list, advance } = createEnterprise({ limits: { enterpriseAttachMs: 90_000 } })
    const { TransitRouterAttachmentId: id } = attach().body
    expect(id).toMatch(/^tr-attach-[a-z0-9]{20}$/)
    expect(list()).toMatchObject([{ TransitRouterAttachmentId: id, Status: 'Attaching' }])
    advance(89_999)
    expect(list()).toMatchObject([{ Status: 'Attaching' }])
    advance(1)
    expect(list()).toEqual([
      {
        TransitRouterAttachmentId: id,
        TransitRouterAttachmentName: '',
        TransitRouterAttachmentDescription: '',
        TransitRouterId: ROUTER,
        CenId: CEN,
        ResourceType: 'VPC',
        Status: 'Attached',
        AutoPublishRouteEnabled: false,
        OrderType: 'PayByCenOwner',
        CreationTime: '2026-11-25T12:00:00Z',
        Tags: [],
        VpcId: 'vpc-1',
        VpcOwnerId: Number(HOME),
        VpcRegionId: REGION,
        ChargeType: 'POSTPAY',
        ZoneMappings: [ZONES[0], ZONES[2]].map((ZoneId) => ({
          ZoneId,
          VSwitchId: `vsw-1-${ZoneId.slice(-1)}`,
          NetworkInterfaceId: expect.stringMatching(/^eni-/),
        })),
        TransitRouterVPCAttachmentOptions: { ipv6Support: 'disable' },
      },
    ])
  })

  it('takes one address in each vSwitch, and gives it back once it is deleted', () => {
    const { call, attached, advance } = createEnterprise()
    const free = () =>
      call('vpc:DescribeVSwitches', { VpcId: 'vpc-1', RegionId: REGION }).body.VSwitches.VSwitch.map(
        ({ AvailableIpAddressCount }: { AvailableIpAddressCount: number }) => AvailableIpAddressCount,
      )
    expect(free()).toEqual([252, 252, 252])
    const id = attached()
    expect(free()).toEqual([251, 252, 251])
    call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId: id })
    expect(free()).toEqual([251, 252, 251])
    advance(ATTACH_MS)
    expect(free()).toEqual([252, 252, 252])
  })

  it('creates the router of a region without one', () => {
    const { call, advance, list } = createEnterprise({ editions: { regions: { [REGION]: 'None' } } })
    const routers = () => call('cbn:ListTransitRouters', { CenId: CEN, RegionId: REGION }).body.TransitRouters
    expect(routers()).toEqual([])
    const { TransitRouterId: _, ...place } = vpcAttachment()
    expect(call('cbn:CreateTransitRouterVpcAttachment', place).code).toBe('MissingParam.CenIdOrRegionId')
    expect(call('cbn:CreateTransitRouterVpcAttachment', { ...place, CenId: CEN }).code).toBeUndefined()
    expect(routers()).toMatchObject([{ Type: 'Enterprise', Status: 'Creating' }])
    advance(1_000)
    expect(routers()).toMatchObject([{ Status: 'Active' }])
    expect(list()).toMatchObject([{ Status: 'Attaching' }])
    advance(ATTACH_MS)
    expect(list()).toMatchObject([{ Status: 'Attached', TransitRouterId: routers()[0].TransitRouterId }])
  })

  it('has one effect for each client token, and one answer', () => {
    const { attach, list, advance } = createEnterprise()
    const first = attach('vpc-1', { ClientToken: 't' })
    advance(ATTACH_MS * 5)
    expect(attach('vpc-1', { ClientToken: 't' }).body.TransitRouterAttachmentId).toBe(
      first.body.TransitRouterAttachmentId,
    )
    expect(attach('vpc-2', { ClientToken: 't' }).code).toBe('IdempotentParameterMismatch')
    expect(attach('vpc-1', { ClientToken: 'u' }).code).toBe('InvalidOperation.ChildInstanceAlreadyAttached')
    expect(list()).toHaveLength(1)
  })

  it('remembers no token of a refused call', () => {
    const { attach, advance } = createEnterprise({ limits: { attachesAtOnce: 1 } })
    attach()
    expect(attach('vpc-2', { ClientToken: 't' }).code).toBe('Operation.Blocking')
    advance(ATTACH_MS)
    expect(attach('vpc-2', { ClientToken: 't' }).code).toBeUndefined()
  })

  it('answers a dry run that passes by an error, and attaches nothing', () => {
    const { attach, list } = createEnterprise()
    expect(attach('vpc-1', { DryRun: 'true' }).code).toBe('DryRunOperation')
    expect(attach('vpc-1', { DryRun: 'true', ...zoneMappings(['cn-hangzhou-z', 'vsw-1-h']) }).code).toBe(
      'IllegalParam.ZoneId',
    )
    expect(list()).toEqual([])
  })

  it('draws durations from a range', () => {
    const { attach, list, advance } = createEnterprise({
      limits: { enterpriseAttachMs: [60_000, 240_000], attachesAtOnce: 50 },
    })
    for (let one = 1; one <= 20; one += 1) attach(`vpc-${one}`)
    const attachedCount = () => list({ MaxResults: '100', Status: 'Attached' }).length
    advance(59_999)
    expect(attachedCount()).toBe(0)
    advance(90_001)
    expect(attachedCount()).toBeGreaterThan(2)
    expect(attachedCount()).toBeLessThan(18)
    advance(90_000)
    expect(attachedCount()).toBe(20)
  })
})

describe('ListTransitRouterVpcAttachments', () => {
  it('has pages of MaxResults until there is no NextToken', () => {
    const { call, attach } = createEnterprise({ limits: { attachesAtOnce: 50 } })
    for (let one = 1; one <= 25; one += 1) attach(`vpc-${one}`)
    const pages: string[][] = []
    let NextToken: string | undefined
    do {
      const parameters: Record<string, string> = { CenId: CEN, MaxResults: '10', ...(NextToken && { NextToken }) }
      const { body } = call('cbn:ListTransitRouterVpcAttachments', parameters)
      pages.push(body.TransitRouterAttachments.map(({ VpcId }: { VpcId: string }) => VpcId))
      expect([body.MaxResults, body.TotalCount]).toEqual([10, 25])
      NextToken = body.NextToken
    } while (NextToken)
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 5])
    expect(new Set(pages.flat()).size).toBe(25)
    expect(call('cbn:ListTransitRouterVpcAttachments', { MaxResults: '101' }).code).toBe('InvalidParameter')
    expect(call('cbn:ListTransitRouterVpcAttachments').body.TransitRouterAttachments).toHaveLength(20)
  })

  it('filters by every parameter', () => {
    const { call, attached, attach, list } = createEnterprise({ limits: { attachesAtOnce: 9 } })
    const id = attached('vpc-1')
    attach('vpc-2', { 'Tag.1.Key': 'team', 'Tag.1.Value': 'shop' })
    const of = (parameters: Record<string, string>) => list(parameters).map(({ VpcId }: { VpcId: string }) => VpcId)
    expect(of({})).toEqual(['vpc-1', 'vpc-2'])
    expect(of({ VpcId: 'vpc-2' })).toEqual(['vpc-2'])
    expect(of({ Status: 'Attached' })).toEqual(['vpc-1'])
    expect(of({ TransitRouterAttachmentId: id })).toEqual(['vpc-1'])
    expect(of({ TransitRouterAttachmentId: id, VpcId: 'vpc-2' })).toEqual([])
    expect(of({ TransitRouterId: 'tr-other' })).toEqual([])
    expect(of({ RegionId: 'cn-beijing' })).toEqual([])
    expect(of({ 'Tag.1.Key': 'team' })).toEqual(['vpc-2'])
    expect(of({ OrderType: 'PayByResourceOwner' })).toEqual([])
    expect(call('cbn:ListTransitRouterVpcAttachments', { CenId: CEN }, OWNER).code).toBe('InvalidCenId.NotFound')
    expect(call('cbn:ListTransitRouterVpcAttachments', { VpcId: 'vpc-1' }, OWNER).body.TotalCount).toBe(0)
  })
})

describe('routing', () => {
  it('is absent at first; associations and propagations are Active once their duration has passed', () => {
    const { call, attached, advance } = createEnterprise()
    const link = { TransitRouterAttachmentId: attached(), TransitRouterRouteTableId: SYSTEM_TABLE }
    const states = () =>
      ['Associations', 'Propagations'].map((kind) => {
        const { body } = call(`cbn:ListTransitRouterRouteTable${kind}`, {
          TransitRouterAttachmentId: link.TransitRouterAttachmentId,
        })
        return body[`TransitRouter${kind}`].map(({ Status }: { Status: string }) => Status)
      })
    expect(states()).toEqual([[], []])
    expect(call('cbn:AssociateTransitRouterAttachmentWithRouteTable', link).code).toBeUndefined()
    expect(call('cbn:EnableTransitRouterRouteTablePropagation', link).code).toBeUndefined()
    expect(states()).toEqual([['Associating'], ['Enabling']])
    advance(ASSOCIATE_MS)
    expect(states()).toEqual([['Active'], ['Active']])
    expect(call('cbn:DissociateTransitRouterAttachmentFromRouteTable', link).code).toBeUndefined()
    expect(call('cbn:DisableTransitRouterRouteTablePropagation', link).code).toBeUndefined()
    expect(states()).toEqual([['Dissociating'], ['Disabling']])
    advance(ASSOCIATE_MS)
    expect(states()).toEqual([[], []])
  })

  it('of a VPC is Pending, then Available, then Deleting, then gone', () => {
    const { call, attached, advance } = createEnterprise()
    const route = {
      CenId: CEN,
      TransitRouterAttachmentId: attached(),
      RouteTableId: 'vtb-1',
      DestinationCidrBlock: '10.0.0.0/8',
    }
    const read = () =>
      call('vpc:DescribeRouteEntryList', { RegionId: REGION, RouteTableId: 'vtb-1', RouteEntryType: 'Custom' }).body
        .RouteEntrys.RouteEntry
    expect(call('cbn:CreateCenChildInstanceRouteEntryToAttachment', route).code).toBeUndefined()
    expect(read()).toMatchObject([{ DestinationCidrBlock: '10.0.0.0/8', Status: 'Pending' }])
    advance(ASSOCIATE_MS)
    expect(read()).toMatchObject([
      {
        Status: 'Available',
        NextHops: { NextHop: [{ NextHopType: 'Attachment', NextHopId: route.TransitRouterAttachmentId }] },
      },
    ])
    expect(call('cbn:DeleteCenChildInstanceRouteEntryToAttachment', route).code).toBeUndefined()
    expect(read()).toMatchObject([{ Status: 'Deleting' }])
    advance(ASSOCIATE_MS)
    expect(read()).toEqual([])
  })
})
