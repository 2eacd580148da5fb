/** The parts of a world file that are of Enterprise Edition transit routers and of the networks that they reach. */
import * as v from 'valibot'
import { Count, Duration, Ms } from '../numbers.js'

const Free = v.pipe(v.number(), v.integer(), v.minValue(0))
const Cidr = v.pipe(v.string(), v.regex(/^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/, 'must be an IPv4 CIDR block'))

const Edition = v.picklist(['Basic', 'Enterprise', 'None'])

/** The edition of the transit router that every CEN of the file has in a region; None: there is no router. */
export const Editions = v.strictObject({
  default: v.optional(Edition),
  /** By region. */
  regions: v.optional(v.record(v.string(), Edition)),
})

export const RegionFacts = {
  /** The zones of Enterprise Edition; an empty list: it is not sold in the region. */
  zones: v.optional(v.array(v.string())),
  masterZones: v.optional(v.array(v.string())),
  slaveZones: v.optional(v.array(v.string())),
  /** False: AutoPublishRouteEnabled answers OperationNotSupport.VpcAutoRoutesPublish. */
  autoPublish: v.optional(v.boolean()),
}

const RouterRoute = v.strictObject({
  destinationCidrBlock: Cidr,
  /** The child instance or the attachment that is the next hop; absent: a black hole. */
  nextHopId: v.optional(v.string()),
})

export const TransitRouterRow = v.strictObject({
  regionId: v.string(),
  transitRouterId: v.optional(v.string()),
  /** By default the edition of the region. */
  type: v.optional(Edition),
  status: v.optional(v.string()),
  /** When the router becomes active, milliseconds after the start. */
  activeAfterMs: v.optional(Ms),
  /** When a Basic router has become an Enterprise one, milliseconds after the start. */
  enterpriseAfterMs: v.optional(Ms),
  /** False: an attachment needs one master and one slave zone. */
  optimised: v.optional(v.boolean()),
  /** True: calls answer InvalidTransitRouterMode.NeedUpgrade. */
  needsUpgrade: v.optional(v.boolean()),
  /** Custom route tables; the system table is always there. */
  routeTables: v.optional(
    v.array(
      v.strictObject({
        routeTableId: v.string(),
        name: v.optional(v.string()),
        routeEntries: v.optional(v.array(RouterRoute)),
      }),
    ),
  ),
  /** Custom routes of the system table. */
  routeEntries: v.optional(v.array(RouterRoute)),
})

export const VSwitchRow = v.strictObject({
  vSwitchId: v.string(),
  zoneId: v.optional(v.string()),
  cidrBlock: v.optional(Cidr),
  /** Free addresses before the attachments of the emulator. */
  availableIpAddressCount: v.optional(Free),
  status: v.optional(v.string()),
  cloudBox: v.optional(v.boolean()),
  ipv6: v.optional(v.boolean()),
  tags: v.optional(v.record(v.string(), v.string())),
})

export const RouteTableRow = v.strictObject({
  routeTableId: v.string(),
  /** Custom by default; a network without a declared system table has one. */
  type: v.optional(v.picklist(['System', 'Custom'])),
  associateType: v.optional(v.picklist(['VSwitch', 'Gateway'])),
  /** The vSwitches of a custom table; the others are on the system table. */
  vSwitchIds: v.optional(v.array(v.string())),
  status: v.optional(v.string()),
  routeEntries: v.optional(
    v.array(
      v.strictObject({
        destinationCidrBlock: Cidr,
        nextHopType: v.optional(v.string()),
        nextHopId: v.optional(v.string()),
      }),
    ),
  ),
})

/** What must be removed before a child instance can be detached, and that no emulated call removes. */
export const Blocker = v.strictObject({
  kind: v.picklist([
    'prefix-list',
    'multicast',
    'flow-log',
    'private-zone',
    'vpc-route',
    'optimised-ccn',
    'vbr-ha',
    'router-interface',
    'bond-vbr',
    'allow-prefixes',
    'region-domain',
    'health-check',
  ]),
  id: v.optional(v.string()),
  /** By default of every CEN. */
  cenId: v.optional(v.string()),
  /** When it is gone, milliseconds after the start. */
  goneAfterMs: v.optional(Ms),
})
export type BlockerKind = v.InferOutput<typeof Blocker>['kind']

export const AccountFacts = {
  /** Whether the account has the transit router service open; open by default. */
  transitRouterService: v.optional(v.picklist(['open', 'closed', 'expired'])),
  /** False: AliyunServiceRoleForCEN does not exist in the account. */
  serviceLinkedRole: v.optional(v.boolean()),
}

export const AttachmentFacts = {
  /** The next four hold on Enterprise Edition, and are spelled as in a request. */
  transitRouterAttachmentId: v.optional(v.string()),
  zoneMappings: v.optional(v.array(v.strictObject({ zoneId: v.string(), vSwitchId: v.string() }))),
  /** A route table, `default` (as if absent) or `none`. */
  associationRouteTableId: v.optional(v.string()),
  propagationRouteTableIds: v.optional(v.union([v.picklist(['default', 'none']), v.array(v.string())])),
  vpcRoutes: v.optional(v.union([v.picklist(['private', 'published', 'none']), v.array(Cidr)])),
  /** The cloud service that manages the attachment. */
  managedService: v.optional(v.string()),
}

/** Durations and quotas; limits may move. */
export const EnterpriseLimits = {
  /** Of an attachment to an Enterprise Edition router; by default attachMs. */
  enterpriseAttachMs: v.optional(Duration),
  /** By default detachMs. */
  enterpriseDetachMs: v.optional(Duration),
  /** Of an association or a propagation, and of its removal. */
  associateMs: v.optional(Duration),
  /** Of a route entry of a network or a router, and of its removal. */
  routeMs: v.optional(Duration),
  /** Of the creation and the deletion of a router or one of its route tables. */
  routerMs: v.optional(Duration),
  attachmentsPerRouter: v.optional(Count),
  censPerVpc: v.optional(Count),
  /** VPCs with AutoPublishRouteEnabled. */
  publishedPerRouter: v.optional(Count),
  /** Custom routes of a network's route table. */
  routesPerTable: v.optional(Count),
}
