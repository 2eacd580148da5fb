import { ApiError } from '../../../api-error.js'
import type { Action } from '../../action.js'
import { ownVpc } from '../../own-networks.js'

/** DeleteVpc: refused while it has a vSwitch or is attached. Assumed: the codes, after those that Terraform's provider retries. */
export const answerDeleteVpc: Action = (call, context) => {
  const { world, nowMs } = context
  const vpc = ownVpc(call, context)
  if (!vpc) throw new ApiError('InvalidVpcID.NotFound', { http: 404, message: 'The specified VPC does not exist.' })
  if (world.enterprise.networkOf(vpc).vSwitches.length > 0) throw new ApiError('DependencyViolation.VSwitch')
  if (world.censOf(vpc.childInstanceId, nowMs).length > 0) throw new ApiError('DependencyViolation.Cen')
  world.deleteChild(vpc.childInstanceId)
  return {}
}
