/** What a state of both editions means: its status, and whether it is of the account that the request names. */
import type { Attachment } from '../domain/attachment.js'
import { type Answer, answered, mapAnswer } from '../domain/failure.js'
import type { AttachmentState, CallLimits, ObservedStatus } from '../reconcile/driver.js'
import type { BasicCalls } from './basic/calls.js'

const STATUSES = ['attached', 'attaching', 'detaching'] as const

/** An undocumented status counts as a change under way, so it is read again and never final. */
export const observedStatus = (status: string): ObservedStatus =>
  STATUSES.find((one) => one === status.toLowerCase()) ?? 'attaching'

/**
 * The state, foreign if its owner is another account than the request names: the policy decided by that name. A request without
 * an owner is for the account of the CEN. A state without an owner is not judged: nothing is attached, or the API did not name one.
 */
export async function withOwnerChecked(
  state: AttachmentState,
  { childInstanceOwnerId }: Attachment,
  { delivery }: CallLimits,
  cenOwnerId: BasicCalls['cenOwnerId'],
): Promise<Answer<AttachmentState>> {
  const { ownerId } = state
  if (ownerId === undefined || ownerId === childInstanceOwnerId) return answered(state)
  if (childInstanceOwnerId !== undefined) return answered({ ...state, isForeign: true })
  const owner = await cenOwnerId({ delivery })
  return mapAnswer(owner, (cenOwner) => (cenOwner === ownerId ? state : { ...state, isForeign: true }))
}
