/** The verdict of a dry run on Basic Edition, from readings only. */
import type { Attachment } from '../../domain/attachment.js'
import { type Answer, answered } from '../../domain/failure.js'
import { describeGrant, grantCall } from '../../domain/grant-call.js'
import type { Verdict } from '../../domain/messages/result.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { unreadableVerdict } from '../verdict.js'
import type { BasicCalls } from './calls.js'

/** Resolves to the verdict on an absent attachment, or to the failure of a reading that can be repeated. */
export async function previewAttach(
  calls: BasicCalls,
  attachment: Attachment,
  limits: CallLimits,
): Promise<Answer<Verdict>> {
  const { cenId, childInstanceId, childInstanceOwnerId: ownerId } = attachment

  const exists = await calls.cenExists(cenId, limits)
  if (!exists.ok) return unreadableVerdict(exists.failure, 'the CEN')
  if (!exists.value) return verdict('refuse', `${cenId} is not among the CENs that the worker can see.`)

  const elsewhere = await calls.attachedTo(attachment, limits)
  if (!elsewhere.ok) return unreadableVerdict(elsewhere.failure, 'where it is attached')
  if (elsewhere.value !== undefined && elsewhere.value !== cenId)
    return verdict('refuse', `${childInstanceId} is attached to ${elsewhere.value}; it must be detached there first.`)

  const cenOwner = await calls.cenOwnerId()
  if (!cenOwner.ok) return unreadableVerdict(cenOwner.failure, 'whose CEN it is')
  if (ownerId === undefined || ownerId === cenOwner.value)
    return verdict('attach', `${childInstanceId} is attached to no CEN of this account, and needs no grant.`)

  const granted = await calls.isGranted(attachment, limits)
  if (!granted.ok) return unreadableVerdict(granted.failure, 'the grant')
  if (granted.value) return verdict('attach', `Account ${ownerId} has granted ${cenId}.`)
  const missing = `Account ${ownerId} has not granted ${cenId}, as far as the CEN can see.`
  if (calls.grant) return verdict('attach', missing, 'The worker would grant for it, by its role in that account.')
  const grant = grantCall(attachment, cenOwner.value)
  return answered({ would: 'wait-for-grant', reasons: [missing, describeGrant(grant)], grant })
}

const verdict = (would: Verdict['would'], ...reasons: string[]): Answer<Verdict> => answered({ would, reasons })
