import { ApiError } from '../../api-error.js'
import { type Action, CHILD_TYPE, required, requiredCen } from '../action.js'

const DETACH_MS = 1_000

/** DetachCenChildInstance, for the owner of the CEN or of the child instance: asynchronous, Detaching until its duration has passed. */
export const answerDetachCenChildInstance: Action = (call, context) => {
  const { world, nowMs } = context
  const type = required(call, 'ChildInstanceType', CHILD_TYPE)
  const childInstanceId = required(call, 'ChildInstanceId', new RegExp(`^${type.toLowerCase()}-[\\w-]+$`))
  const regionId = required(call, 'ChildInstanceRegionId')
  const child = world.known(childInstanceId)
  const cen = requiredCen(call, context, () => child.ownerId === call.caller.accountId)
  const record = world.record(cen.cenId, childInstanceId, nowMs)
  if (!record || (child.regionId ?? regionId) !== regionId)
    throw new ApiError('ParameterInstanceId', { message: 'The instance is not attached to this CEN.' })
  if (record.status !== 'Attached') throw new ApiError('InvalidOperation.ChildInstanceStatus')
  world.put({ ...record, status: 'Detaching', endsAtMs: nowMs + (world.limits.detachMs ?? DETACH_MS) })
  return {}
}
