/** Detaching on Basic Edition: one call, whose answer names what is in the way. */
import type { Attachment } from '../../domain/attachment.js'
import { type Answer, answered, failureOf } from '../../domain/failure.js'
import { revokeCall } from '../../domain/grant-call.js'
import type { PlannedCall, Verdict } from '../../domain/messages/result.js'
import type { CallLimits, Target } from '../../reconcile/driver.js'
import { managedBy, withKnownIds } from '../detach/blocked.js'
import { reasonsOf, unreadableVerdict } from '../verdict.js'
import type { BasicCalls } from './calls.js'
import { detachParameters } from './cbn.js'

const DETACH = 'DetachCenChildInstance'

/** Requests the detach. The API names one cause of a refusal, and seldom an id. */
export async function requestDetach(
  calls: BasicCalls,
  attachment: Attachment,
  limits: CallLimits,
): Promise<Answer<unknown>> {
  const answer = await calls.detach(attachment, limits)
  if (answer.ok || answer.failure.kind !== 'blocked') return answer
  const advice = withKnownIds(answer.failure.advice, attachment)
  return { ok: false, failure: failureOf({ ...answer.failure, action: DETACH, advice }) }
}

/** The verdict on a detach that is dry: what it would do, from readings only. */
export async function previewDetach(calls: BasicCalls, target: Target, limits: CallLimits): Promise<Answer<Verdict>> {
  const { attachment, revokeGrant } = target
  const { cenId, childInstanceId, childInstanceOwnerId: ownerId } = attachment
  const state = await calls.readState(attachment, { ...limits, alone: true })
  if (!state.ok) return unreadableVerdict(state.failure, 'the attachment')
  const cenOwner = ownerId === undefined ? undefined : await calls.cenOwnerId()
  if (cenOwner && !cenOwner.ok) return cenOwner
  const revoke =
    revokeGrant && cenOwner && cenOwner.value !== ownerId ? revokeCall(attachment, cenOwner.value) : undefined
  const after: PlannedCall[] = revoke ? [{ operation: revoke.operation, parameters: revoke.parameters }] : []
  const { status, managedBy: service } = state.value
  if (status === 'absent' || status === 'elsewhere') {
    const reasons = [`${childInstanceId} is detached from ${cenId} already.`]
    return answered({ would: 'adopt', reasons, plan: after })
  }
  if (service !== undefined) return answered({ would: 'refuse', reasons: reasonsOf(managedBy(service, DETACH)) })
  const detach = { operation: DETACH, parameters: detachParameters(attachment, cenOwner?.value) }
  const reasons = [
    `${childInstanceId} is attached to ${cenId}.`,
    'Basic Edition reports what blocks a detach only when it is asked to detach.',
  ]
  return answered({ would: 'detach', reasons, plan: [detach, ...after] })
}
