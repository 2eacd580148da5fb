/** What is done about a grant that is missing: it is made for the owner where that is allowed, else the owner is told. */

import { sha256Hex } from '../domain/digest.js'
import type { FailureKind } from '../domain/error-codes.js'
import type { Failure } from '../domain/failure.js'
import type { Disposition } from '../messaging/disposition.js'
import type { CallLimits } from './ports.js'
import type { Looked } from './publish.js'
import { settleFailure } from './requeue.js'

/** What passes without anybody's hand; everything else that keeps a grant from being made is the owner's to mend. */
const PASSES: ReadonlySet<FailureKind> = new Set(['busy', 'not-ready', 'throttled', 'unavailable', 'credentials'])

/** Resolves to undefined where the grant is made and the attachment may be asked for again; else to what becomes of the message. */
export async function grantForOwner(
  missing: Failure,
  looked: Looked,
  limits: CallLimits,
): Promise<Disposition | undefined> {
  const { message, request, context } = looked
  const { attachment, requestId, idempotencyKey } = request
  const { attacher, log } = context
  if (!attacher.grant || attachment.childInstanceOwnerId === undefined) return settleFailure(missing, looked, 'attach')

  // One message, one wish: a redrive, or a request after the grant was revoked, is another one.
  const clientToken = sha256Hex(`${message.messageId}\n${idempotencyKey}`)
  const answer = await attacher.grant(attachment, clientToken, limits)
  if (answer.ok) {
    log.info('grant:made', { requestId, ...attachment })
    return undefined
  }
  const { code, kind, message: said } = answer.failure
  log.warn('grant:failed', { requestId, ...attachment, code, kind, message: said })
  if (PASSES.has(kind)) return settleFailure(answer.failure, looked, 'attach')
  const why = `${missing.message} The worker could not grant for the owner: ${code}: ${said}`
  return settleFailure({ ...missing, message: why }, looked, 'attach')
}
