/** vSwitches and route tables of a VPC (Vpc 2016-04-28, and ListGrantVSwitchesToCen of Cbn): one function for each action. */
import { type Answer, mapAnswer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import { countOf, entriesOf, isText, nested } from '../../sdk/read-answer.js'
import { listByNumber, listByToken } from '../../sdk/read-lists.js'
import type { RpcCall } from '../../sdk/rpc.js'

export interface ListedVSwitch {
  readonly id: string
  readonly zoneId: string
  readonly status: string
  /** Free addresses; absent if the API does not report them. */
  readonly free?: number
  /** Length of the prefix of its block; absent if the API does not report the block. */
  readonly prefix?: number
}

/** The network whose parts are listed. An answer with parts of another one was not filtered, and is unreadable. */
interface NetworkId {
  readonly vpcId: string
  readonly regionId: string
}

/** 1,000 vSwitches or route tables. */
const MAX_PAGES = 20

export const describeVSwitches = (
  vpc: RpcCall,
  { vpcId, regionId }: NetworkId,
  limits: CallLimits,
): Promise<Answer<readonly ListedVSwitch[]>> =>
  listByNumber(
    vpc,
    {
      action: 'DescribeVSwitches',
      query: { RegionId: regionId, VpcId: vpcId },
      listIn: ({ VSwitches }) => nested(VSwitches, 'VSwitch'),
      read: ({ VSwitchId: id, VpcId = vpcId, ZoneId: zoneId, Status: status, ...rest }) => {
        const free = countOf(rest.AvailableIpAddressCount)
        const prefix = countOf(String(rest.CidrBlock).split('/')[1], 32)
        if (!isText(id) || VpcId !== vpcId || !isText(zoneId) || !isText(status)) return undefined
        if (free === undefined || prefix === undefined) return undefined
        return { id, zoneId, status, free, prefix }
      },
      mostPages: MAX_PAGES,
    },
    limits,
  )

/**
 * The vSwitches of another account's VPC that is granted to the CEN, without status and free addresses. Assumed: it also
 * answers before the VPC is attached.
 */
export const listGrantVSwitchesToCen = (
  cbn: RpcCall,
  { cenId, vpcId, regionId }: NetworkId & { readonly cenId: string },
  limits: CallLimits,
): Promise<Answer<readonly ListedVSwitch[]>> =>
  listByNumber(
    cbn,
    {
      action: 'ListGrantVSwitchesToCen',
      query: { CenId: cenId, RegionId: regionId, VpcId: vpcId },
      listIn: ({ VSwitches }) => VSwitches,
      read: ({ VSwitchId: id, VpcId = vpcId, ZoneId: zoneId }) =>
        isText(id) && VpcId === vpcId && isText(zoneId) ? { id, zoneId, status: 'Available' } : undefined,
      mostPages: MAX_PAGES,
    },
    limits,
  )

/** Every route table of the VPC. */
export const describeRouteTableList = (
  vpc: RpcCall,
  { vpcId, regionId }: NetworkId,
  limits: CallLimits,
): Promise<Answer<readonly NetworkTable[]>> =>
  listByNumber(
    vpc,
    {
      action: 'DescribeRouteTableList',
      query: { RegionId: regionId, VpcId: vpcId },
      listIn: ({ RouterTableList }) => nested(RouterTableList, 'RouterTableListType'),
      read: ({ RouteTableId: id, AssociateType = 'VSwitch', VpcId = vpcId }) =>
        isText(id) && isText(AssociateType) && VpcId === vpcId
          ? { id, servesVSwitches: AssociateType === 'VSwitch' }
          : undefined,
      mostPages: MAX_PAGES,
    },
    limits,
  )

export interface NetworkTable {
  readonly id: string
  /** False: it serves gateways. */
  readonly servesVSwitches: boolean
}

export interface RouteEntry {
  readonly cidr: string
  /** Pending, Available, … */
  readonly status: string
  readonly isCustom: boolean
  /** The ids of its next hops, '' for one of the system; empty if the answer names none. */
  readonly nextHops: readonly string[]
}

/** 1,000 entries: more than the quota of custom entries and the system's own. */
const MAX_ENTRY_PAGES = 10
const MAX_NEXT_HOPS = 50

/** Every entry of a route table; entries of another table are left out. */
export async function describeRouteEntryList(
  vpc: RpcCall,
  { tableId, regionId }: { readonly tableId: string; readonly regionId: string },
  limits: CallLimits,
): Promise<Answer<readonly RouteEntry[]>> {
  const entries = await listByToken(
    vpc,
    {
      action: 'DescribeRouteEntryList',
      query: { RegionId: regionId, RouteTableId: tableId },
      listIn: ({ RouteEntrys }) => nested(RouteEntrys, 'RouteEntry'),
      read: ({ RouteTableId: of = tableId, DestinationCidrBlock: cidr, Status: status, Type, NextHops }) => {
        const hops = entriesOf(nested(NextHops, 'NextHop'), ({ NextHopId }) => [NextHopId], MAX_NEXT_HOPS)
        if (!isText(of) || !isText(cidr) || !isText(status) || !hops) return undefined
        const nextHops = hops.flat().filter((hop) => typeof hop === 'string')
        return { of, cidr, status, isCustom: Type === 'Custom', nextHops }
      },
      sizeName: 'MaxResult',
      mostPages: MAX_ENTRY_PAGES,
    },
    limits,
  )
  return mapAnswer(entries, (all) => all.filter(({ of }) => of === tableId))
}
