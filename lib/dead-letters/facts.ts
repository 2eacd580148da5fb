/** Facts of dead letters, from which lists, reports and pages are made. */
import type { DeadLetterView } from './dead-letter-view.js'
import { type FacetName, groupDeadLetters } from './groups.js'
import { NO_CHANGES, type PlanTimes, planRedrive } from './redrive-plan.js'

export interface GroupFacts {
  /** The values that its dead letters share, by facet. */
  readonly key: Readonly<Partial<Record<FacetName, string>>>
  readonly messages: number
  /** The count that can be redriven unchanged. */
  readonly redrivable: number
  readonly oldestAtMs: number
  readonly newestAtMs: number
  /** The count of dead letters by code, the most frequent first. */
  readonly codes: Readonly<Record<string, number>>
  /** What to do, by code. */
  readonly advice: Readonly<Record<string, string>>
}

/** Groups by one facet or several, the largest first. */
export function groupFacts(
  deadLetters: readonly DeadLetterView[],
  by: readonly FacetName[],
  times: PlanTimes,
): GroupFacts[] {
  return groupDeadLetters(deadLetters, by).map(({ key, deadLetters: members }) => {
    const codes = groupDeadLetters(members, ['code'])
    const sentAt = members.map(({ sentAtMs }) => sentAtMs)
    return {
      key,
      messages: members.length,
      redrivable: members.filter((deadLetter) => planRedrive(deadLetter, NO_CHANGES, times).ok).length,
      oldestAtMs: sentAt[0] ?? 0,
      newestAtMs: sentAt.at(-1) ?? 0,
      codes: Object.fromEntries(codes.map((one) => [one.key.code, one.deadLetters.length])),
      advice: Object.fromEntries(codes.map((one) => [one.key.code, generalAdvice(one.deadLetters)])),
    }
  })
}

/** The advice that all share, else the first one: the advice of an invalid request has its own faults. */
function generalAdvice([first, ...others]: readonly DeadLetterView[]): string {
  if (!first) return ''
  const differs = others.some(({ advice }) => advice !== first.advice)
  return differs ? `${first.advice} (first message; \`dlq show\` prints each)` : first.advice
}

/** The facts of one dead letter of a list: without its body and its raw attributes. */
export function listedFacts(deadLetter: DeadLetterView, times: PlanTimes) {
  const { body: _body, attributes: _attributes, ...facts } = deadLetterFacts(deadLetter, times)
  return facts
}

/** The facts of one dead letter, and what a redrive without changes would do. */
export function deadLetterFacts(deadLetter: DeadLetterView, times: PlanTimes) {
  const { attachment, sentAtMs, requestedAtMs, ...facts } = deadLetter
  const plan = planRedrive(deadLetter, NO_CHANGES, times)
  return {
    ...facts,
    attachment,
    deadLetteredAt: new Date(sentAtMs).toISOString(),
    ...(requestedAtMs !== undefined && { requestedAt: new Date(requestedAtMs).toISOString() }),
    redrive: plan.ok
      ? { possible: true, redriveCount: plan.redriveCount, groupId: plan.groupId }
      : { possible: false, why: plan.why, todo: plan.todo },
  }
}
