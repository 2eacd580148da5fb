/** The attachment policy: which senders may request which attachments, and when. What no rule allows is denied. */
import { type Failure, failureOf } from '../domain/failure.js'
import { evaluateRule, type Origin, type PolicyRequest, type RuleEvaluation } from './rule.js'
import type { PolicyFile } from './schema.js'

export type PolicyDecision =
  /** `rule` is the id of the rule that allows the request. */
  | { readonly answer: 'allowed'; readonly rule: string }
  /** A rule allows it at other times: the state may be read, nothing may be changed. */
  | { readonly answer: 'closed'; readonly failure: Failure }
  /** No call may be made for the request. */
  | { readonly answer: 'refused'; readonly failure: Failure }

export interface Policy {
  evaluate(request: PolicyRequest, origin: Origin, nowMs: number): PolicyDecision
  /** The evaluation of every rule, in the order of the file. */
  explain(request: PolicyRequest, origin: Origin, nowMs: number): readonly RuleEvaluation[]
  /** The topics that rules name; a signature is checked only if a message claims to come from one of them. */
  readonly topics: ReadonlySet<string>
}

/** The policy that allows every sender to the queue every attach, whatever its fields, and no detach. */
export const ALLOW_ALL = 'allow-all'

export const allowAll: Policy = {
  evaluate: (request, origin) =>
    request.action === 'detach'
      ? {
          answer: 'refused',
          failure: denial(`${ALLOW_ALL} does not let ${describeWish(request, origin)}: ${ONLY_BY_RULE}`),
        }
      : { answer: 'allowed', rule: ALLOW_ALL },
  explain: () => [],
  topics: new Set(),
}

export function createPolicy({ rules, freezes = [] }: PolicyFile): Policy {
  const explain: Policy['explain'] = (request, origin, nowMs) =>
    rules.map((rule) => evaluateRule(rule, freezes, request, origin, nowMs))
  return {
    explain,
    evaluate(request, origin, nowMs) {
      const evaluations: RuleEvaluation[] = []
      for (const rule of rules) {
        const evaluation = evaluateRule(rule, freezes, request, origin, nowMs)
        if (allows(evaluation)) return { answer: 'allowed', rule: rule.id }
        evaluations.push(evaluation)
      }
      return refuse(evaluations, request, origin)
    },
    topics: new Set(rules.flatMap(({ topics = [] }) => topics)),
  }
}

const allows = ({ isFor, lacks, open }: RuleEvaluation): boolean => isFor && open && lacks.length === 0

/** The answer if no rule allows the request: it names what the rules for this sender lack, and nothing from the rules for others. */
function refuse(evaluations: readonly RuleEvaluation[], request: PolicyRequest, origin: Origin): PolicyDecision {
  const own = evaluations.filter(({ isFor }) => isFor)
  const fitting = own.filter(({ lacks }) => lacks.length === 0)
  const what = describeWish(request, origin)
  if (fitting.length > 0)
    return { answer: 'closed', failure: denial(`no rule lets ${what} at this time${describeNextOpening(fitting)}`) }
  const why = own.length === 0 ? 'no rule is for this sender' : `its rules do not allow ${describeLacks(own)}`
  return { answer: 'refused', failure: denial(`no rule lets ${what}: ${why}`) }
}

const ONLY_BY_RULE = 'a detach needs a rule with the action detach'

const denial = (message: string): Failure => failureOf({ code: 'PolicyDenied', message })

/** The reason and the end of the closure, from the rule that opens first. */
function describeNextOpening(evaluations: readonly RuleEvaluation[]): string {
  const at = ({ opensAtMs = Infinity }: RuleEvaluation) => opensAtMs
  const first = evaluations.reduce((best, other) => (at(other) < at(best) ? other : best))
  const why = first.reason === undefined ? '' : ` (${first.reason})`
  return Number.isFinite(at(first))
    ? `${why}; it may from ${new Date(at(first)).toISOString()} on`
    : `${why}; its time is over`
}

/** What the nearest rules do not allow: those with the fewest lacks, each set once. */
function describeLacks(own: readonly RuleEvaluation[]): string {
  const least = Math.min(...own.map(({ lacks }) => lacks.length))
  const ways = own
    .filter(({ lacks }) => lacks.length === least)
    .map(({ lacks }) => lacks.map(({ says }) => says).join(' and '))
  return [...new Set(ways)].slice(0, 3).join(', or ')
}

function describeOrigin({ senderId, topicArn, queueArn }: Origin): string {
  const who = topicArn ? `topic ${topicArn}` : senderId ? `sender ${senderId}` : 'an unknown sender'
  return queueArn ? `${who} on queue ${queueArn}` : who
}

/** Who asks for what. */
function describeWish({ action = 'attach', attachment }: PolicyRequest, origin: Origin): string {
  const { cenId, childInstanceId, childInstanceRegionId, childInstanceOwnerId } = attachment
  const owner = childInstanceOwnerId === undefined ? '' : ` of account ${childInstanceOwnerId}`
  const to = action === 'detach' ? 'from' : 'to'
  return `${describeOrigin(origin)} ${action} ${childInstanceId} in ${childInstanceRegionId}${owner} ${to} CEN ${cenId}`
}
