import { ApiError } from '../../../api-error.js'
import { UNDOCUMENTED_CODES } from '../../../undocumented-codes.js'
import { type Action, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, labelsOf, ownCenOf } from '../../transit-routers.js'

/** UpdateTransitRouterRouteEntry: name and description, at once. */
export const answerUpdateTransitRouterRouteEntry: Action = withClientToken((call, context) => {
  const { routerRoutes } = context.world.enterprise.records
  const route = routerRoutes.find(required(call, 'TransitRouterRouteEntryId'), context.nowMs)
  if (!route || !ownCenOf(route.cenId, call, context)) throw new ApiError(UNDOCUMENTED_CODES.noSuchRouterRoute)
  if (!isTrue(call, 'DryRun')) routerRoutes.put({ ...route, ...labelsOf(call, 'TransitRouterRouteEntry') })
  return {}
})
