import { ApiError } from '../../api-error.js'
import { DETACH_RULES, WRONG_EDITION_RULE } from '../../world/detach-rules.js'
import { refuseBy } from '../../world/refusal-rules.js'
import { type Action, CHILD_TYPE, required, requiredCen } from '../action.js'

/** DetachCenChildInstance, for the owner of the CEN or of the child instance: asynchronous, Detaching until its duration has passed. */
export const answerDetachCenChildInstance: Action = (call, context) => {
  const { world, nowMs, random } = context
  const type = required(call, 'ChildInstanceType', CHILD_TYPE)
  const childInstanceId = required(call, 'ChildInstanceId', new RegExp(`^${type.toLowerCase()}-[\\w-]+$`))
  const regionId = required(call, 'ChildInstanceRegionId')
  const child = world.known(childInstanceId)
  const cen = requiredCen(call, context, () => child.ownerId === call.caller.accountId)
  const record = world.record(cen.cenId, childInstanceId, nowMs)
  const router = world.enterprise.router(cen, regionId, nowMs)
  const detachCase = { world, nowMs, cen, child, router, managedService: record?.managedService }
  refuseBy([WRONG_EDITION_RULE], detachCase)
  if (!record || (child.regionId ?? regionId) !== regionId)
    throw new ApiError('ParameterInstanceId', { message: 'The instance is not attached to this CEN.' })
  if (record.status !== 'Attached') throw new ApiError('InvalidOperation.ChildInstanceStatus')
  refuseBy(DETACH_RULES, detachCase)
  world.put({ ...record, status: 'Detaching', endsAtMs: nowMs + world.durationMs('detachMs', nowMs, random) })
  return {}
}
