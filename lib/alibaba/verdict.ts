/** Verdicts of dry runs that both editions give. */
import type { AttachmentDetails } from '../domain/attachment.js'
import { type Answer, answered, type Failure } from '../domain/failure.js'
import type { Verdict } from '../domain/messages/result.js'
import { verdictOfUnreadable } from '../reconcile/decision/dry-run.js'

/** Why a verdict refuses, as two sentences. */
export const reasonsOf = ({ code, message, advice }: Failure): string[] => [`${code}: ${message}`, advice]

/** A reading that no retry can help answers the dry run; one that can be repeated fails it. */
export function unreadableVerdict(failure: Failure, what: string, details?: AttachmentDetails): Answer<Verdict> {
  const verdict = verdictOfUnreadable(failure, what)
  return verdict ? answered({ ...verdict, ...(details && { details }) }) : { ok: false, failure }
}
