/** Asks the policy for its consent to a request, and for a proof of the sender where only that could give it. */
import type { Failure } from './failure.js'
import type { Looked } from './finish.js'
import type { Ruling } from './policy.js'
import type { CallLimits } from './ports.js'
import type { ReceivedMessage } from './received-message.js'

export type Consent =
  /** Where the policy is closed at this time, `looked` says so. */
  | { readonly answer: 'given'; readonly looked: Looked }
  /** No call may be made for it. */
  | { readonly answer: 'refused'; readonly failure: Failure }
  /** Nobody could tell in time whether the proof holds: that is no refusal, the message comes back. */
  | { readonly answer: 'unproven'; readonly failure: Failure }

/** What the policy says to the request. A topic's signature is looked at only where without it the answer is no. */
export async function askPolicy(looked: Looked, limits: CallLimits): Promise<Consent> {
  const { message, request, house } = looked
  const { policy, provenance, clock } = house
  const judge = (from: ReceivedMessage) => policy.judge(request, from, clock.now())
  const ruling = judge(message)
  if (ruling.answer === 'allowed' || policy.topics.size === 0) return toConsent(ruling, looked)
  // A host that can keep a message in memory does not wait for the proof in a slot that others need.
  const waits = house.inHandMs > 0 ? { ...limits, deadlineMs: clock.now() } : limits
  const proof = await provenance.topicOf(message, policy.topics, waits)
  if (!proof.ok) return { answer: 'unproven', failure: proof.failure }
  const { topicArn, doubt } = proof.value
  if (topicArn === undefined) return toConsent(ruling, looked, doubt)
  const proved = { ...message, topicArn }
  return toConsent(judge(proved), { ...looked, message: proved })
}

function toConsent(ruling: Ruling, looked: Looked, doubt?: string): Consent {
  if (ruling.answer === 'allowed') return { answer: 'given', looked }
  const { answer, failure } = ruling
  if (answer === 'closed') return { answer: 'given', looked: { ...looked, closed: failure } }
  return { answer, failure: doubt === undefined ? failure : { ...failure, message: `${failure.message}; ${doubt}` } }
}
