/** What became of a redrive, for people and for machines. */
import { visible } from '../foreign-text.js'
import type { Letter } from '../letter.js'
import { type GoodPlan, isSent, type Redriven, type RedriveOutcome, type RedriveReport } from '../redrive-plan.js'
import { nameOf, shortId } from './letter-table.js'

const MOST_NAMED = 5
const UNKNOWN_SENDER = 'whoever sends it; STS could not be asked who that is'

export function redriveFacts({ redriven, elsewhere, senderId }: RedriveReport) {
  const count = (outcome: RedriveOutcome) => redriven.filter((one) => one.outcome === outcome).length
  return {
    selected: redriven.length,
    sent: redriven.filter(({ outcome }) => isSent(outcome)).length,
    kept: count('kept'),
    planned: count('planned'),
    refused: count('refused'),
    unsent: count('unsent'),
    elsewhere,
    ...(senderId !== undefined && { senderId }),
    letters: redriven.map(({ letter, outcome, plan, why, todo }) => ({
      messageId: letter.messageId,
      outcome,
      ...(plan && {
        requestId: plan.request.requestId,
        redriveCount: plan.redriveCount,
        groupId: plan.groupId,
        body: plan.body,
      }),
      ...(why !== undefined && { why }),
      ...(todo !== undefined && { todo }),
    })),
  }
}

/** What was sent, or would be, and everything that was not, by why it was not. */
export function redriveText(redrive: RedriveReport, queueUrl: string): string {
  const { redriven } = redrive
  if (redriven.length === 0) return 'no dead letter is selected; dlq list shows what there is'
  const { sent, planned, refused, unsent } = redriveFacts(redrive)
  const lines = redriven.flatMap(({ letter, outcome, plan }) =>
    outcome === 'planned' && plan ? [plannedText(letter, plan)] : [],
  )
  const parts = [
    ...(planned > 0 ? [`${planned} would be sent to ${queueUrl}`] : []),
    ...(sent > 0 ? [`${sent} sent to ${queueUrl}`] : []),
    ...(refused + unsent > 0 ? [`${refused + unsent} not sent`] : []),
  ]
  lines.push(`${redriven.length} selected: ${parts.join(', ')}`)
  if (planned > 0)
    lines.push('checked here as the worker will check it; its policy, which goes by who sends, has the last word')
  if (sent + planned > 0) lines.push(`judged in the name of ${visible(redrive.senderId ?? UNKNOWN_SENDER)}`)
  const reasons = new Map<string, Redriven[]>()
  for (const one of redriven) {
    const key = one.why && `${one.why}\n    ${one.todo}`
    if (key) reasons.set(key, [...(reasons.get(key) ?? []), one])
  }
  return [...lines, ...[...reasons].map(([why, those]) => reasonText(why, those))].join('\n')
}

const plannedText = (letter: Letter, { redriveCount, groupId, body }: GoodPlan): string =>
  `${shortId(letter)}  ${nameOf(letter)}  redriveCount ${redriveCount}, group ${visible(groupId)}\n    ${visible(body)}`

function reasonText(why: string, those: readonly Redriven[]): string {
  const named = those.slice(0, MOST_NAMED).map(({ letter }) => `    ${shortId(letter)}  ${visible(nameOf(letter))}`)
  const rest = those.length - named.length
  return [
    `  ${those.length} ${those[0]?.outcome === 'kept' ? 'sent, but' : 'not sent:'} ${visible(why, true)}`,
    ...named,
    ...(rest > 0 ? [`    and ${rest} more`] : []),
  ].join('\n')
}
