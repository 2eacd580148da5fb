/** Changes answers of Enterprise Edition's lists so that they are not whole, without a lie in them. */
import type { Body } from '../../../lib/alibaba/sdk/rpc.js'

type Json = unknown
type Path = readonly (string | number)[]

/** Where an action has its entries, and what an entry of another subject looks like, which the call did not ask for. */
export const HOSTILE_ENTRIES = {
  ListTransitRouters: {
    list: ['TransitRouters'],
    foreign: {
      TransitRouterId: 'tr-foreign',
      CenId: 'cen-foreign',
      RegionId: 'cn-hangzhou',
      Type: 'Basic',
      Status: 'Active',
    },
  },
  ListTransitRouterAvailableResource: { list: ['AvailableZones'], foreign: undefined },
  ListTransitRouterRouteTables: {
    list: ['TransitRouterRouteTables'],
    foreign: {
      TransitRouterRouteTableId: 'vtb-foreign',
      TransitRouterRouteTableType: 'System',
      TransitRouterId: 'tr-foreign',
    },
  },
  ListTransitRouterVpcAttachments: {
    list: ['TransitRouterAttachments'],
    foreign: {
      TransitRouterAttachmentId: 'tr-attach-foreign',
      TransitRouterId: 'tr-foreign',
      CenId: 'cen-foreign',
      VpcId: 'vpc-a',
      Status: 'Attached',
      ZoneMappings: [{ ZoneId: 'cn-hangzhou-h', VSwitchId: 'vsw-foreign' }],
    },
  },
  ListTransitRouterVbrAttachments: {
    list: ['TransitRouterAttachments'],
    foreign: {
      TransitRouterAttachmentId: 'tr-attach-foreign',
      CenId: 'cen-one',
      VbrId: 'vbr-foreign',
      Status: 'Attached',
    },
  },
  ListTransitRouterRouteTableAssociations: {
    list: ['TransitRouterAssociations'],
    foreign: {
      TransitRouterAttachmentId: 'tr-attach-foreign',
      TransitRouterRouteTableId: 'vtb-foreign',
      Status: 'Active',
    },
  },
  ListTransitRouterRouteTablePropagations: {
    list: ['TransitRouterPropagations'],
    foreign: {
      TransitRouterAttachmentId: 'tr-attach-foreign',
      TransitRouterRouteTableId: 'vtb-foreign',
      Status: 'Active',
    },
  },
  DescribeVSwitches: {
    list: ['VSwitches', 'VSwitch'],
    foreign: {
      VSwitchId: 'vsw-foreign',
      VpcId: 'vpc-foreign',
      ZoneId: 'cn-hangzhou-h',
      CidrBlock: '10.0.0.0/29',
      AvailableIpAddressCount: 8,
      Status: 'Available',
    },
  },
  DescribeRouteTableList: {
    list: ['RouterTableList', 'RouterTableListType'],
    foreign: { RouteTableId: 'vtb-foreign', VpcId: 'vpc-foreign', AssociateType: 'VSwitch' },
  },
  DescribeRouteEntryList: {
    list: ['RouteEntrys', 'RouteEntry'],
    foreign: {
      RouteTableId: 'vtb-foreign',
      DestinationCidrBlock: '10.0.0.0/8',
      Type: 'Custom',
      Status: 'Available',
      NextHops: { NextHop: [{ NextHopType: 'Instance', NextHopId: 'i-foreign' }] },
    },
  },
} as const satisfies Record<string, { readonly list: Path; readonly foreign: object | undefined }>

export interface Mangling {
  readonly action: keyof typeof HOSTILE_ENTRIES
  /** The first affected answer of the action, from 1. */
  readonly nth: number
  readonly times: number
  readonly how: 'drop' | 'junk' | 'status' | 'foreign' | 'endless' | 'huge' | 'body' | 'no-list'
  /** Which field is dropped or replaced, modulo their number. */
  readonly place: number
  readonly junk: Json
}

/** What an absent field legitimately means, or what would make a junk value a lie. */
const LEFT_ALONE =
  /^(?:RequestId|Type|AutoPublishRouteEnabled|MasterZones|SlaveZones|AssociateType|CenId|Tags?|Description|.*Name|NextToken|TotalCount|PageSize|PageNumber|CidrBlock|AvailableIpAddressCount|NetworkInterfaceId)$/

export function mangle(
  body: Body,
  { action, how, place, junk }: Mangling,
  query: Readonly<Record<string, string>>,
): Body {
  const { RequestId } = body
  const { list, foreign } = HOSTILE_ENTRIES[action]
  const entries = at(body, list)
  // An earlier change may have removed the list.
  if (!Array.isArray(entries)) return body
  switch (how) {
    case 'body':
      return { ...(isRecord(junk) ? junk : {}), RequestId }
    case 'no-list':
      return replaced(body, list, undefined) as Body
    case 'endless':
      return { ...body, NextToken: 'again', TotalCount: 10 }
    case 'huge':
      return replaced(
        body,
        list,
        Array.from({ length: 1_001 }, () => entries[0] ?? foreign),
      ) as Body
    case 'foreign':
      return foreign === undefined ? body : (replaced(body, list, [foreign, ...entries]) as Body)
    case 'status': {
      const changed = entries.map((entry) =>
        isRecord(entry) && 'Status' in entry && query.Status === undefined ? { ...entry, Status: 'Unheard-Of' } : entry,
      )
      return replaced(body, list, changed) as Body
    }
    case 'drop':
    case 'junk': {
      const paths = pathsOf(body)
      const path = paths[place % paths.length]
      if (!path) return body
      // Another text or a shorter list would be a lie, and another type is none.
      const isLie = Array.isArray(junk) || (typeof junk === 'string' && junk !== '')
      return replaced(body, path, how === 'drop' || isLie ? undefined : junk) as Body
    }
  }
}

const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const at = (value: Json, path: Path): Json =>
  path.reduce((one: Json, key) => (one as Record<string, Json> | undefined)?.[key as string], value)

/** Every field of the answer, at any depth. */
function pathsOf(value: Json, before: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => pathsOf(one, [...before, index]))
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([key, one]) =>
    LEFT_ALONE.test(key) ? [] : [[...before, key], ...pathsOf(one, [...before, key])],
  )
}

/** A copy with another value at the path; undefined removes it. */
function replaced(value: Json, [key, ...rest]: Path, put: Json): Json {
  if (key === undefined) return put
  const inner = replaced((value as Record<string, Json>)[key as string], rest, put)
  if (Array.isArray(value)) return value.map((one, index) => (index === key ? inner : one))
  const { [key as string]: _, ...others } = value as Record<string, Json>
  return inner === undefined ? others : { ...others, [key as string]: inner }
}
