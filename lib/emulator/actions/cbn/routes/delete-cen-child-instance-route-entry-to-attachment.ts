import { type Action, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { removeNetworkRoute } from '../../network-routes.js'
import { isTrue, requiredAttachment, requiredOwnCen } from '../../transit-routers.js'
import { CIDR } from './create-transit-router-route-entry.js'

/** DeleteCenChildInstanceRouteEntryToAttachment: Deleting at first, then gone. */
export const answerDeleteCenChildInstanceRouteEntryToAttachment: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  requiredOwnCen(call, context)
  const attachment = requiredAttachment(call, context)
  const wanted = {
    tableId: required(call, 'RouteTableId'),
    destinationCidrBlock: required(call, 'DestinationCidrBlock', CIDR),
    nextHopId: attachment.id,
  }
  removeNetworkRoute(context, wanted, {
    dryRun: isTrue(call, 'DryRun'),
    start: () => nowMs + world.durationMs('routeMs', nowMs, random),
  })
  return {}
})
