import { type Action, paginate, requiredCen } from '../../action.js'
import { blockedInstances } from './blocked-attachments.js'

/** DescribeRouteServicesInCen: the services with a region domain that the world file declares as blockers. */
export const answerDescribeRouteServicesInCen: Action = (call, context) => {
  const { cenId } = requiredCen(call, context)
  const { AccessRegionId, Host, HostRegionId, HostVpcId } = call.parameters
  const all = blockedInstances(context, 'region-domain', cenId).filter(
    ({ childInstanceId, regionId, id }) =>
      (HostVpcId ?? childInstanceId) === childInstanceId &&
      (Host ?? id) === id &&
      (HostRegionId ?? regionId) === regionId &&
      (AccessRegionId ?? regionId) === regionId,
  )
  const { items, ...page } = paginate(all, call)
  const RouteServiceEntry = items.map(({ childInstanceId, regionId, id }) => ({
    CenId: cenId,
    Host: id,
    HostVpcId: childInstanceId,
    HostRegionId: regionId,
    AccessRegionId: regionId,
    Description: '',
    Cidrs: { Cidr: [] },
    Status: 'Active',
  }))
  return { RouteServiceEntries: { RouteServiceEntry }, ...page }
}
