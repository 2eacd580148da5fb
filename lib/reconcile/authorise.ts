/** Asks the policy for permission, and for a proof of the sender if the permission depends on it. */
import type { Failure } from '../domain/failure.js'
import type { AttachmentRequest } from '../domain/messages/request.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import type { PolicyDecision } from '../policy/policy.js'
import type { Context } from './context.js'
import type { Permission } from './decision/situation.js'
import type { CallLimits } from './driver.js'

export interface Authorisation {
  readonly permission: Permission
  /** The message, with the proved topic. */
  readonly message: ReceivedMessage
  /** Why the proof could not be checked in time: no refusal, the message is deferred. */
  readonly unproven?: Failure
}

/** The permission for a request. The signature of a topic is checked only if the policy does not allow the request without it. */
export async function authorise(
  message: ReceivedMessage,
  request: AttachmentRequest,
  { policy, provenance, clock, holdMs }: Context,
  limits: CallLimits,
): Promise<Authorisation> {
  const permit = (from: ReceivedMessage, decision: PolicyDecision): Permission => {
    const permission = toPermission(decision)
    if (!request.dryRun || permission.is === 'nothing') return permission
    // The answer to a dry run is that to the same request without `dryRun`.
    const real = toPermission(policy.evaluate({ ...request, dryRun: false }, from, clock.now()))
    return real.is === 'change' ? real : { is: 'nothing', refusal: real.refusal }
  }
  const unproved = policy.evaluate(request, message, clock.now())
  if (unproved.answer === 'allowed' || policy.topics.size === 0)
    return { permission: permit(message, unproved), message }
  // If the message can wait in memory, the proof is not awaited here: other messages need the slot.
  const proofLimits = holdMs > 0 ? { ...limits, deadlineMs: clock.now() } : limits
  const proof = await provenance.topicOf(message, policy.topics, proofLimits)
  if (!proof.ok) return { permission: { is: 'observe', refusal: proof.failure }, message, unproven: proof.failure }
  const { topicArn, doubt } = proof.value
  if (topicArn !== undefined) {
    const proved = { ...message, topicArn }
    return { permission: permit(proved, policy.evaluate(request, proved, clock.now())), message: proved }
  }
  return { permission: withDoubt(permit(message, unproved), doubt), message }
}

function toPermission(decision: PolicyDecision): Permission {
  if (decision.answer === 'allowed') return { is: 'change' }
  return { is: decision.answer === 'closed' ? 'observe' : 'nothing', refusal: decision.failure }
}

/** Adds to a refusal why the signature of a topic was not accepted. */
const withDoubt = (permission: Permission, doubt: string | undefined): Permission =>
  permission.is !== 'nothing' || doubt === undefined
    ? permission
    : {
        is: 'nothing',
        refusal: { ...permission.refusal, message: `${permission.refusal.message}; ${doubt}` },
      }
