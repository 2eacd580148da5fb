import { ApiError } from '../../../api-error.js'
import { type Action, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { addNetworkRoute } from '../../network-routes.js'
import { requiredAttachment, requiredOwnCen } from '../../transit-routers.js'
import { CIDR } from './create-transit-router-route-entry.js'

/** CreateCenChildInstanceRouteEntryToAttachment: a route of a network to its attachment; Pending at first, then Available. */
export const answerCreateCenChildInstanceRouteEntryToAttachment: Action = withClientToken((call, context) => {
  const cen = requiredOwnCen(call, context)
  const attachment = requiredAttachment(call, context)
  if (attachment.cenId !== cen.cenId) throw new ApiError('InvalidTransitRouterAttachmentId.NotFound')
  if (attachment.status !== 'Attached') throw new ApiError('IncorrectStatus.Attachment')
  const route = {
    childInstanceId: attachment.childInstanceId,
    tableId: required(call, 'RouteTableId'),
    destinationCidrBlock: required(call, 'DestinationCidrBlock', CIDR),
    nextHopType: 'Attachment',
    nextHopId: attachment.id,
  }
  addNetworkRoute(call, context, route)
  return {}
})
