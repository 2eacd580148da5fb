/** The answer to a dry run: what would come of the request. Reads only; nothing is changed. */

import type { Failure } from '../domain/failure.js'
import { describeGrant, grantCall } from '../domain/grant-call.js'
import type { Verdict } from '../domain/result.js'
import type { Disposition } from '../messaging/disposition.js'
import type { Answer, CallLimits } from './ports.js'
import { expired, finishPreflight, type Looked } from './publish.js'
import { settleFailure, stayAway } from './requeue.js'

/** A dry run: reads, and tells what would be. */
export async function lookAhead(looked: Looked, limits: CallLimits): Promise<Disposition> {
  const { request, context } = looked
  if (context.clock.now() >= request.notAfterMs) return expired(looked)
  const { attachment } = request
  const decision = context.policy.evaluate({ attachment, dryRun: false }, looked.message, context.clock.now())
  if (decision.answer !== 'allowed')
    return finishPreflight({ would: 'refuse', reasons: [decision.failure.message] }, { ...looked, refused: true })
  const waitMs = context.breaker.admit('read', request.attachment, context.clock.now())
  if (waitMs > 0) return stayAway(looked, waitMs)
  const answer = await evaluate(looked, limits)
  context.breaker.observe('read', request.attachment, answer.ok ? undefined : answer.failure, context.clock.now())
  return answer.ok ? finishPreflight(answer.value, looked) : settleFailure(answer.failure, looked, 'read')
}

/** Resolves to the verdict, or to the failure of a read that can be asked again. */
async function evaluate({ request, context }: Looked, limits: CallLimits): Promise<Answer<Verdict>> {
  const { attacher } = context
  const { attachment } = request
  const { cenId, childInstanceId, childInstanceOwnerId: ownerId } = attachment
  const says = (would: Verdict['would'], ...reasons: string[]): Answer<Verdict> => ({
    ok: true,
    value: { would, reasons },
  })

  const exists = await attacher.cenExists(cenId, limits)
  if (!exists.ok) return unread(exists.failure, 'the CEN')
  if (!exists.value) return says('refuse', `${cenId} is not among the CENs that the worker can see.`)

  const state = await attacher.readState(attachment, limits)
  if (!state.ok) return unread(state.failure, 'the state of the attachment')
  if (state.value.status === 'attached') return says('adopt', `${childInstanceId} is attached to ${cenId} already.`)
  if (state.value.status === 'attaching') return says('adopt', `${childInstanceId} is being attached to ${cenId}.`)
  if (state.value.status === 'detaching')
    return says('attach', `${childInstanceId} is being detached from ${cenId}; it would be attached again after that.`)

  const elsewhere = await attacher.attachedTo(attachment, limits)
  if (!elsewhere.ok) return unread(elsewhere.failure, 'where it is attached')
  if (elsewhere.value !== undefined && elsewhere.value !== cenId)
    return says('refuse', `${childInstanceId} is attached to ${elsewhere.value}; it must be detached there first.`)

  const cenOwner = await attacher.cenOwnerId()
  if (!cenOwner.ok) return unread(cenOwner.failure, 'whose CEN it is')
  if (ownerId === undefined || ownerId === cenOwner.value)
    return says('attach', `${childInstanceId} is attached to no CEN of this account, and needs no grant.`)

  const granted = await attacher.isGranted(attachment, limits)
  if (!granted.ok) return unread(granted.failure, 'the grant')
  if (granted.value) return says('attach', `Account ${ownerId} has granted ${cenId}.`)
  const grant = grantCall(attachment, cenOwner.value)
  const missing = `Account ${ownerId} has not granted ${cenId}, as far as the CEN can see.`
  if (attacher.grant) return says('attach', missing, 'The worker would grant for it, by its role in that account.')
  return { ok: true, value: { would: 'wait-for-grant', reasons: [missing, describeGrant(grant)], grant } }
}

/** What cannot be read for lack of a right will not be readable later: that is an answer, too. */
function unread(failure: Failure, what: string): Answer<Verdict> {
  const { kind, code, message, advice } = failure
  if (kind !== 'unauthorized' && kind !== 'rejected') return { ok: false, failure }
  return { ok: true, value: { would: 'refuse', reasons: [`${what} cannot be read: ${code}: ${message}`, advice] } }
}
