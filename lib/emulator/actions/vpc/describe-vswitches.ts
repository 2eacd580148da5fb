import { type Action, optional, paginate } from '../action.js'
import { ownVpcs } from '../own-networks.js'
import { hasTags, tagsOf } from '../tags.js'
import { toTags } from '../transit-routers.js'

/** DescribeVSwitches: the vSwitches of the caller's VPCs; each attachment takes one address of each of its vSwitches. */
export const answerDescribeVSwitches: Action = (call, context) => {
  const { world, nowMs } = context
  const { enterprise } = world
  const { ZoneId: zoneId, RouteTableId: tableId } = call.parameters
  const id = optional(call, 'VSwitchId')
  const owner = id === undefined ? undefined : enterprise.vSwitchOwner(id)
  const tags = tagsOf(call)
  const vpcs =
    id === undefined || call.parameters.VpcId !== undefined
      ? ownVpcs(call, context)
      : [world.findChild(owner ?? '')].flatMap((vpc) => (vpc?.ownerId === call.caller.accountId ? [vpc] : []))
  const found = vpcs.flatMap((vpc) =>
    enterprise
      .networkOf(vpc)
      .vSwitches.filter((vSwitch) => (id ?? vSwitch.vSwitchId) === vSwitch.vSwitchId)
      .filter((vSwitch) => (zoneId ?? vSwitch.zoneId) === vSwitch.zoneId && hasTags(vSwitch.tags, tags))
      .filter((vSwitch) => (tableId ?? vSwitch.routeTableId) === vSwitch.routeTableId)
      .map((vSwitch) => ({ vpc, vSwitch })),
  )
  const { items, ...page } = paginate(found, call)
  const VSwitch = items.map(({ vpc, vSwitch }) => ({
    VSwitchId: vSwitch.vSwitchId,
    VSwitchName: vSwitch.name ?? vSwitch.vSwitchId,
    Description: '',
    VpcId: vpc.childInstanceId,
    OwnerId: Number(vpc.ownerId),
    ZoneId: vSwitch.zoneId,
    CidrBlock: vSwitch.cidrBlock,
    AvailableIpAddressCount: enterprise.freeAddresses(vSwitch, nowMs),
    Status: world.statusOf(vSwitch.status, vpc, nowMs),
    EnabledIpv6: vSwitch.ipv6 ?? false,
    IsDefault: false,
    ShareType: '',
    ResourceGroupId: 'rg-default',
    RouteTable: {
      RouteTableId: vSwitch.routeTableId,
      RouteTableType:
        enterprise.networkOf(vpc).routeTables.find(({ routeTableId }) => routeTableId === vSwitch.routeTableId)?.type ??
        'System',
    },
    Tags: { Tag: toTags(vSwitch.tags) },
  }))
  return { VSwitches: { VSwitch }, ...page }
}
