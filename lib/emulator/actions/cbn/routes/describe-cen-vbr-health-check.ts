import { type Action, paginate, requiredCen } from '../../action.js'
import { blockedInstances } from './blocked-attachments.js'

/** DescribeCenVbrHealthCheck: the health checks that the world file declares; they refuse no deletion. */
export const answerDescribeCenVbrHealthCheck: Action = (call, context) => {
  const { cenId } = requiredCen(call, context)
  const { VbrInstanceId, VbrInstanceRegionId } = call.parameters
  const all = blockedInstances(context, 'health-check', cenId).filter(
    ({ childInstanceId, regionId }) =>
      (VbrInstanceId ?? childInstanceId) === childInstanceId && (VbrInstanceRegionId ?? regionId) === regionId,
  )
  const { items, ...page } = paginate(all, call)
  const VbrHealthCheck = items.map(({ childInstanceId, regionId, id }) => ({
    CenId: cenId,
    VbrInstanceId: childInstanceId,
    VbrInstanceRegionId: regionId,
    HealthCheckTargetIp: id,
    HealthCheckSourceIp: '',
    HealthCheckInterval: 2,
    HealthyThreshold: 8,
    HealthCheckOnly: false,
    Description: '',
  }))
  return { VbrHealthChecks: { VbrHealthCheck }, ...page }
}
