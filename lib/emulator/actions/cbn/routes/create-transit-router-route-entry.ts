import { ApiError } from '../../../api-error.js'
import { UNDOCUMENTED_CODES } from '../../../undocumented-codes.js'
import { randomId } from '../../../world/random-id.js'
import { type Action, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, labelsOf, requiredTable, startChange } from '../../transit-routers.js'

export const CIDR = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/
const NEXT_HOP = /^(?:Attachment|BlackHole)$/

/** CreateTransitRouterRouteEntry: a custom route of a router's route table, Creating at first, then Active. */
export const answerCreateTransitRouterRouteEntry: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  const { cen, ...table } = requiredTable(call, context)
  const destinationCidrBlock = required(call, 'TransitRouterRouteEntryDestinationCidrBlock', CIDR)
  const nextHopType = required(call, 'TransitRouterRouteEntryNextHopType', NEXT_HOP) as 'Attachment' | 'BlackHole'
  const nextHopId = nextHopType === 'Attachment' ? required(call, 'TransitRouterRouteEntryNextHopId') : ''
  const { attachments, routerRoutes } = world.enterprise.records
  const attachment = attachments.find(nextHopId, nowMs)
  if (nextHopType === 'Attachment') {
    if (attachment?.routerId !== table.routerId) throw new ApiError('InvalidTransitRouterAttachmentId.NotFound')
    if (attachment.status !== 'Attached') throw new ApiError('IncorrectStatus.Attachment')
  }
  if (table.status !== 'Active') throw new ApiError(UNDOCUMENTED_CODES.changing)
  const isThere = routerRoutes
    .by('table', table.id, nowMs)
    .some((route) => route.destinationCidrBlock === destinationCidrBlock)
  if (isThere) throw new ApiError(UNDOCUMENTED_CODES.routerRouteExists)
  if (isTrue(call, 'DryRun')) return {}
  const id = `rte-${randomId(random, 20)}`
  routerRoutes.put({
    id,
    cenId: cen.cenId,
    tableId: table.id,
    destinationCidrBlock,
    nextHopType,
    nextHopId,
    status: 'Creating',
    endsAtMs: startChange(context, cen, world.durationMs('routeMs', nowMs, random)),
    nextStatus: 'Active',
    createdAtMs: nowMs,
    ...labelsOf(call, 'TransitRouterRouteEntry'),
  })
  return { TransitRouterRouteEntryId: id }
})
