import { type Action, paginate, requiredCen } from '../../action.js'
import { blockedInstances } from './blocked-attachments.js'

/** DescribeCenPrivateZoneRoutes: the PrivateZone rules that the world file declares as blockers, of VPCs that are attached. */
export const answerDescribeCenPrivateZoneRoutes: Action = (call, context) => {
  const { cenId } = requiredCen(call, context)
  const { AccessRegionId, HostRegionId } = call.parameters
  const all = blockedInstances(context, 'private-zone', cenId).filter(
    ({ regionId }) => (HostRegionId ?? regionId) === regionId && (AccessRegionId ?? regionId) === regionId,
  )
  const { items, ...page } = paginate(all, call)
  const PrivateZoneInfo = items.map(({ childInstanceId, regionId }) => ({
    HostVpcId: childInstanceId,
    HostRegionId: regionId,
    AccessRegionId: regionId,
    Status: 'Active',
  }))
  return {
    CenId: cenId,
    PrivateZoneInfos: { PrivateZoneInfo },
    PrivateZoneDnsServers: '100.100.2.136,100.100.2.138',
    ...page,
  }
}
