/** Asks the policy for its consent to a request, and for a proof of the sender if only that could give it. */

import type { Failure } from '../domain/failure.js'
import type { AttachmentRequest } from '../domain/request.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import type { PolicyDecision } from '../policy/policy.js'
import type { Context } from './context.js'
import type { CallLimits } from './driver.js'
import type { Permission } from './situation.js'

export interface Authorisation {
  readonly permission: Permission
  /** The message with what was proved of its sender. */
  readonly message: ReceivedMessage
  /** The proof could not be checked in time: that is no refusal, the message is deferred. */
  readonly unproven?: Failure
}

/** What the policy allows. A topic's signature is checked only if the answer is no without it. */
export async function authorise(
  message: ReceivedMessage,
  request: AttachmentRequest,
  { policy, provenance, clock, holdMs }: Context,
  limits: CallLimits,
): Promise<Authorisation> {
  const permit = (from: ReceivedMessage): Permission => {
    const consent = toPermission(policy.evaluate(request, from, clock.now()))
    if (!request.dryRun || consent.is === 'nothing') return consent
    // A dry run is answered as the same request without `dryRun` would be.
    const real = toPermission(policy.evaluate({ attachment: request.attachment, dryRun: false }, from, clock.now()))
    return real.is === 'change' ? real : { is: 'nothing', refusal: real.refusal }
  }
  const unproved = policy.evaluate(request, message, clock.now())
  if (unproved.answer === 'allowed' || policy.topics.size === 0) return { permission: permit(message), message }
  // A host that can keep a message in memory does not wait for the proof in a slot that others need.
  const proofLimits = holdMs > 0 ? { ...limits, deadlineMs: clock.now() } : limits
  const proof = await provenance.topicOf(message, policy.topics, proofLimits)
  if (!proof.ok) return { permission: { is: 'observe', refusal: proof.failure }, message, unproven: proof.failure }
  const { topicArn, doubt } = proof.value
  if (topicArn !== undefined) {
    const proved = { ...message, topicArn }
    return { permission: permit(proved), message: proved }
  }
  return { permission: withDoubt(permit(message), doubt), message }
}

function toPermission(decision: PolicyDecision): Permission {
  if (decision.answer === 'allowed') return { is: 'change' }
  return { is: decision.answer === 'closed' ? 'observe' : 'nothing', refusal: decision.failure }
}

/** Why a claim to come from a topic is not believed stands in the refusal. */
const withDoubt = (permission: Permission, doubt: string | undefined): Permission =>
  permission.is !== 'nothing' || doubt === undefined
    ? permission
    : {
        is: 'nothing',
        refusal: { ...permission.refusal, message: `${permission.refusal.message}; ${doubt}` },
      }
