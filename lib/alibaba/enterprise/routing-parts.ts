/** The parts of an attachment's routing, compared with what is asked. Pure. */
import type { Attachment, AttachmentDetails } from '../../domain/attachment.js'
import type { FieldFault } from '../../domain/messages/request.js'
import type { PlannedCall } from '../../domain/messages/result.js'
import type { FoundAttachment } from './calls/attachments.js'
import type { RouteEntry } from './calls/networks.js'
import type { RouteTableLink } from './calls/routing.js'

/** In the order in which they are written. */
export const ROUTING_PARTS = ['association', 'propagation', 'routes'] as const
export type RoutingPart = (typeof ROUTING_PARTS)[number]

/** The options with the defaults of the settings and the ids of the router's tables. */
export interface AskedRouting {
  /** Absent: left alone. */
  readonly association?: string
  readonly propagations: readonly string[]
  readonly routes: 'none' | 'published' | readonly string[]
}

export type PartReading =
  | { readonly is: 'done'; readonly details: AttachmentDetails }
  | { readonly is: 'running' }
  /** `label` differs as more of it is there. */
  | {
      readonly is: 'missing'
      readonly label: string
      readonly calls: readonly PlannedCall[]
      /** Of routes: the VPC's route tables. */
      readonly tableIds?: readonly string[]
    }
  /** There in another way. */
  | { readonly is: 'conflict'; readonly sentences: readonly string[] }
  /** The request must name what cannot be read. */
  | { readonly is: 'invalid'; readonly faults: readonly FieldFault[] }

export interface Subject {
  readonly attachment: Attachment
  readonly found: Pick<FoundAttachment, 'id' | 'publishesRoutes'>
  readonly asked: AskedRouting
  /** The VPC's route tables, if they are known. */
  readonly tableIds?: readonly string[]
}

/** The quota of custom entries of a route table (route-synchronization). */
const MAX_TABLE_ENTRIES = 200

const RUNNING: PartReading = { is: 'running' }

/** Statuses of a link that is made or being made. A link with another one is read again before anything is concluded. */
const LINKED: ReadonlySet<string> = new Set(['Active', 'Associating', 'Enabling'])

export const done = (details: AttachmentDetails): PartReading => ({ is: 'done', details })

export function compareAssociation({ asked, found }: Subject, links: readonly RouteTableLink[]): PartReading {
  const { association: wanted = '' } = asked
  const other = links.find(({ tableId, status }) => tableId !== wanted && LINKED.has(status))
  if (other)
    return { is: 'conflict', sentences: [`${found.id} is associated with ${other.tableId}, not with ${wanted}`] }
  const [link] = links
  if (link) return link.status === 'Active' ? { is: 'done', details: { associationRouteTableId: wanted } } : RUNNING
  return {
    is: 'missing',
    label: 'association',
    calls: [linkCall('AssociateTransitRouterAttachmentWithRouteTable', found.id, wanted)],
  }
}

export function comparePropagations({ asked, found }: Subject, links: readonly RouteTableLink[]): PartReading {
  const { propagations: wanted } = asked
  const there = links.filter(({ tableId }) => wanted.includes(tableId))
  if (there.some(({ status }) => status !== 'Active')) return RUNNING
  const missing = wanted.filter((tableId) => !there.some((link) => link.tableId === tableId))
  if (missing.length === 0)
    return { is: 'done', details: { propagationRouteTableIds: links.map(({ tableId }) => tableId) } }
  const others = links.filter(({ status }) => LINKED.has(status)).map(({ tableId }) => tableId)
  if (there.length === 0 && links.length > others.length) return RUNNING
  if (there.length === 0 && others.length > 0)
    return {
      is: 'conflict',
      sentences: [`${found.id} propagates to ${others.join(', ')} only, not to ${wanted.join(', ')}`],
    }
  return {
    is: 'missing',
    label: there.length === 0 ? 'propagation' : `propagation, ${missing.length} missing`,
    calls: missing.map((tableId) => linkCall('EnableTransitRouterRouteTablePropagation', found.id, tableId)),
  }
}

const linkCall = (operation: string, TransitRouterAttachmentId: string, TransitRouterRouteTableId: string) => ({
  operation,
  parameters: { TransitRouterAttachmentId, TransitRouterRouteTableId },
})

export function compareRoutes(
  { attachment, found }: Subject,
  wanted: readonly string[],
  tables: ReadonlyMap<string, readonly RouteEntry[]>,
): PartReading {
  const sentences: string[] = []
  const calls: PlannedCall[] = []
  let [isRunning, present] = [false, 0]
  for (const [RouteTableId, entries] of tables) {
    const missing = wanted.filter((cidr) => !entries.some((entry) => entry.cidr === cidr))
    for (const { cidr, status, nextHops } of entries.filter((entry) => wanted.includes(entry.cidr))) {
      if (status !== 'Available' || nextHops.length === 0) isRunning = true
      else if (nextHops.includes(found.id)) present += 1
      else sentences.push(`${cidr} in ${RouteTableId} has the next hop ${nextHops.join(', ') || 'of the system'}`)
    }
    const custom = entries.filter(({ isCustom }) => isCustom).length
    if (missing.length > 0 && custom + missing.length > MAX_TABLE_ENTRIES)
      sentences.push(
        `${RouteTableId} has ${custom} of at most ${MAX_TABLE_ENTRIES} custom entries, so ${missing.join(', ')} cannot be added`,
      )
    for (const DestinationCidrBlock of missing)
      calls.push({
        operation: 'CreateCenChildInstanceRouteEntryToAttachment',
        parameters: {
          CenId: attachment.cenId,
          RouteTableId,
          TransitRouterAttachmentId: found.id,
          DestinationCidrBlock,
        },
      })
  }
  if (sentences.length > 0) return { is: 'conflict', sentences }
  const label = present > 0 || isRunning ? `routes, ${calls.length} missing` : 'routes'
  if (calls.length > 0) return { is: 'missing', label, calls, tableIds: [...tables.keys()] }
  return isRunning ? RUNNING : { is: 'done', details: { vpcRoutes: wanted } }
}
