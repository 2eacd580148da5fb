/** How an attachment is routed: each part is as asked, in progress, missing, or there in another way. */
import type { Attachment, AttachmentDetails, AttachmentOptions } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { MINUTE_MS } from '../../domain/clock.js'
import { type Answer, answered, mapAnswer } from '../../domain/failure.js'
import type { FieldFault } from '../../domain/messages/request.js'
import { PRIVATE_BLOCKS } from '../../domain/options/schema.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { unreadable } from '../sdk/read-answer.js'
import { remembered } from '../sdk/remembered.js'
import type { RpcCall } from '../sdk/rpc.js'
import { listAllAttachments, listAttachments } from './calls/attachments.js'
import { type ListedRouteTable, listTransitRouterRouteTables } from './calls/routers.js'
import { listAssociations, listPropagations, type RouteTableLink } from './calls/routing.js'
import type { Networks } from './networks.js'
import {
  type AskedRouting,
  compareAssociation,
  comparePropagations,
  compareRoutes,
  done,
  type PartReading,
  type RoutingPart,
  type Subject,
} from './routing-parts.js'

/** What a request without the field asks for (ROUTING). */
export type RoutingDefault = 'connected' | 'none'

/** VPCs that one router publishes its routes to (route-synchronization). */
const MAX_PUBLISHED = 50

/** Stand in a plan for what does not exist yet. */
export const NEW_ROUTER = '(the new transit router)'
export const NEW_ATTACHMENT = '(the new attachment)'
const NEW_TABLE = '(the system route table)'

export interface Routing {
  /** `transitRouterId` is absent if there is no router yet. Faults of named tables are the value, not a failure. */
  resolve(
    attachment: Attachment,
    options: AttachmentOptions,
    transitRouterId: string | undefined,
    limits: CallLimits,
  ): Promise<Answer<{ readonly asked: AskedRouting; readonly faults: readonly FieldFault[] }>>
  read(part: RoutingPart, subject: Subject, limits: CallLimits): Promise<Answer<PartReading>>
}

interface RoutingOptions {
  /** Readings, paced. */
  readonly cbn: RpcCall
  readonly networks: Networks
  readonly byDefault: RoutingDefault
  readonly clock: Clock
}

