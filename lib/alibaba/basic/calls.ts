/** The calls of the Basic Edition driver, made directly or by a function in Function Compute. */
import type { Attachment } from '../../domain/attachment.js'
import type { Answer } from '../../domain/failure.js'
import type { AttachmentState, CallLimits } from '../../reconcile/driver.js'

/** Answers carry failures as values; no method rejects. */
export interface BasicCalls {
  /** Requests the attachment. An ok answer means that the request was accepted, not that it has taken effect. */
  attach(attachment: Attachment, limits: CallLimits): Promise<Answer<{ readonly apiRequestId?: string }>>
  /** Requests the end of the attachment. An ok answer means that the request was accepted, not that it has taken effect. */
  detach(attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>>
  /** Reads the state from the CEN; the reading begins after this call. */
  readState(attachment: Attachment, limits: CallLimits): Promise<Answer<AttachmentState>>
  /** True if the CEN exists and is visible. */
  cenExists(cenId: string, limits: CallLimits): Promise<Answer<boolean>>
  /** The visible CEN that has the child instance; undefined if none has it. */
  attachedTo(attachment: Attachment, limits: CallLimits): Promise<Answer<string | undefined>>
  /** True if the owner has granted the CEN; a grant that is not visible counts as missing. */
  isGranted(attachment: Attachment, limits: CallLimits): Promise<Answer<boolean>>
  /** The account that owns the CENs; it is read once. */
  cenOwnerId(asked?: Pick<CallLimits, 'delivery'>): Promise<Answer<string>>
  /** Grants for the owner; absent if nobody may. Calls with the same token have one effect. */
  grant?(attachment: Attachment, clientToken: string, limits: CallLimits): Promise<Answer<unknown>>
  /** Takes the owner's grant back; absent if nobody may. A grant that is gone already is ok. */
  revoke?(attachment: Attachment, limits: CallLimits): Promise<Answer<unknown>>
}
