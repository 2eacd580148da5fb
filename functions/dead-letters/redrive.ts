/** Redrives in the ledgers of their campaigns, where there are any here: whoever follows or submits again knows what is under way. */
import type { DeadLetterQueue } from '../../lib/aws/dead-letter-queue.js'
import { type RedriveOptions, redriveDeadLetters } from '../../lib/aws/redrive.js'
import { isSame } from '../../lib/campaigns/own-result.js'
import { openAppendLog } from '../../lib/campaigns/store/append-log-file.js'
import {
  createLedger,
  type Ledger,
  type LedgerEntry,
  type SentRow,
  sentEntries,
} from '../../lib/campaigns/store/ledger.js'
import { isSent, type RedrivablePlan, type RedriveReport } from '../../lib/dead-letters/redrive-plan.js'
import { hasLedger, ledgerFile } from '../campaigns/ledger-files.js'

interface RedrivenRow extends SentRow {
  readonly plan: RedrivablePlan
}

/** What is on the queue again. */
export const sentRows = ({ redriven }: RedriveReport): RedrivenRow[] =>
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
export async function redriveAndRecord(
  deadLetterQueue: DeadLetterQueue,
  order: RedriveOptions,
  folder: string,
): Promise<RedriveReport> {
  const report = await redriveDeadLetters(deadLetterQueue, order)
  const rows = sentRows(report)
  for (const campaignId of new Set(rows.flatMap(({ plan }) => plan.request.campaignId ?? []))) {
    if (!hasLedger(folder, campaignId, order.requestQueueUrl)) continue
    const appendLog = await openAppendLog(ledgerFile(folder, campaignId, order.requestQueueUrl))
    const ledger = createLedger(appendLog)
    await ledger.catchUp()
    const own = rows.filter(({ plan }) => plan.request.campaignId === campaignId)
    await ledger.append(...redrivenEntries(own, ledger, report, deadLetterQueue.clock.now()))
  }
  return report
}
