/** The verdict of a dry detach on Enterprise Edition, with the calls in order and everything that blocks it; from readings only. */
import type { AttachmentDetails } from '../../../domain/attachment.js'
import { type Answer, answered } from '../../../domain/failure.js'
import { revokeCall } from '../../../domain/grant-call.js'
import type { PlannedCall, Verdict } from '../../../domain/messages/result.js'
import type { CallLimits, Target } from '../../../reconcile/driver.js'
import { describeBlocker, managedBy } from '../../detach/blocked.js'
import { reasonsOf, unreadableVerdict } from '../../verdict.js'
import { ACTIONS_OF, type FoundAttachment, type RouterChildType } from '../calls/attachments.js'
import type { Enterprise } from '../enterprise.js'
import type { RouterReading } from '../transit-routers.js'

/** What a preview has besides the target. */
export interface PreviewContext {
  readonly type: RouterChildType
  readonly router: RouterReading
  readonly details: AttachmentDetails
  readonly enterprise: Enterprise
  readonly detailsOf: (found: FoundAttachment) => AttachmentDetails
}

export async function previewTeardown(
  { type, router, details, enterprise, detailsOf }: PreviewContext,
  target: Target,
  limits: CallLimits,
): Promise<Answer<Verdict>> {
  const { attachment } = target
  const { cenId, childInstanceId } = attachment
  const revoke = await revokePlan(enterprise, target)
  if (!revoke.ok) return revoke
  const read = router.is === 'none' ? undefined : await enterprise.readAttachment[type](attachment, limits)
  if (read && !read.ok) return unreadableVerdict(read.failure, 'the attachment')
  const found = read?.value
  if (!found) {
    const reasons = [`${childInstanceId} is detached from ${cenId} already.`]
    return answered({ would: 'adopt', reasons, plan: revoke.value, details })
  }
  const whole = detailsOf(found)
  if (found.managedService !== undefined) {
    const reasons = reasonsOf(managedBy(found.managedService, ACTIONS_OF[type].delete))
    return answered({ would: 'refuse', reasons, details: whole })
  }
  const planned = await enterprise.teardown.plan(target, found, limits)
  if (!planned.ok) return unreadableVerdict(planned.failure, 'what uses the attachment')
  const { calls, blockers, unreadable: why } = planned.value
  const plan = [...calls, ...revoke.value]
  if (blockers.length > 0)
    return answered({ would: 'refuse', reasons: inParts(blockers.map(describeBlocker)), plan, details: whole })
  const reasons = [
    `${childInstanceId} is attached to ${cenId}, and nothing that shows blocks the detach.`,
    ...(why === undefined ? [] : [`The routes of ${childInstanceId} to it cannot be read: ${why}.`]),
  ]
  return answered({ would: 'detach', reasons, plan, details: whole })
}

/** The call that takes the grant back, if it is asked for and the network belongs to another account. */
async function revokePlan(
  { calls }: Enterprise,
  { attachment, revokeGrant }: Target,
): Promise<Answer<readonly PlannedCall[]>> {
  const { childInstanceOwnerId: ownerId } = attachment
  if (!revokeGrant || ownerId === undefined) return answered([])
  const cenOwner = await calls.cenOwnerId()
  if (!cenOwner.ok) return cenOwner
  const { operation, parameters } = revokeCall(attachment, cenOwner.value, 'enterprise')
  return answered(cenOwner.value === ownerId ? [] : [{ operation, parameters }])
}

/** A result has six reasons at most. */
const MOST_REASONS = 6

function inParts(sentences: readonly string[]): readonly string[] {
  const size = Math.ceil(sentences.length / MOST_REASONS)
  return Array.from({ length: Math.ceil(sentences.length / size) }, (_, index) =>
    sentences.slice(index * size, (index + 1) * size).join('; '),
  )
}
