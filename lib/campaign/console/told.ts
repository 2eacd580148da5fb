/** What the console tells of dead letters, and of what became of a redrive. */
import type { Letter } from '../../letter.js'
import { facetOf } from '../../letter-groups.js'
import { isSent, type PlanTimes, planRedrive, type RedriveReport } from '../../redrive-plan.js'
import { letterFacts } from '../letter-facts.js'
import type { LettersTold, RedriveTold } from './wire.js'

interface Listed {
  readonly letters: readonly Letter[]
  readonly elsewhere: number
  readonly retentionMs: number | undefined
}

/** The oldest first. */
export function letterLines({ letters, elsewhere, retentionMs }: Listed, times: PlanTimes): LettersTold {
  const ordered = [...letters].sort((one, other) => one.sentAtMs - other.sentAtMs)
  const lines = ordered.map((letter) => {
    const { body: _body, attributes: _attributes, ...facts } = letterFacts(letter, times)
    const renewable = planRedrive(letter, { edits: [], renew: true }, times).ok
    return { ...facts, group: facetOf(letter, 'code'), renewable }
  })
  return { letters: lines, elsewhere, readAtMs: times.nowMs, retentionMs }
}

const TAKEN = { why: 'it is no longer on the dead-letter queue, or in other hands', todo: 'look again' }

/** `wished` is how many were to be sent. */
export function redriveTold({ redriven, senderId }: RedriveReport, wished = redriven.length): RedriveTold {
  const reasons = new Map<string, { letters: number; why: string; todo: string }>()
  const note = (letters: number, { why, todo }: { why: string; todo: string }) => {
    const known = reasons.get(why)
    if (known) known.letters += letters
    else reasons.set(why, { letters, why, todo })
  }
  for (const { why, todo = '' } of redriven) if (why !== undefined) note(1, { why, todo })
  if (wished > redriven.length) note(wished - redriven.length, TAKEN)
  const sent = redriven.filter(({ outcome }) => isSent(outcome)).length
  return { sent, ...(senderId !== undefined && { senderId }), not: [...reasons.values()] }
}
