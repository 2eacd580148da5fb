/** The text of `dlq list`. */
import type { DeadLetterList } from '../../lib/aws/dead-letters/dead-letter-queue.js'
import { count } from '../../lib/campaigns/facts/format.js'
import type { DeadLetterView } from '../../lib/dead-letters/dead-letter-view.js'
import type { GroupFacts } from '../../lib/dead-letters/facts.js'
import type { FacetName } from '../../lib/dead-letters/groups.js'
import { DAY_MS } from '../../lib/domain/clock.js'
import { adviceText, ageText, deadLetterTable, groupTable } from './table.js'

const SOON_MS = 3 * DAY_MS

interface ListedDeadLetters {
  readonly all: DeadLetterList
  readonly selected: readonly DeadLetterView[]
  readonly groups: readonly GroupFacts[]
}

interface Listing {
  readonly by: readonly FacetName[]
  /** A line for each dead letter instead of groups. */
  readonly each?: boolean
}

export function deadLetterListText(
  { all, selected, groups }: ListedDeadLetters,
  { by, each }: Listing,
  nowMs: number,
): string {
  if (all.letters.length === 0) return 'no dead letters'
  if (selected.length === 0) return `none of ${count(all.letters.length, 'dead letter')} is selected`
  const oldestAtMs = Math.min(...selected.map(({ sentAtMs }) => sentAtMs))
  const age = `the oldest ${ageText(nowMs - oldestAtMs)} old${retentionText(oldestAtMs, all, nowMs)}`
  const table = each ? deadLetterTable(selected, nowMs) : groupTable(groups, by, nowMs)
  return `${table}\n\n${count(selected.length, 'dead letter')}, ${age}\n\nwhat to do:\n${adviceText(groups)}`
}

/** SQS deletes messages after the retention period without notice. */
function retentionText(oldestAtMs: number, { retentionMs }: DeadLetterList, nowMs: number): string {
  if (retentionMs === undefined) return ''
  const leftMs = oldestAtMs + retentionMs - nowMs
  return leftMs < SOON_MS ? `; the queue deletes it in ${ageText(leftMs)}` : ''
}
