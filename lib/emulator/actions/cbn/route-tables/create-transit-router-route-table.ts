import { ApiError } from '../../../api-error.js'
import { randomId } from '../../../world/random-id.js'
import { type Action, optional } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { tagsOf } from '../../tags.js'
import { isTrue, labelsOf, requiredEnterpriseRouter, startChange } from '../../transit-routers.js'

export const ECMP = /^(?:enable|disable)$/

/** CreateTransitRouterRouteTable: a custom table, Creating at first, then Active. */
export const answerCreateTransitRouterRouteTable: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  const { cen, id: routerId, status } = requiredEnterpriseRouter(call, context)
  if (status !== 'Active') throw new ApiError('IncorrectStatus.TransitRouterInstance')
  const multiRegionEcmp = optional(call, 'RouteTableOptions.MultiRegionECMP', ECMP)
  if (isTrue(call, 'DryRun')) return {}
  const id = `vtb-${randomId(random, 20)}`
  world.enterprise.records.tables.put({
    id,
    cenId: cen.cenId,
    routerId,
    type: 'Custom',
    status: 'Creating',
    endsAtMs: startChange(context, cen, world.durationMs('routerMs', nowMs, random)),
    nextStatus: 'Active',
    createdAtMs: nowMs,
    multiRegionEcmp,
    tags: tagsOf(call),
    ...labelsOf(call, 'TransitRouterRouteTable'),
  })
  return { TransitRouterRouteTableId: id }
})
