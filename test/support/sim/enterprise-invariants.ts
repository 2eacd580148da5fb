/** What must hold on Enterprise Edition after every fault, checked on the emulator's world and journal. */
import { parseRequest } from '../../../lib/domain/messages/request.js'
import type { AttachmentResult } from '../../../lib/domain/messages/result.js'
import type { JournalEntry } from '../../../lib/emulator/emulator.js'
import type { World } from '../../../lib/emulator/world/world.js'

const PRIVATE_BLOCKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
const READS = /^(?:Describe|List|Get|Check|AssumeRole)/

/** The resource that a write makes, by action; a second write of one resource is one too many. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  CreateTransitRouter: ['CenId', 'RegionId'],
  CreateTransitRouterVpcAttachment: ['CenId', 'VpcId'],
  CreateTransitRouterVbrAttachment: ['CenId', 'VbrId'],
  AssociateTransitRouterAttachmentWithRouteTable: ['TransitRouterAttachmentId', 'TransitRouterRouteTableId'],
  EnableTransitRouterRouteTablePropagation: ['TransitRouterAttachmentId', 'TransitRouterRouteTableId'],
  CreateCenChildInstanceRouteEntryToAttachment: ['RouteTableId', 'DestinationCidrBlock'],
  UpdateTransitRouterVpcAttachmentAttribute: ['TransitRouterAttachmentId'],
  GrantInstanceToTransitRouter: ['CenId', 'InstanceId'],
  AttachCenChildInstance: ['CenId', 'ChildInstanceId'],
}

const requestOf = (body: string) => {
  const parsed = parseRequest(body, { sentAtMs: 0, ttlMs: 86_400_000 })
  if (!parsed.ok) throw new Error(`an invalid body: ${body}`)
  return parsed.request
}

/** What the emulated state lacks of what the request asks for; nothing if it is attached and routed. */
export function gapsOf(world: World, body: string, nowMs: number): string[] {
  const { attachment, options } = requestOf(body)
  const { cenId, childInstanceId, childInstanceRegionId, childInstanceType } = attachment
  const { records } = world.enterprise
  const there = records.attachments.by('child', childInstanceId, nowMs).filter((one) => one.cenId === cenId)
  const [found] = there
  if (!found || there.length !== 1) return [`there are ${there.length} attachments of ${childInstanceId}`]
  const gaps = found.status === 'Attached' && found.regionId === childInstanceRegionId ? [] : [`it is ${found.status}`]
  const system = world.enterprise.systemTable(found.routerId, nowMs)?.id ?? ''
  const links = [
    ['association', options.associationRouteTableId ?? 'default', records.associations],
    ['propagation', options.propagationRouteTableIds ?? 'default', records.propagations],
  ] as const
  for (const [part, wanted, made] of links)
    for (const table of [wanted].flat().filter((one) => one !== 'none')) {
      const tableId = table === 'default' ? system : table
      const link = made.by('attachment', found.id, nowMs).find((one) => one.tableId === tableId)
      if (link?.status !== 'Active') gaps.push(`its ${part} with ${tableId} is ${link?.status}`)
    }
  const { vpcRoutes = 'private' } = options
  if (vpcRoutes === 'published' && !found.autoPublish) gaps.push('its routes are not published')
  if (childInstanceType !== 'VPC' || vpcRoutes === 'none' || vpcRoutes === 'published') return gaps
  const child = world.findChild(childInstanceId)
  const tables = child ? world.enterprise.networkOf(child).routeTables : []
  for (const { routeTableId } of tables.filter(({ associateType }) => associateType === 'VSwitch'))
    for (const cidr of vpcRoutes === 'private' ? PRIVATE_BLOCKS : vpcRoutes) {
      const route = records.networkRoutes
        .by('table', routeTableId, nowMs)
        .find((one) => one.destinationCidrBlock === cidr && one.nextHopId === found.id)
      if (route?.status !== 'Available') gaps.push(`its route to ${cidr} in ${routeTableId} is ${route?.status}`)
    }
  return gaps
}

