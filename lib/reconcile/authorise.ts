/** Asks the policy for its consent to a request, and for a proof of the sender where only that could give it. */
import type { Failure } from '../domain/failure.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import type { PolicyDecision } from '../policy/policy.js'
import type { CallLimits } from './ports.js'
import type { Looked } from './publish.js'

export type Consent =
  /** Where the policy is closed at this time, `looked` says so. */
  | { readonly answer: 'given'; readonly looked: Looked }
  /** No call may be made for it. */
  | { readonly answer: 'refused'; readonly failure: Failure }
  /** Nobody could tell in time whether the proof holds: that is no refusal, the message comes back. */
  | { readonly answer: 'unproven'; readonly failure: Failure }

/** What the policy says to the request. A topic's signature is looked at only where without it the answer is no. */
export async function askPolicy(looked: Looked, limits: CallLimits): Promise<Consent> {
  const { message, request, context } = looked
  const { policy, provenance, clock } = context
  const evaluate = (from: ReceivedMessage) => policy.evaluate(request, from, clock.now())
  const decision = evaluate(message)
  if (decision.answer === 'allowed' || policy.topics.size === 0) return toConsent(decision, looked)
  // A host that can keep a message in memory does not wait for the proof in a slot that others need.
  const waits = context.holdMs > 0 ? { ...limits, deadlineMs: clock.now() } : limits
  const proof = await provenance.topicOf(message, policy.topics, waits)
  if (!proof.ok) return { answer: 'unproven', failure: proof.failure }
  const { topicArn, doubt } = proof.value
  if (topicArn === undefined) return toConsent(decision, looked, doubt)
  const proved = { ...message, topicArn }
  return toConsent(evaluate(proved), { ...looked, message: proved })
}

function toConsent(decision: PolicyDecision, looked: Looked, doubt?: string): Consent {
  if (decision.answer === 'allowed') return { answer: 'given', looked }
  const { answer, failure } = decision
  if (answer === 'closed') return { answer: 'given', looked: { ...looked, closed: failure } }
  return { answer, failure: doubt === undefined ? failure : { ...failure, message: `${failure.message}; ${doubt}` } }
}
