import { typeOfChildInstanceId } from '../../../domain/attachment.js'
import { ApiError } from '../../api-error.js'
import type { AttachmentRecord } from '../../world/attachment-records.js'
import { HOME_ACCOUNT, type World } from '../../world/world.js'
import { type Action, required, requiredCen } from '../action.js'

/** DescribeCenAttachedChildInstanceAttribute: the state of one attachment to this CEN. */
export const answerDescribeCenAttachedChildInstanceAttribute: Action = (call, context) => {
  const { cenId } = requiredCen(call, context)
  const childInstanceId = required(call, 'ChildInstanceId')
  required(call, 'ChildInstanceType')
  required(call, 'ChildInstanceRegionId')
  const record = context.world.record(cenId, childInstanceId, context.nowMs)
  if (!record) throw new ApiError('ParameterInstanceId', { message: 'The instance is not attached to this CEN.' })
  return toAttributeBody(record, context.world)
}

/** UTC, cut to the minute: `2021-08-10T06:27Z`. */
export const toMinute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`

/** An attachment in the answers of the Describe actions. */
export function toAttributeBody(record: AttachmentRecord, world: World): Record<string, unknown> {
  const { cenId, childInstanceId, status, attachedAtMs } = record
  const { type, regionId, ownerId } = world.known(childInstanceId)
  return {
    CenId: cenId,
    ChildInstanceId: childInstanceId,
    ChildInstanceType: type ?? typeOfChildInstanceId(childInstanceId),
    ChildInstanceRegionId: regionId,
    ChildInstanceOwnerId: Number(ownerId ?? HOME_ACCOUNT.accountId),
    ChildInstanceAttachTime: toMinute(attachedAtMs),
    Status: status,
  }
}
