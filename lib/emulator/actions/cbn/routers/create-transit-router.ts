import { ApiError } from '../../../api-error.js'
import { type Action, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { tagsOf } from '../../tags.js'
import { createRouter, isTrue, labelsOf, requiredOwnCen, startChange } from '../../transit-routers.js'

/** CreateTransitRouter: an Enterprise Edition router, Creating at first, then Active; one for each CEN and region. */
export const answerCreateTransitRouter: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  const cen = requiredOwnCen(call, context)
  const regionId = required(call, 'RegionId')
  if (!world.regions.VPC.has(regionId)) throw new ApiError('IllegalParam.RegionId')
  const service = world.account(cen.ownerId)?.transitRouterService
  if (service === 'closed') throw new ApiError('Forbbiden.TransitRouterServiceNotOpen')
  if (service === 'expired') throw new ApiError('Forbidden.TransitRouterServiceExpired')
  if (cen.level === 'FULL') throw new ApiError('OperationUnsupported.CenFullLevel')
  if (world.enterprise.zones(regionId).availableZones.length === 0) throw new ApiError('OperationUnsupported.RegionId')
  if (world.enterprise.router(cen, regionId, nowMs)) throw new ApiError('InstanceExist.TransitRouterInstance')
  if (world.cenStatus(cen, nowMs) !== 'Active') throw new ApiError('InvalidOperation.CenInstanceStatus')
  if (isTrue(call, 'DryRun')) return {}
  const endsAtMs = startChange(context, cen, world.durationMs('routerMs', nowMs, random))
  const id = createRouter(context, cen, regionId, endsAtMs, {
    supportMulticast: isTrue(call, 'SupportMulticast'),
    tags: tagsOf(call),
    ...labelsOf(call, 'TransitRouter'),
  })
  return { TransitRouterId: id }
})
