import type { ChildInstanceType } from '../../../domain/attachment.js'
import { ApiError } from '../../api-error.js'
import { ATTACH_RULES } from '../../world/attach-rules.js'
import { randomId } from '../../world/random-id.js'
import { refuseBy } from '../../world/refusal-rules.js'
import { type Action, CHILD_TYPE, required, requiredCen } from '../action.js'

/** AttachCenChildInstance: asynchronous; the attachment is Attaching until its duration has passed. */
export const answerAttachCenChildInstance: Action = (call, context) => {
  const { world, nowMs, random } = context
  const cen = requiredCen(call, context)
  const type = required(call, 'ChildInstanceType', CHILD_TYPE) as ChildInstanceType
  const childInstanceId = required(call, 'ChildInstanceId', new RegExp(`^${type.toLowerCase()}-[\\w-]+$`))
  const regionId = required(call, 'ChildInstanceRegionId')
  if (!world.regions[type].has(regionId))
    throw new ApiError('IllegalParam.RegionId', { message: `No ${type} can be attached in ${regionId}.` })
  const ownerId = call.parameters.ChildInstanceOwnerId ?? call.caller.accountId
  const child = world.childInstance(childInstanceId, { type, regionId, ownerId })
  if (!child || child.regionId !== regionId) {
    throw new ApiError('ParameterInstanceId', { message: `There is no ${childInstanceId} in ${regionId}.` })
  }
  const [owner, cenOwner] = [world.account(ownerId), world.account(cen.ownerId)]
  refuseBy(ATTACH_RULES, { world, nowMs, cen, child, owner, cenOwner })
  // Assumed: an attach in a region without a transit router creates a Basic one.
  if (!world.enterprise.router(cen, regionId, nowMs))
    world.enterprise.putRouter({
      id: `tr-${randomId(random, 18)}`,
      cenId: cen.cenId,
      regionId,
      type: 'Basic',
      status: 'Active',
      endsAtMs: Infinity,
      createdAtMs: nowMs,
    })
  world.put({
    cenId: cen.cenId,
    childInstanceId,
    status: 'Attaching',
    endsAtMs: nowMs + world.attachMs(cen, child, nowMs, random),
    attachedAtMs: nowMs,
  })
  return {}
}
