import { describe, expect, it } from 'vitest'
import { createTestEmulator, OWNER } from '../support/emulated.js'
import { zoneMappings } from '../support/enterprise.js'

const REGION = 'cn-hangzhou'
const ZONE = `${REGION}-h`
const PENDING_MS = 500

const createWorld = (open = false) => {
  const emulator = createTestEmulator({ open, editions: {}, cens: [{ cenId: 'cen-1' }] })
  const { call, advance } = emulator
  const vpc = (parameters: Record<string, string> = {}, who?: string) =>
    call('vpc:CreateVpc', { RegionId: REGION, CidrBlock: '10.1.0.0/16', ...parameters }, who)
  const vSwitch = (VpcId: string, parameters: Record<string, string> = {}) =>
    call('vpc:CreateVSwitch', { RegionId: REGION, VpcId, ZoneId: ZONE, CidrBlock: '10.1.0.0/26', ...parameters })
  const described = (VpcId: string, who?: string) =>
    call('vpc:DescribeVpcs', { RegionId: REGION, VpcId }, who).body.Vpcs.Vpc
  const made = () => {
    const { VpcId } = vpc().body
    advance(PENDING_MS)
    const { VSwitchId } = vSwitch(VpcId).body
    advance(PENDING_MS)
    return { VpcId, VSwitchId } as { VpcId: string; VSwitchId: string }
  }
  return { ...emulator, vpc, vSwitch, described, made }
}

describe('a VPC that a call creates', () => {
  it('is Pending, then Available, with name, tags, a route table and no vSwitches, for its account only', () => {
    const { vpc, vSwitch, described, advance } = createWorld()
    const tags = { 'Tag.1.Key': 'team', 'Tag.1.Value': 'network' }
    const { VpcId, RouteTableId } = vpc({ VpcName: 'core', ...tags }).body
    expect(RouteTableId).toMatch(/^vtb-/)
    expect(described(VpcId)[0]).toMatchObject({ Status: 'Pending', VpcName: 'core', CidrBlock: '10.1.0.0/16' })
    expect(vSwitch(VpcId).code).toBe('IncorrectVpcStatus')
    advance(PENDING_MS)
    expect(described(VpcId)[0]).toMatchObject({
      Status: 'Available',
      VSwitchIds: { VSwitchId: [] },
      Tags: { Tag: [{ Key: 'team', Value: 'network' }] },
    })
    expect(described(VpcId, OWNER)).toEqual([])
  })

  it('is one for each client token', () => {
    const { vpc } = createWorld()
    expect(vpc({ ClientToken: 't1' }).body.VpcId).toBe(vpc({ ClientToken: 't1' }).body.VpcId)
    expect(vpc({ ClientToken: 't1' }).body.VpcId).not.toBe(vpc({ ClientToken: 't2' }).body.VpcId)
  })

  it('has the vSwitches that calls create in it, each with the addresses of its block', () => {
    const { call, made, vSwitch, advance } = createWorld()
    const { VpcId, VSwitchId } = made()
    expect(vSwitch(VpcId).code).toBe('InvalidCidrBlock.Overlapped')
    expect(vSwitch(VpcId, { ZoneId: 'eu-central-1a', CidrBlock: '10.1.9.0/26' }).code).toBe('InvalidZoneId.NotFound')
    const second = vSwitch(VpcId, {
      CidrBlock: '10.1.1.0/24',
      VSwitchName: 'two',
      'Tag.1.Key': 'a',
      'Tag.1.Value': 'b',
    })
    const list = () => call('vpc:DescribeVSwitches', { RegionId: REGION, VpcId }).body.VSwitches.VSwitch
    expect(list()[1]).toMatchObject({ VSwitchId: second.body.VSwitchId, Status: 'Pending', VSwitchName: 'two' })
    advance(PENDING_MS)
    const facts = list().map((one: Record<string, unknown>) => [one.VSwitchId, one.AvailableIpAddressCount, one.Status])
    expect(facts).toEqual([
      [VSwitchId, 60, 'Available'],
      [second.body.VSwitchId, 252, 'Available'],
    ])
    const added = { RegionId: REGION, 'ResourceId.1': VSwitchId, 'Tag.1.Key': 'c', 'Tag.1.Value': 'd' }
    expect(call('vpc:TagResources', { ...added, ResourceType: 'VSWITCH' }).http).toBe(200)
    expect(call('vpc:TagResources', { ...added, ResourceType: 'VSWITCH' }, OWNER).code).toBe(
      'InvalidResourceId.NotFound',
    )
    expect(list().map((one: { Tags: { Tag: { Key: string }[] } }) => one.Tags.Tag.map(({ Key }) => Key))).toEqual([
      ['c'],
      ['a'],
    ])
  })

  it.each([false, true])('is attached, and then deleted from its parts up, in a world that is open: %s', (open) => {
    const { call, made, advance, described } = createWorld(open)
    const { VpcId, VSwitchId } = made()
    const remove = () => [
      call('vpc:DeleteVSwitch', { RegionId: REGION, VSwitchId }).code,
      call('vpc:DeleteVpc', { RegionId: REGION, VpcId }).code,
    ]
    const attach = { CenId: 'cen-1', RegionId: REGION, VpcId, ...zoneMappings([ZONE, VSwitchId]) }
    const { TransitRouterAttachmentId } = call('cbn:CreateTransitRouterVpcAttachment', attach).body
    expect(TransitRouterAttachmentId).toMatch(/^tr-attach-/)
    advance(1_000)
    expect(remove()).toEqual(['DependencyViolation.NetworkInterface', 'DependencyViolation.VSwitch'])
    call('cbn:DeleteTransitRouterVpcAttachment', { TransitRouterAttachmentId })
    advance(1_000)
    expect(call('vpc:DeleteVpc', { RegionId: REGION, VpcId }, OWNER).code).toBe('InvalidVpcID.NotFound')
    expect(remove()).toEqual([undefined, undefined])
    expect(described(VpcId)).toEqual([])
    expect(remove()).toEqual(['InvalidVswitchID.NotFound', 'InvalidVpcID.NotFound'])
  })
})
