import { ApiError } from '../../../api-error.js'
import { type Action, required } from '../../action.js'

/** DeleteVSwitch: refused while an attachment has an interface in it. Assumed: the code, after those that Terraform's provider retries. */
export const answerDeleteVSwitch: Action = (call, { world, nowMs }) => {
  const id = required(call, 'VSwitchId')
  const vpc = world.findChild(world.enterprise.vSwitchOwner(id) ?? '')
  if (vpc?.ownerId !== call.caller.accountId)
    throw new ApiError('InvalidVswitchID.NotFound', { http: 404, message: 'The specified vSwitch does not exist.' })
  if (world.enterprise.records.attachments.by('vSwitch', id, nowMs).length > 0)
    throw new ApiError('DependencyViolation.NetworkInterface')
  const { vSwitches } = world.enterprise.networkOf(vpc)
  world.putChild({ ...vpc, vSwitches: vSwitches.filter(({ vSwitchId }) => vSwitchId !== id) })
  return {}
}
