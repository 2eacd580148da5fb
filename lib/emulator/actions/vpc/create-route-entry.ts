import { type Action, optional, required } from '../action.js'
import { CIDR } from '../cbn/routes/create-transit-router-route-entry.js'
import { withClientToken } from '../client-token.js'
import { addNetworkRoute } from '../network-routes.js'
import { requiredOwnTable } from './describe-route-entry-list.js'

const TEXT = /^.{0,256}$/s

/** CreateRouteEntry, for the owner of the network: with one next hop; Pending at first, then Available. */
export const answerCreateRouteEntry: Action = withClientToken((call, context) => {
  const tableId = requiredOwnTable(call, context)
  const route = {
    childInstanceId: context.world.enterprise.tableOwner(tableId) ?? '',
    tableId,
    destinationCidrBlock: required(call, 'DestinationCidrBlock', CIDR),
    nextHopType: optional(call, 'NextHopType') ?? 'Instance',
    nextHopId: required(call, 'NextHopId'),
    name: optional(call, 'RouteEntryName', TEXT),
    description: optional(call, 'Description', TEXT),
  }
  return { RouteEntryId: addNetworkRoute(call, context, route) }
})
