/** The report of a redrive, as text and as JSON. */
import type { DeadLetterView } from '../../lib/dead-letters/dead-letter-view.js'
import {
  isSent,
  type RedrivablePlan,
  type RedriveOutcome,
  type RedriveReport,
  type RedriveResult,
} from '../../lib/dead-letters/redrive-plan.js'
import { escapeControls } from '../../lib/domain/foreign-text.js'
import { networkOf, shortId } from './table.js'

const MAX_NAMED = 5
const UNKNOWN_SENDER = 'these credentials; STS did not report their id'

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
    letters: redriven.map(({ deadLetter, outcome, plan, why, todo }) => ({
      messageId: deadLetter.messageId,
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

/** What was sent, or would be; then those not sent, by cause. */
export function redriveText(redrive: RedriveReport, queueUrl: string): string {
  const { redriven } = redrive
  if (redriven.length === 0) return 'no dead letter is selected; dlq list prints all'
  const { sent, planned, refused, unsent } = redriveFacts(redrive)
  const lines = redriven.flatMap(({ deadLetter, outcome, plan }) =>
    outcome === 'planned' && plan ? [plannedText(deadLetter, plan)] : [],
  )
  const parts = [
    ...(planned > 0 ? [`${planned} would be sent to ${queueUrl}`] : []),
    ...(sent > 0 ? [`${sent} sent to ${queueUrl}`] : []),
    ...(refused + unsent > 0 ? [`${refused + unsent} not sent`] : []),
  ]
  lines.push(`${redriven.length} selected: ${parts.join(', ')}`)
  if (planned > 0)
    lines.push('checked as the worker will check it, except for its policy, which the worker evaluates by sender')
  if (sent + planned > 0) lines.push(`the policy's sender: ${escapeControls(redrive.senderId ?? UNKNOWN_SENDER)}`)
  const reasons = new Map<string, RedriveResult[]>()
  for (const one of redriven) {
    const key = one.why && `${one.why}\n    ${one.todo}`
    if (key) reasons.set(key, [...(reasons.get(key) ?? []), one])
  }
  return [...lines, ...[...reasons].map(([why, sameReason]) => reasonText(why, sameReason))].join('\n')
}

const plannedText = (deadLetter: DeadLetterView, { redriveCount, groupId, body }: RedrivablePlan): string =>
  `${shortId(deadLetter)}  ${networkOf(deadLetter)}  redriveCount ${redriveCount}, group ${escapeControls(groupId)}\n    ${escapeControls(body)}`

function reasonText(why: string, sameReason: readonly RedriveResult[]): string {
  const named = sameReason
    .slice(0, MAX_NAMED)
    .map(({ deadLetter }) => `    ${shortId(deadLetter)}  ${escapeControls(networkOf(deadLetter))}`)
  const rest = sameReason.length - named.length
  return [
    `  ${sameReason.length} ${sameReason[0]?.outcome === 'kept' ? 'sent, but' : 'not sent:'} ${escapeControls(why, true)}`,
    ...named,
    ...(rest > 0 ? [`    and ${rest} more`] : []),
  ].join('\n')
}
