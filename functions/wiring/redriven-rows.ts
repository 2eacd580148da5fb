/** Redrives in the ledgers of their campaigns, where there are any here: whoever follows or submits again knows what is under way. */
import type { Desk } from '../../lib/aws/dead-letter-queue.js'
import { type RedriveOrder, redriveLetters } from '../../lib/aws/redrive.js'
import { createLedger, type Ledger, type LedgerEntry } from '../../lib/campaign/ledger.js'
import { isSame } from '../../lib/campaign/own-result.js'
import { type SentRow, sentEntries } from '../../lib/campaign/sent-entries.js'
import { openJournal } from '../../lib/host/journal-file.js'
import { type GoodPlan, isSent, type RedriveReport } from '../../lib/redrive-plan.js'
import { hasLedger, ledgerFile } from './ledger-file.js'

interface RedrivenRow extends SentRow {
  readonly plan: GoodPlan
}

/** What is on the queue again. */
export const redrivenRows = ({ redriven }: RedriveReport): RedrivenRow[] =>
  redriven.flatMap(({ outcome, plan }) =>
    plan && isSent(outcome) ? [{ requestId: plan.request.requestId, redriveCount: plan.redriveCount, plan }] : [],
  )

/** What a ledger takes in of a redrive: who sent the rows, and what they ask for where an edit has changed that. */
export function redrivenEntries(rows: readonly RedrivenRow[], ledger: Ledger, report: RedriveReport, atMs: number) {
  const changed = rows.flatMap(({ requestId, plan: { request, body } }): LedgerEntry[] => {
    const known = ledger.row(requestId)
    return known && !isSame(known.request.attachment, request.attachment)
      ? [{ entry: 'row', row: { ...known, request, body } }]
      : []
  })
  return [...changed, ...sentEntries(rows, atMs, report.senderId)]
}

/** Redrives, and writes down in the ledgers of `folder` what was sent, and in whose name. */
export async function redriveRows(desk: Desk, order: RedriveOrder, folder: string): Promise<RedriveReport> {
  const report = await redriveLetters(desk, order)
  const rows = redrivenRows(report)
  for (const campaignId of new Set(rows.flatMap(({ plan }) => plan.request.campaignId ?? []))) {
    if (!hasLedger(folder, campaignId, order.requestQueueUrl)) continue
    const journal = await openJournal(ledgerFile(folder, campaignId, order.requestQueueUrl))
    const ledger = createLedger(journal)
    await ledger.catchUp()
    const own = rows.filter(({ plan }) => plan.request.campaignId === campaignId)
    await ledger.append(...redrivenEntries(own, ledger, report, desk.clock.now()))
  }
  return report
}
