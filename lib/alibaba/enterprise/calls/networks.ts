/** vSwitches and route tables of a VPC (Vpc 2016-04-28, and ListGrantVSwitchesToCen of Cbn): one function for each action. */
import type { Answer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import {
  countOf,
  entriesOf,
  isText,
  listedEntries,
  mapAnswer,
  nested,
  readAllNumbers,
  readAllTokens,
  toTokenPage,
} from '../../sdk/read-answer.js'
import type { RpcCall } from '../../sdk/rpc.js'

export interface ListedVSwitch {
  readonly id: string
  readonly vpcId: string
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

/** The largest numbered page of the Vpc API. */
const PAGE_SIZE = 50
/** 1,000 vSwitches or route tables. */
const MAX_PAGES = 20

const numbered = (page: number) => ({ PageNumber: String(page), PageSize: String(PAGE_SIZE) })

export const describeVSwitches = (
  vpc: RpcCall,
  { vpcId, regionId }: NetworkId,
  limits: CallLimits,
): Promise<Answer<readonly ListedVSwitch[]>> =>
  readAllNumbers(
    async (page) => {
      const query = { RegionId: regionId, VpcId: vpcId, ...numbered(page) }
      return mapAnswer(await vpc('DescribeVSwitches', query, limits), ({ VSwitches }) =>
        listedEntries(
          nested(VSwitches, 'VSwitch'),
          ({ VSwitchId: id, VpcId = vpcId, ZoneId: zoneId, Status: status, ...rest }) => {
            const free = countOf(rest.AvailableIpAddressCount)
            const prefix = countOf(String(rest.CidrBlock).split('/')[1], 32)
            if (!isText(id) || VpcId !== vpcId || !isText(zoneId) || !isText(status)) return undefined
            if (free === undefined || prefix === undefined) return undefined
            return { id, vpcId, zoneId, status, free, prefix }
          },
          PAGE_SIZE,
        ),
      )
    },
    PAGE_SIZE,
    MAX_PAGES,
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
  readAllNumbers(
    async (page) => {
      const query = { CenId: cenId, RegionId: regionId, VpcId: vpcId, ...numbered(page) }
      return mapAnswer(await cbn('ListGrantVSwitchesToCen', query, limits), ({ VSwitches }) =>
        listedEntries(
          VSwitches,
          ({ VSwitchId: id, VpcId = vpcId, ZoneId: zoneId }) =>
            isText(id) && VpcId === vpcId && isText(zoneId) ? { id, vpcId, zoneId, status: 'Available' } : undefined,
          PAGE_SIZE,
        ),
      )
    },
    PAGE_SIZE,
    MAX_PAGES,
  )

/** Every route table of the VPC. */
export const describeRouteTableList = (
  vpc: RpcCall,
  { vpcId, regionId }: NetworkId,
  limits: CallLimits,
): Promise<Answer<readonly NetworkTable[]>> =>
  readAllNumbers(
    async (page) => {
      const query = { RegionId: regionId, VpcId: vpcId, ...numbered(page) }
      return mapAnswer(await vpc('DescribeRouteTableList', query, limits), ({ RouterTableList }) =>
        listedEntries(
          nested(RouterTableList, 'RouterTableListType'),
          ({ RouteTableId: id, AssociateType = 'VSwitch', VpcId = vpcId }) =>
            isText(id) && isText(AssociateType) && VpcId === vpcId
              ? { id, servesVSwitches: AssociateType === 'VSwitch' }
              : undefined,
          PAGE_SIZE,
        ),
      )
    },
    PAGE_SIZE,
    MAX_PAGES,
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

const ENTRY_PAGE = 100
/** 1,000 entries: more than the quota of custom entries and the system's own. */
const MAX_ENTRY_PAGES = 10
const MAX_NEXT_HOPS = 50

/** Every entry of a route table; entries of another table are left out. */
export const describeRouteEntryList = (
  vpc: RpcCall,
  { tableId, regionId }: { readonly tableId: string; readonly regionId: string },
  limits: CallLimits,
): Promise<Answer<readonly RouteEntry[]>> =>
  readAllTokens(async (NextToken) => {
    const query = {
      RegionId: regionId,
      RouteTableId: tableId,
      MaxResult: String(ENTRY_PAGE),
      ...(NextToken !== undefined && { NextToken }),
    }
    return mapAnswer(await vpc('DescribeRouteEntryList', query, limits), (body) =>
      toTokenPage(
        body,
        listedEntries(
          nested(body.RouteEntrys, 'RouteEntry'),
          ({ RouteTableId: of = tableId, DestinationCidrBlock: cidr, Status: status, Type, NextHops }) => {
            const hops = entriesOf(nested(NextHops, 'NextHop'), ({ NextHopId }) => [NextHopId], MAX_NEXT_HOPS)
            if (!isText(of) || !isText(cidr) || !isText(status) || !hops) return undefined
            const nextHops = hops.flat().filter((hop) => typeof hop === 'string')
            return { of, cidr, status, isCustom: Type === 'Custom', nextHops }
          },
          ENTRY_PAGE,
        )?.filter(({ of }) => of === tableId),
      ),
    )
  }, MAX_ENTRY_PAGES)
