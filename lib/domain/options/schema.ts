/** The fields of a request that only some actions and types have: zones, routing, the grant. */
import * as v from 'valibot'
import type { ChildInstanceType, RequestAction } from '../attachment.js'
import { overlap, readCidr } from './cidr.js'

/** A zone id has the form of a region id; `cn-hangzhou-h`, `ap-southeast-1a`. */
const ZONE_ID = /^(?=.{1,64}$)[a-z]{2,3}-[a-z0-9]+(?:-[a-z0-9]+)*$/
const idOf = (prefix: string) => new RegExp(`^${prefix}-[A-Za-z0-9_-]{1,120}$`)
const VSWITCH_ID = idOf('vsw')
export const ROUTE_TABLE_ID = idOf('vtb')

/** CreateTransitRouterVpcAttachment takes at most 10 zone mappings. The other two bounds are this program's own. */
export const MAX_ZONES = 10
const MAX_ROUTE_TABLES = 20
const MAX_ROUTES = 50

const matching = (pattern: RegExp, message: string) => v.pipe(v.string(message), v.regex(pattern, message))

/** A fault of a whole list: `item` is the position that the fault names, `key` a field of that item. */
interface ListFault {
  readonly message: string
  readonly item?: number
  readonly key?: string
}

/** A list with rules for all items together, which are also checked if single items have faults. */
const listOf = <Item extends v.GenericSchema>(
  item: Item,
  message: string,
  faultsOf: (items: readonly unknown[]) => readonly ListFault[],
) =>
  v.pipe(
    v.array(item, message),
    v.rawCheck(({ dataset, addIssue }) => {
      const items: unknown = dataset.value
      if (!Array.isArray(items)) return
      for (const { message, item, key } of faultsOf(items)) {
        const path = [...(item === undefined ? [] : [item]), ...(key === undefined ? [] : [key])].map(
          (key): v.IssuePathItem => ({ type: 'unknown', origin: 'value', input: items, key, value: undefined }),
        )
        const [first, ...rest] = path
        addIssue(first === undefined ? { message } : { message, path: [first, ...rest] })
      }
    }),
  )

const lengthFaults = (items: readonly unknown[], most: number, empty: string): readonly ListFault[] =>
  items.length === 0
    ? [{ message: empty }]
    : items.length > most
      ? [{ message: `must have at most ${most} items, not ${items.length}` }]
      : []

/** Texts that an earlier item has, too. */
function repeats(texts: readonly unknown[], list: string, key?: string): readonly ListFault[] {
  const firsts = new Map<unknown, number>()
  return texts.flatMap((text, item) => {
    const first = firsts.get(text)
    if (first === undefined) firsts.set(text, item)
    if (first === undefined || typeof text !== 'string') return []
    return [{ message: `repeats that of ${list}[${first}]`, item, ...(key !== undefined && { key }) }]
  })
}

const ZONE_MAPPINGS = 'must be a list of { zoneId, vSwitchId }'

const ZoneMappings = listOf(
  v.strictObject(
    {
      zoneId: matching(ZONE_ID, 'must be the id of a zone, such as cn-hangzhou-h'),
      vSwitchId: matching(VSWITCH_ID, 'must be the id of a vSwitch: vsw-…, letters, digits, _ and - only'),
    },
    'must be { zoneId, vSwitchId }',
  ),
  ZONE_MAPPINGS,
  (items) => {
    const column = (key: string) => items.map((item) => (item as Record<string, unknown> | null)?.[key])
    return [
      ...lengthFaults(items, MAX_ZONES, 'must not be empty; without the field the zones are chosen'),
      ...repeats(column('zoneId'), 'zoneMappings', 'zoneId'),
      ...repeats(column('vSwitchId'), 'zoneMappings', 'vSwitchId'),
    ]
  },
)

const ROUTE_TABLE = 'must be the id of a route table of the transit router: vtb-…, letters, digits, _ and - only'

const AssociationRouteTableId = matching(
  new RegExp(`^(?:default|none)$|${ROUTE_TABLE_ID.source}`),
  'must be the id of a route table of the transit router (vtb-…), default or none',
)

const RouteTableWord = v.picklist(
  ['default', 'none'],
  'must be default, none, or a list of ids of route tables (vtb-…)',
)
const RouteTableList = listOf(matching(ROUTE_TABLE_ID, ROUTE_TABLE), RouteTableWord.message as string, (items) => [
  ...lengthFaults(items, MAX_ROUTE_TABLES, 'must not be empty; none asks for no propagation'),
  ...repeats(items, 'propagationRouteTableIds'),
])
const PropagationRouteTableIds = v.lazy(
  (value): v.GenericSchema<'default' | 'none' | string[]> => (Array.isArray(value) ? RouteTableList : RouteTableWord),
)

const CIDR = 'must be an IPv4 CIDR block without host bits, such as 10.0.0.0/8'
/** An IPv4 CIDR block in canonical form. */
export const Cidr = v.pipe(
  v.string(CIDR),
  v.check((text) => readCidr(text) !== undefined, CIDR),
)

/** The blocks of RFC 1918, which `private` stands for; the vendor's console adds them by default. */
export const PRIVATE_BLOCKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] as const

/** What `vpcRoutes` may be besides a list of CIDR blocks. */
export const VPC_ROUTE_WORDS = ['private', 'published', 'none'] as const

const RouteWord = v.picklist(VPC_ROUTE_WORDS, 'must be private, published, none, or a list of CIDR blocks')
const RouteList = listOf(Cidr, RouteWord.message as string, (items) => [
  ...lengthFaults(items, MAX_ROUTES, 'must not be empty; none asks for no routes'),
  ...overlaps(items.slice(0, MAX_ROUTES)),
])
const VpcRoutes = v.lazy(
  (value): v.GenericSchema<(typeof VPC_ROUTE_WORDS)[number] | string[]> =>
    Array.isArray(value) ? RouteList : RouteWord,
)

function overlaps(items: readonly unknown[]): readonly ListFault[] {
  const blocks = items.map((item) => (typeof item === 'string' ? readCidr(item) : undefined))
  return blocks.flatMap((block, item) => {
    const earlier = blocks.findIndex((other, at) => at < item && block && other && overlap(block, other))
    return earlier < 0 ? [] : [{ message: `overlaps vpcRoutes[${earlier}], ${items[earlier]}`, item }]
  })
}

export const OPTION_FIELDS = {
  zoneMappings: v.optional(ZoneMappings),
  associationRouteTableId: v.optional(AssociationRouteTableId),
  propagationRouteTableIds: v.optional(PropagationRouteTableIds),
  vpcRoutes: v.optional(VpcRoutes),
  revokeGrant: v.optional(v.boolean('must be true or false')),
}
export type OptionField = keyof typeof OPTION_FIELDS

/** The action and the types that have a field. */
export const FITS: Readonly<
  Record<OptionField, { readonly action: RequestAction; readonly types: ChildInstanceType[] }>
> = {
  zoneMappings: { action: 'attach', types: ['VPC'] },
  associationRouteTableId: { action: 'attach', types: ['VPC', 'VBR'] },
  propagationRouteTableIds: { action: 'attach', types: ['VPC', 'VBR'] },
  vpcRoutes: { action: 'attach', types: ['VPC'] },
  revokeGrant: { action: 'detach', types: ['VPC', 'VBR', 'CCN'] },
}