export function createRouting({ cbn, networks, byDefault, clock }: RoutingOptions): Routing {
  const tablesOf = remembered(clock, 5 * MINUTE_MS, (routerId, limits) =>
    listTransitRouterRouteTables(cbn, routerId, limits),
  )
  /** How many VPCs of a region of a CEN have their routes published. */
  const publishedOf = remembered(clock, MINUTE_MS, async (key, limits): Promise<Answer<number>> => {
    const [CenId = '', RegionId = ''] = key.split(' ')
    const all = await listAllAttachments(cbn, 'VPC', { CenId, RegionId }, limits)
    return mapAnswer(all, (attachments) => attachments.filter(({ publishesRoutes }) => publishesRoutes).length)
  })

  const readLinks = async (
    list: typeof listAssociations,
    { found }: Subject,
    limits: CallLimits,
  ): Promise<Answer<readonly RouteTableLink[]>> =>
    found.id === NEW_ATTACHMENT ? answered([]) : list(cbn, found.id, limits)

  const readRoutes = async (subject: Subject, limits: CallLimits): Promise<Answer<PartReading>> => {
    const { attachment, asked, found } = subject
    if (asked.routes === 'none') return doneAnswer(attachment.childInstanceType === 'VPC' ? { vpcRoutes: 'none' } : {})
    if (asked.routes === 'published')
      return found.publishesRoutes ? doneAnswer({ vpcRoutes: 'published' }) : readPublishing(subject, limits)
    const tables = subject.tableIds
      ? { ok: true as const, value: { value: subject.tableIds } }
      : await networks.routeTables(attachment, limits)
    if (!tables.ok) return tables
    if ('unreadable' in tables.value) return unreadableRoutes(tables.value.unreadable)
    const entries = await networks.routeEntries(attachment, tables.value.value, limits)
    if (!entries.ok) return entries
    if ('unreadable' in entries.value) return unreadableRoutes(entries.value.unreadable)
    return answered(compareRoutes(subject, asked.routes, entries.value.value))
  }

  const readPublishing = async ({ attachment, found }: Subject, limits: CallLimits): Promise<Answer<PartReading>> => {
    const { cenId, childInstanceId, childInstanceRegionId: RegionId } = attachment
    const published = await publishedOf(`${cenId} ${RegionId}`, limits)
    if (!published.ok) return published
    const all = await listAttachments(cbn, 'VPC', { RegionId, childInstanceId }, undefined, limits)
    if (!all.ok && all.failure.kind !== 'absent') return all
    const others = all.ok ? all.value.entries.filter((one) => (one.cenId ?? cenId) !== cenId) : []
    const sentences = [
      ...(published.value < MAX_PUBLISHED
        ? []
        : [`the transit router publishes its routes to ${MAX_PUBLISHED} VPCs already, which cannot be raised`]),
      ...others.map(
        (one) => `${childInstanceId} is also attached to ${one.cenId}, and routes are published by one CEN`,
      ),
    ]
    if (sentences.length > 0) return answered({ is: 'conflict', sentences })
    const parameters = { TransitRouterAttachmentId: found.id, AutoPublishRouteEnabled: true }
    const calls = [{ operation: 'UpdateTransitRouterVpcAttachmentAttribute', parameters }]
    return answered({ is: 'missing', label: 'routes', calls })
  }

  return {
    async resolve({ childInstanceType }, options, transitRouterId, limits) {
      const word = byDefault === 'none' ? 'none' : 'default'
      const { associationRouteTableId: association = word, propagationRouteTableIds: propagation = word } = options
      const { vpcRoutes = byDefault === 'none' ? 'none' : 'private' } = options
      const named: (readonly [path: string, table: string])[] = [
        ['associationRouteTableId', association] as const,
        ...[propagation]
          .flat()
          .map(
            (table, index) => [Array.isArray(propagation) ? `propagationRouteTableIds[${index}]` : '', table] as const,
          ),
      ].filter(([, table]) => table !== 'none')
      const tables = await knownTables(named, transitRouterId, limits)
      if (!tables.ok) return tables
      const systemId = transitRouterId === undefined ? NEW_TABLE : tables.value.find(({ isSystem }) => isSystem)?.id
      if (systemId === undefined && named.some(([, table]) => table === 'default'))
        return withoutSystemTable(transitRouterId)
      const where = transitRouterId ?? 'the region, which has no transit router yet'
      const faults = named
        .filter(([, table]) => table !== 'default' && !tables.value.some(({ id }) => id === table))
        .map(([path, table]) => ({ path, message: `${table} is no route table of ${where}` }))
      const idOf = (table: string) => (table === 'default' ? (systemId ?? NEW_TABLE) : table)
      const asked: AskedRouting = {
        ...(association !== 'none' && { association: idOf(association) }),
        propagations: propagation === 'none' ? [] : [propagation].flat().map(idOf),
        routes: childInstanceType !== 'VPC' ? 'none' : vpcRoutes === 'private' ? PRIVATE_BLOCKS : vpcRoutes,
      }
      return answered({ asked, faults })
    },
    async read(part, subject, limits) {
      if (part === 'routes') return readRoutes(subject, limits)
      const { association, propagations } = subject.asked
      const isAsked = part === 'association' ? association !== undefined : propagations.length > 0
      if (!isAsked) return doneAnswer({})
      const links = await readLinks(part === 'association' ? listAssociations : listPropagations, subject, limits)
      if (!links.ok) return links
      const compare = part === 'association' ? compareAssociation : comparePropagations
      return answered(compare(subject, links.value))
    },
  }

  /** The router's tables; a named table that is not among them may be new, so they are read again. */
  async function knownTables(
    named: readonly (readonly [string, string])[],
    transitRouterId: string | undefined,
    limits: CallLimits,
  ): Promise<Answer<readonly ListedRouteTable[]>> {
    if (transitRouterId === undefined || named.length === 0) return answered([])
    return tablesOf(transitRouterId, limits, (tables) =>
      named.every(([, table]) =>
        table === 'default' ? tables.some(({ isSystem }) => isSystem) : tables.some(({ id }) => id === table),
      ),
    )
  }
}

const doneAnswer = (details: AttachmentDetails): Answer<PartReading> => answered(done(details))

/** Every router has one: the answer is not whole, or the router is new. */
const withoutSystemTable = (routerId = ''): Answer<never> => unreadable(`${routerId} shows no system route table`)

const unreadableRoutes = (why: string): Answer<PartReading> =>
  answered({ is: 'invalid', faults: [{ path: 'vpcRoutes', message: `must be none or published: ${why}` }] })
