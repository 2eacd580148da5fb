import { ApiError } from '../../../api-error.js'
import { type Action, required } from '../../action.js'
import { isTrue } from '../../transit-routers.js'

/** ListTransitRouterAvailableResource: the zones of Enterprise Edition in a region. */
export const answerListTransitRouterAvailableResource: Action = (call, { world }) => {
  const regionId = required(call, 'RegionId')
  if (!world.regions.VPC.has(regionId)) throw new ApiError('IllegalParam.RegionId')
  const zones = world.enterprise.zones(regionId)
  return {
    AvailableZones: zones.availableZones,
    MasterZones: zones.masterZones,
    SlaveZones: zones.slaveZones,
    SupportMulticast: isTrue(call, 'SupportMulticast'),
  }
}
