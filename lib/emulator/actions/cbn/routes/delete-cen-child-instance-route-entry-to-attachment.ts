import { type Action, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { removeNetworkRoute } from '../../network-routes.js'
import { requiredAttachment, requiredOwnCen } from '../../transit-routers.js'
import { CIDR } from './create-transit-router-route-entry.js'

/** DeleteCenChildInstanceRouteEntryToAttachment: Deleting at first, then gone. */
export const answerDeleteCenChildInstanceRouteEntryToAttachment: Action = withClientToken((call, context) => {
  requiredOwnCen(call, context)
  const attachment = requiredAttachment(call, context)
  removeNetworkRoute(call, context, {
    tableId: required(call, 'RouteTableId'),
    destinationCidrBlock: required(call, 'DestinationCidrBlock', CIDR),
    nextHopId: attachment.id,
  })
  return {}
})
