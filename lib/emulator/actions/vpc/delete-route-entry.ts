import { type Action, optional, required } from '../action.js'
import { CIDR } from '../cbn/routes/create-transit-router-route-entry.js'
import { removeNetworkRoute, toRouteEntries } from '../network-routes.js'
import { requiredOwnTable } from './describe-route-entry-list.js'

/** DeleteRouteEntry, for the owner of the network: by route table and destination, or by id; Deleting at first, then gone. */
export const answerDeleteRouteEntry: Action = (call, context) => {
  const { world, nowMs } = context
  const id = optional(call, 'RouteEntryId')
  const named = id === undefined ? undefined : world.enterprise.records.networkRoutes.find(id, nowMs)
  const own = named ? { ...call, parameters: { ...call.parameters, RouteTableId: named.tableId } } : call
  const tableId = requiredOwnTable(own, context)
  toRouteEntries(tableId, context)
  removeNetworkRoute(call, context, {
    tableId,
    destinationCidrBlock: named?.destinationCidrBlock ?? required(call, 'DestinationCidrBlock', CIDR),
    nextHopId: call.parameters.NextHopId,
  })
  return {}
}
