import { ApiError } from '../../../api-error.js'
import { UNDOCUMENTED_CODES } from '../../../undocumented-codes.js'
import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, ownCenOf, startChange } from '../../transit-routers.js'

/** DeleteTransitRouterRouteEntry: by id, or by route table and destination; Deleting at first, then gone. */
export const answerDeleteTransitRouterRouteEntry: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  const { routerRoutes } = world.enterprise.records
  const {
    TransitRouterRouteEntryId: id,
    TransitRouterRouteTableId: tableId = '',
    TransitRouterRouteEntryDestinationCidrBlock: block,
  } = call.parameters
  const route = id
    ? routerRoutes.find(id, nowMs)
    : routerRoutes.by('table', tableId, nowMs).find(({ destinationCidrBlock }) => destinationCidrBlock === block)
  const cen = route && ownCenOf(route.cenId, call, context)
  if (!route || !cen) throw new ApiError(UNDOCUMENTED_CODES.noSuchRouterRoute)
  if (route.status !== 'Active') throw new ApiError(UNDOCUMENTED_CODES.changing)
  if (isTrue(call, 'DryRun')) return {}
  const endsAtMs = startChange(context, cen, world.durationMs('routeMs', nowMs, random))
  routerRoutes.put({ ...route, status: 'Deleting', endsAtMs, nextStatus: undefined })
  return {}
})
