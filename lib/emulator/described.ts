/** An attachment as the Describe actions spell it. */
import { typeOfChildInstanceId } from '../attachment.js'
import type { AttachmentRecord } from './attachment-records.js'
import { HOME_ACCOUNT, type World } from './world.js'

/** UTC, cut to the minute: `2021-08-10T06:27Z`. */
export const toMinute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`

export function described(record: AttachmentRecord, world: World): Record<string, unknown> {
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
