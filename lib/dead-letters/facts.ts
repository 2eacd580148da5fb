/** Dead letters as facts for a machine: what lists, reports and pages are drawn from. */
import type { DeadLetterView } from './dead-letter-view.js'
import { type FacetName, groupDeadLetters } from './groups.js'
import { NO_CHANGES, type PlanTimes, planRedrive } from './redrive-plan.js'

export interface GroupFacts {
  /** The values that its letters share, by facet. */
  readonly key: Readonly<Partial<Record<FacetName, string>>>
  readonly messages: number
  /** How many can be redriven as they are. */
  readonly redrivable: number
  readonly oldestAtMs: number
  readonly newestAtMs: number
  /** How many letters have each code, the most frequent first. */
  readonly codes: Readonly<Record<string, number>>
  /** What to do, by code. */
  readonly advice: Readonly<Record<string, string>>
}

/** Groups by one facet or several, the largest first, each with its counts, ages and advice. */
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

/** The advice that all of them share, else what the first says: an invalid request names its own faults. */
function generalAdvice([first, ...others]: readonly DeadLetterView[]): string {
  if (!first) return ''
  const differs = others.some(({ advice }) => advice !== first.advice)
  return differs ? `${first.advice} (the first of them; show tells each)` : first.advice
}

/** What one letter is and what a redrive would do with it as it is; everything but what the queue needs to find it. */
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
