/** Dead letters, and the outcome of a redrive, as the console's page gets them. */
import type { DeadLetterView } from '../dead-letters/dead-letter-view.js'
import { listedFacts } from '../dead-letters/facts.js'
import { facetOf } from '../dead-letters/groups.js'
import { isSent, type PlanTimes, planRedrive, type RedriveReport } from '../dead-letters/redrive-plan.js'
import type { ConsoleDeadLetters, RedriveSummary } from './protocol.js'

interface DeadLetterListing {
  readonly letters: readonly DeadLetterView[]
  readonly elsewhere: number
  readonly retentionMs: number | undefined
}

/** The oldest first. */
export function toConsoleDeadLetters(
  { letters, elsewhere, retentionMs }: DeadLetterListing,
  times: PlanTimes,
): ConsoleDeadLetters {
  const ordered = [...letters].sort((one, other) => one.sentAtMs - other.sentAtMs)
  const lines = ordered.map((deadLetter) => {
    const renewable = planRedrive(deadLetter, { edits: [], renew: true }, times).ok
    return { ...listedFacts(deadLetter, times), group: facetOf(deadLetter, 'code'), renewable }
  })
  return { letters: lines, elsewhere, readAtMs: times.nowMs, retentionMs }
}

const NOT_FOUND = {
  why: 'it is no longer on the dead-letter queue, or held by another reader',
  todo: 'read the queue again',
}

/** `requestedCount`: how many were to be sent. Those that the report does not have were not found. */
export function summarizeRedrive({ redriven, senderId }: RedriveReport, requestedCount: number): RedriveSummary {
  const reasons = new Map<string, { letters: number; why: string; todo: string }>()
  const note = (letters: number, { why, todo }: { why: string; todo: string }) => {
    const known = reasons.get(why)
    if (known) known.letters += letters
    else reasons.set(why, { letters, why, todo })
  }
  for (const { why, todo = '' } of redriven) if (why !== undefined) note(1, { why, todo })
  if (requestedCount > redriven.length) note(requestedCount - redriven.length, NOT_FOUND)
  const sent = redriven.filter(({ outcome }) => isSent(outcome)).length
  return { sent, ...(senderId !== undefined && { senderId }), not: [...reasons.values()] }
}
