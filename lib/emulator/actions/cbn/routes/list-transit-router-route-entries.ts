import type { EmulatedRouterTable } from '../../../world/enterprise/router-records.js'
import { type Action, type ActionContext, optional } from '../../action.js'
import { listOf } from '../../tags.js'
import { pageByToken, requiredTable, toSecond } from '../../transit-routers.js'

/** ListTransitRouterRouteEntries: custom routes, and one propagated route for each vSwitch of a network that propagates to the table. */
export const answerListTransitRouterRouteEntries: Action = (call, context) => {
  const table = requiredTable(call, context)
  const ids = listOf(call, 'TransitRouterRouteEntryIds')
  const names = listOf(call, 'TransitRouterRouteEntryNames')
  const matches = (route: Record<string, unknown>) =>
    FILTERS.every((name) => (call.parameters[name] ?? route[name]) === route[name]) &&
    (ids.length === 0 || ids.includes(String(route.TransitRouterRouteEntryId))) &&
    (names.length === 0 || names.includes(String(route.TransitRouterRouteEntryName)))
  optional(call, 'TransitRouterRouteEntryType', /^(?:Static|Propagated)$/)
  const routes = [...customRoutes(table, context), ...propagatedRoutes(table, context)].filter(matches)
  const { items, page } = pageByToken(routes, call)
  return { TransitRouterRouteEntries: items, ...page }
}

const FILTERS = [
  'TransitRouterRouteEntryDestinationCidrBlock',
  'TransitRouterRouteEntryNextHopId',
  'TransitRouterRouteEntryNextHopResourceId',
  'TransitRouterRouteEntryNextHopResourceType',
  'TransitRouterRouteEntryNextHopType',
  'TransitRouterRouteEntryStatus',
  'TransitRouterRouteEntryType',
]

function customRoutes(table: EmulatedRouterTable, { world, nowMs }: ActionContext) {
  const { attachments, routerRoutes } = world.enterprise.records
  return routerRoutes.by('table', table.id, nowMs).map((route) => {
    const attachment =
      attachments.find(route.nextHopId, nowMs) ??
      attachments.by('child', route.nextHopId, nowMs).find(({ routerId }) => routerId === table.routerId)
    return {
      TransitRouterRouteEntryId: route.id,
      TransitRouterRouteEntryName: route.name ?? '',
      TransitRouterRouteEntryDescription: route.description ?? '',
      TransitRouterRouteEntryDestinationCidrBlock: route.destinationCidrBlock,
      TransitRouterRouteEntryNextHopType: route.nextHopType,
      ...(route.nextHopType === 'Attachment' && {
        TransitRouterRouteEntryNextHopId: attachment?.id ?? route.nextHopId,
        TransitRouterRouteEntryNextHopResourceId: attachment?.childInstanceId,
        TransitRouterRouteEntryNextHopResourceType: attachment?.type,
      }),
      TransitRouterRouteEntryStatus: route.status,
      TransitRouterRouteEntryType: 'Static',
      CreateTime: toSecond(route.createdAtMs),
      OperationalMode: true,
    }
  })
}

function propagatedRoutes(table: EmulatedRouterTable, { world, nowMs }: ActionContext) {
  const { attachments, propagations } = world.enterprise.records
  return propagations.by('table', table.id, nowMs).flatMap(({ attachmentId, status }) => {
    const attachment = attachments.find(attachmentId, nowMs)
    const child = attachment && world.findChild(attachment.childInstanceId)
    if (status !== 'Active' || !child) return []
    return world.enterprise.networkOf(child).vSwitches.map(({ cidrBlock }) => ({
      TransitRouterRouteEntryDestinationCidrBlock: cidrBlock,
      TransitRouterRouteEntryNextHopType: 'Attachment',
      TransitRouterRouteEntryNextHopId: attachmentId,
      TransitRouterRouteEntryNextHopResourceId: attachment.childInstanceId,
      TransitRouterRouteEntryNextHopResourceType: attachment.type,
      TransitRouterRouteEntryOriginResourceId: attachment.childInstanceId,
      TransitRouterRouteEntryOriginResourceType: attachment.type,
      TransitRouterRouteEntryStatus: 'Active',
      TransitRouterRouteEntryType: 'Propagated',
      OperationalMode: false,
    }))
  })
}
