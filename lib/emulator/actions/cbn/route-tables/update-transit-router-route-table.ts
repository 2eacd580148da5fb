import { type Action, optional } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, labelsOf, requiredTable } from '../../transit-routers.js'
import { ECMP } from './create-transit-router-route-table.js'

/** UpdateTransitRouterRouteTable: name, description and MultiRegionECMP, at once. */
export const answerUpdateTransitRouterRouteTable: Action = withClientToken((call, context) => {
  const { cen: _, ...table } = requiredTable(call, context)
  const multiRegionEcmp = optional(call, 'RouteTableOptions.MultiRegionECMP', ECMP) ?? table.multiRegionEcmp
  if (!isTrue(call, 'DryRun'))
    context.world.enterprise.records.tables.put({
      ...table,
      ...labelsOf(call, 'TransitRouterRouteTable'),
      multiRegionEcmp,
    })
  return {}
})
