import { type Action, required, requiredCen } from '../../action.js'
import { ApiError } from '../../api-error.js'
import { described } from '../../described.js'

/** DescribeCenAttachedChildInstanceAttribute: the state of one attachment to this CEN. */
export const describeCenAttachedChildInstanceAttribute: Action = (call, scene) => {
  const { cenId } = requiredCen(call, scene)
  const childInstanceId = required(call, 'ChildInstanceId')
  required(call, 'ChildInstanceType')
  required(call, 'ChildInstanceRegionId')
  const record = scene.world.record(cenId, childInstanceId, scene.nowMs)
  if (!record) throw new ApiError('ParameterInstanceId', { message: 'The instance is not attached to this CEN.' })
  return described(record, scene.world)
}
