/** Grants for the owner, after an attach was refused for a missing grant. */
import { sha256Hex } from '../domain/digest.js'
import type { FailureKind } from '../domain/error-codes.js'
import { failed, isOverFor } from './acts.js'
import type { Context } from './context.js'
import { type Situation, settled, targetOf } from './decision/situation.js'
import type { CallLimits } from './driver.js'

/** Kinds that end by themselves; the owner must act on any other failure of the grant. */
const TRANSIENT: ReadonlySet<FailureKind> = new Set(['busy', 'not-ready', 'throttled', 'unavailable', 'credentials'])

/** Makes the grant with the worker's role in the owner's account; the write is retried afterwards. */
export async function grantForOwner(situation: Situation, context: Context, limits: CallLimits): Promise<Situation> {
  const { driver, request, setback } = situation
  const { log } = context
  const { attachment, requestId } = request
  if (!driver?.grant || setback?.from !== 'api') return { ...situation, grant: 'impossible' }
  const missing = setback.failure
  const isOver = isOverFor(situation, context, limits)
  const answer = await driver.grant(targetOf(situation), tokenOf(situation), { ...limits, isOver })
  if (answer.ok) {
    log.info('grant:made', { requestId, ...attachment })
    return settled(situation, { grant: 'made' })
  }
  const { code, kind, message: text } = answer.failure
  log.warn('grant:failed', { requestId, ...attachment, code, kind, message: text })
  if (TRANSIENT.has(kind)) return failed(situation, context, 'grant', answer.failure)
  const why = `${missing.message} The worker could not grant for the owner: ${code}: ${text}`
  return failed({ ...situation, grant: 'refused' }, context, 'attach', { ...missing, message: why })
}

/** One token for each message: a redrive, or a request after the grant was revoked, grants again. */
const tokenOf = ({ message, request }: Situation): string =>
  sha256Hex(`${message.messageId}\n${request.idempotencyKey}`)

/** Takes the owner's grant back, once the attachment is gone. */
export async function revokeForOwner(situation: Situation, context: Context, limits: CallLimits): Promise<Situation> {
  const { driver, request } = situation
  const { requestId, attachment } = request
  if (!driver?.revoke) throw new Error('a request to revoke was not refused without a role for it')
  const isOver = isOverFor(situation, context, limits)
  const answer = await driver.revoke(targetOf(situation), { ...limits, isOver })
  if (!answer.ok) return failed(situation, context, 'revoke', answer.failure)
  context.log.info('grant:revoked', { requestId, ...attachment })
  return settled(situation, { grant: 'revoked' })
}