/** A result that says more than is true at this moment. */
export function untrueOf({ data }: AttachmentResult, world: World, bodies: readonly string[], nowMs: number): string[] {
  if (data.outcome !== 'attached') return []
  const body = bodies.find((one) => requestOf(one).requestId === data.requestId)
  if (body === undefined) return [`${data.requestId} was never sent`]
  const { cenId, childInstanceId } = requestOf(body).attachment
  const isBasic = data.edition !== 'enterprise'
  const gaps = isBasic
    ? world.record(cenId, childInstanceId, nowMs)?.status === 'Attached'
      ? []
      : ['it is not Attached']
    : gapsOf(world, body, nowMs)
  return gaps.map((gap) => `${childInstanceId} is reported as attached, and ${gap}`)
}

/** The writes that were sent, each with the resource that it makes. */
export const writesOf = (journal: readonly JournalEntry[]) =>
  journal
    .filter(({ action }) => !READS.test(action))
    .map((entry) => {
      const fields = RESOURCES[entry.action] ?? []
      const resource = [entry.action, ...fields.map((field) => entry.parameters[field] ?? '')].join(' ')
      const hasEffect = entry.code === 'OK' && !(entry.fault && 'ignored' in entry.fault)
      return { resource, hasEffect, entry }
    })

const LIMITS: ReadonlySet<string> = new Set(['Operation.Blocking', 'Throttling.User'])

interface Bounds {
  /** The most writes of one resource that may be sent and not be refused by a limit. */
  readonly mostSent: number
}

/** Writes that were made twice, sent too often, or never asked for. */
export function strayWrites(
  { journal, world }: { readonly journal: readonly JournalEntry[]; readonly world: World },
  bodies: readonly string[],
  nowMs: number,
  { mostSent }: Bounds,
): string[] {
  const breaches: string[] = []
  const asked = bodies.map(requestOf)
  const writes = writesOf(journal)
  for (const resource of new Set(writes.map((one) => one.resource))) {
    const mine = writes.filter((one) => one.resource === resource)
    // A call that is repeated with its client token is one call to the API.
    const tokens = mine.flatMap(({ hasEffect, entry }, index) =>
      hasEffect ? [entry.parameters.ClientToken ?? String(index)] : [],
    )
    if (new Set(tokens).size > 1) breaches.push(`${resource} had an effect ${new Set(tokens).size} times`)
    // A call that a limit refused changed nothing, and workers do not know of each other's changes.
    const sent = mine.filter(({ entry }) => !LIMITS.has(entry.code)).length
    if (sent > mostSent) breaches.push(`${resource} was sent ${sent} times`)
  }
  const { records } = world.enterprise
  for (const { entry, resource } of writes) {
    const { parameters: given } = entry
    const linked = given.TransitRouterAttachmentId
    const found = linked === undefined ? undefined : records.attachments.find(linked, nowMs)
    const network = given.VpcId ?? given.VbrId ?? given.ChildInstanceId ?? given.InstanceId ?? found?.childInstanceId
    const cenId = given.CenId ?? found?.cenId
    const isAsked =
      RESOURCES[entry.action] !== undefined &&
      (linked === undefined || found !== undefined) &&
      asked.some(
        ({ attachment }) =>
          attachment.cenId === cenId && (network === undefined || attachment.childInstanceId === network),
      )
    const table = given.TransitRouterRouteTableId
    const isOfRouter = table === undefined || records.tables.find(table, nowMs)?.routerId === found?.routerId
    const isOfNetwork =
      given.RouteTableId === undefined || world.enterprise.tableOwner(given.RouteTableId) === found?.childInstanceId
    if (!isAsked || !isOfRouter || !isOfNetwork) breaches.push(`${resource} was not asked for`)
  }
  return breaches
}
