/** Redrives in the ledgers of their campaigns, where there are any here: whoever follows or submits again knows what is under way. */
import type { DeadLetterQueue } from '../../lib/aws/dead-letter-queue.js'
import { type RedriveOptions, redriveDeadLetters } from '../../lib/aws/redrive.js'
import { openAppendLog } from '../../lib/campaigns/store/append-log-file.js'
import { createLedger, type SentRow, sentEntries } from '../../lib/campaigns/store/ledger.js'
import { isSent, type RedriveReport } from '../../lib/dead-letters/redrive-plan.js'
import { hasLedger, ledgerFile } from '../campaigns/ledger-files.js'

interface RedrivenRow extends SentRow {
  readonly campaignId?: string | undefined
}

/** What is on the queue again. */
export const sentRows = ({ redriven }: RedriveReport): RedrivenRow[] =>
  redriven.flatMap(({ outcome, plan }) =>
    plan && isSent(outcome)
      ? [{ requestId: plan.request.requestId, redriveCount: plan.redriveCount, campaignId: plan.request.campaignId }]
      : [],
  )

/** Redrives, and writes down in the ledgers of `folder` what was sent. */
export async function redriveAndRecord(
  deadLetterQueue: DeadLetterQueue,
  order: RedriveOptions,
  folder: string,
): Promise<RedriveReport> {
  const report = await redriveDeadLetters(deadLetterQueue, order)
  const rows = sentRows(report)
  for (const campaignId of new Set(rows.flatMap((row) => row.campaignId ?? []))) {
    if (!hasLedger(folder, campaignId, order.requestQueueUrl)) continue
    const appendLog = await openAppendLog(ledgerFile(folder, campaignId, order.requestQueueUrl))
    const own = rows.filter((row) => row.campaignId === campaignId)
    await createLedger(appendLog).append(...sentEntries(own, deadLetterQueue.clock.now()))
  }
  return report
}
