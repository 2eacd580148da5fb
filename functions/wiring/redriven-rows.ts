/** Redrives in the ledgers of their campaigns, where there are any here: whoever follows or submits again knows what is under way. */
import type { Desk } from '../../lib/aws/dead-letter-queue.js'
import { type RedriveOrder, redriveLetters } from '../../lib/aws/redrive.js'
import { createLedger } from '../../lib/campaign/ledger.js'
import { type SentRow, sentEntries } from '../../lib/campaign/sent-entries.js'
import { openJournal } from '../../lib/host/journal-file.js'
import { isSent, type RedriveReport } from '../../lib/redrive-plan.js'
import { hasLedger, ledgerFile } from './ledger-file.js'

interface RedrivenRow extends SentRow {
  readonly campaignId?: string | undefined
}

/** What is on the queue again. */
export const redrivenRows = ({ redriven }: RedriveReport): RedrivenRow[] =>
  redriven.flatMap(({ outcome, plan }) =>
    plan && isSent(outcome)
      ? [{ requestId: plan.request.requestId, redriveCount: plan.redriveCount, campaignId: plan.request.campaignId }]
      : [],
  )

/** Redrives, and writes down in the ledgers of `folder` what was sent. */
export async function redriveRows(desk: Desk, order: RedriveOrder, folder: string): Promise<RedriveReport> {
  const report = await redriveLetters(desk, order)
  const rows = redrivenRows(report)
  for (const campaignId of new Set(rows.flatMap((row) => row.campaignId ?? []))) {
    if (!hasLedger(folder, campaignId, order.requestQueueUrl)) continue
    const journal = await openJournal(ledgerFile(folder, campaignId, order.requestQueueUrl))
    const own = rows.filter((row) => row.campaignId === campaignId)
    await createLedger(journal).append(...sentEntries(own, desk.clock.now()))
  }
  return report
}
