/** Taking the owner's grant back, on both editions. */
import type { Attachment } from '../../domain/attachment.js'
import { type Answer, refusal } from '../../domain/failure.js'
import type { FieldFault } from '../../domain/messages/request.js'
import type { CallLimits, Target } from '../../reconcile/driver.js'

/** The faults of `revokeGrant`: only the owner can take a grant back, by the role in its account. */
export function revokeFaults({ revokeGrant, attachment }: Target, hasRole: boolean): FieldFault[] {
  if (!revokeGrant) return []
  if (!hasRole)
    return [{ path: 'revokeGrant', message: 'needs GRANT_ROLE_NAME: the role in the account that made the grant' }]
  return attachment.childInstanceOwnerId === undefined
    ? [{ path: 'revokeGrant', message: 'needs childInstanceOwnerId: the account that made the grant' }]
    : []
}

interface RevokeCalls {
  cenOwnerId(): Promise<Answer<string>>
  isGranted(attachment: Attachment, limits: CallLimits): Promise<Answer<boolean>>
  /** A grant that is gone already is ok. */
  revoke(attachment: Attachment, limits: CallLimits, cenOwnerId: string): Promise<Answer<unknown>>
}

/** Takes the grant back, and reads that it is gone. A network of the CEN's own account has none. */
export async function revokeAndRead(
  calls: RevokeCalls,
  attachment: Attachment,
  limits: CallLimits,
): Promise<Answer<unknown>> {
  const cenOwner = await calls.cenOwnerId()
  if (!cenOwner.ok || cenOwner.value === attachment.childInstanceOwnerId) return cenOwner
  const revoked = await calls.revoke(attachment, limits, cenOwner.value)
  if (!revoked.ok) return revoked
  const granted = await calls.isGranted(attachment, limits)
  if (!granted.ok || !granted.value) return granted
  const message = `the grant was taken back, and ${attachment.cenId} still shows it`
  return refusal('TaskConflict', message)
}
