import type { Action } from '../../action.js'
import { hasTags, listOf, tagsOf } from '../../tags.js'
import { pageByToken, requiredEnterpriseRouter, toSecond, toTags } from '../../transit-routers.js'

/** ListTransitRouterRouteTables: the system table and the custom tables of a router. */
export const answerListTransitRouterRouteTables: Action = (call, context) => {
  const { regionId, id: routerId } = requiredEnterpriseRouter(call, context)
  const { TransitRouterRouteTableType: type, TransitRouterRouteTableStatus: status } = call.parameters
  const ids = listOf(call, 'TransitRouterRouteTableIds')
  const names = listOf(call, 'TransitRouterRouteTableNames')
  const tags = tagsOf(call)
  const tables = context.world.enterprise.records.tables
    .by('router', routerId, context.nowMs)
    .filter((table) => (ids.length === 0 || ids.includes(table.id)) && hasTags(table.tags, tags))
    .filter((table) => names.length === 0 || names.includes(table.name ?? ''))
    .filter((table) => (type ?? table.type) === table.type && (status ?? table.status) === table.status)
  const { items, page } = pageByToken(tables, call)
  const TransitRouterRouteTables = items.map((table) => ({
    TransitRouterRouteTableId: table.id,
    TransitRouterRouteTableName: table.name ?? '',
    TransitRouterRouteTableDescription: table.description ?? '',
    TransitRouterRouteTableStatus: table.status,
    TransitRouterRouteTableType: table.type,
    TransitRouterId: table.routerId,
    RegionId: regionId,
    CreateTime: toSecond(table.createdAtMs),
    RouteTableOptions: { MultiRegionECMP: table.multiRegionEcmp ?? 'disable' },
    Tags: toTags(table.tags),
  }))
  return { TransitRouterRouteTables, ...page }
}
