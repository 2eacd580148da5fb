/** What a person is told of the dead letters that a list has chosen. */
import type { LetterList } from '../../lib/aws/letter-list.js'
import type { GroupFacts } from '../../lib/campaign/letter-facts.js'
import { adviceText, ageText, groupTable, letterTable } from '../../lib/campaign/letter-table.js'
import type { Letter } from '../../lib/letter.js'
import type { FacetName } from '../../lib/letter-groups.js'
import { plural } from './dead-letters.js'

const SOON_MS = 3 * 86_400_000

export interface Listed {
  readonly all: LetterList
  readonly chosen: readonly Letter[]
  readonly groups: readonly GroupFacts[]
}

export interface Listing {
  readonly by: readonly FacetName[]
  /** A line for each letter instead of groups. */
  readonly each?: boolean
}

export function lettersText({ all, chosen, groups }: Listed, { by, each }: Listing, nowMs: number): string {
  if (all.letters.length === 0) return 'no dead letters'
  if (chosen.length === 0) return `none of ${plural(all.letters.length, 'dead letter')} is selected`
  const oldestAtMs = Math.min(...chosen.map(({ sentAtMs }) => sentAtMs))
  const age = `the oldest ${ageText(nowMs - oldestAtMs)} old${leaving(oldestAtMs, all, nowMs)}`
  const table = each ? letterTable(chosen, nowMs) : groupTable(groups, by, nowMs)
  return `${table}\n\n${plural(chosen.length, 'dead letter')}, ${age}\n\nwhat to do:\n${adviceText(groups)}`
}

/** SQS deletes in silence what it has kept for long enough. */
function leaving(oldestAtMs: number, { retentionMs }: LetterList, nowMs: number): string {
  if (retentionMs === undefined) return ''
  const leftMs = oldestAtMs + retentionMs - nowMs
  return leftMs < SOON_MS ? `; the queue drops it in ${ageText(leftMs)}` : ''
}
