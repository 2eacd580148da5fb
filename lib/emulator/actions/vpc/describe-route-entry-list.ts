import { ApiError } from '../../api-error.js'
import { UNDOCUMENTED_CODES } from '../../undocumented-codes.js'
import { type Action, type ActionContext, type EmulatedCall, required } from '../action.js'
import { toRouteEntries } from '../network-routes.js'
import { pageByToken } from '../transit-routers.js'

/** DescribeRouteEntryList: the routes of one of the caller's route tables, in pages of MaxResult. */
export const answerDescribeRouteEntryList: Action = (call, context) => {
  required(call, 'RegionId')
  const tableId = requiredOwnTable(call, context)
  const { DestinationCidrBlock: block, NextHopId: hop, NextHopType: hopType, RouteEntryType: type } = call.parameters
  const { RouteEntryId: id, RouteEntryName: name } = call.parameters
  const routes = toRouteEntries(tableId, context)
    .filter((route) => (block ?? route.DestinationCidrBlock) === route.DestinationCidrBlock)
    .filter((route) => (type ?? route.Type) === route.Type && (id ?? route.RouteEntryId) === route.RouteEntryId)
    .filter((route) => (name ?? route.RouteEntryName) === route.RouteEntryName)
    .filter(({ NextHops }) =>
      NextHops.NextHop.some(
        ({ NextHopId, NextHopType }) => (hop ?? NextHopId) === NextHopId && (hopType ?? NextHopType) === NextHopType,
      ),
    )
  const { items, page } = pageByToken(routes, call, { sizeName: 'MaxResult', size: 10 })
  const { MaxResults: _, ...rest } = page
  return { RouteEntrys: { RouteEntry: items }, NextToken: '', ...rest }
}

/** One of the caller's route tables, of `RouteTableId`. */
export function requiredOwnTable(call: EmulatedCall, { world }: ActionContext): string {
  const tableId = required(call, 'RouteTableId')
  const owner = world.enterprise.tableOwner(tableId)
  if (owner === undefined || world.findChild(owner)?.ownerId !== call.caller.accountId)
    throw new ApiError(UNDOCUMENTED_CODES.noSuchRouteTable, {
      http: 404,
      message: 'The specified RouteTableId does not exist.',
    })
  return tableId
}
