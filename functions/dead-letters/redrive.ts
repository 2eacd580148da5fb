/** Redrives dead letters, and records that in the ledgers of their campaigns, if there are any here. */
import type { DeadLetterQueue } from '../../lib/aws/dead-letters/dead-letter-queue.js'
import { type RedriveOptions, redriveDeadLetters } from '../../lib/aws/dead-letters/redrive.js'
import { isSame } from '../../lib/campaigns/own-result.js'
import {
  createLedger,
  type Ledger,
  type LedgerEntry,
  type SentRow,
  sentEntries,
} from '../../lib/campaigns/store/ledger.js'
import { isSent, type RedrivablePlan, type RedriveReport } from '../../lib/dead-letters/redrive-plan.js'
import { hasLedger, openLedgerLog } from '../campaigns/ledger-files.js'
import { UsageError, warn } from '../terminal/print.js'

interface RedrivenRow extends SentRow {
  readonly plan: RedrivablePlan
}

/** The rows that are on the request queue again. */
export const sentRows = ({ redriven }: RedriveReport): RedrivenRow[] =>
  redriven.flatMap(({ outcome, plan }) =>
    plan && isSent(outcome) ? [{ requestId: plan.request.requestId, redriveCount: plan.redriveCount, plan }] : [],
  )

/** The ledger entries of a redrive: the sent rows with their sender, and the new requests of edited rows. */
export function redrivenEntries(rows: readonly RedrivenRow[], ledger: Ledger, report: RedriveReport, atMs: number) {
  const changed = rows.flatMap(({ requestId, plan: { request, body } }): LedgerEntry[] => {
    const known = ledger.row(requestId)
    return known && !isSame(known.request.attachment, request.attachment)
      ? [{ entry: 'row', row: { ...known, request, body } }]
      : []
  })
  return [...changed, ...sentEntries(rows, atMs, report.senderId)]
}

/**
 * Redrives, and records what was sent, and its sender, in the ledgers of `folder`. What a ledger cannot record is sent
 * nevertheless, so that is a warning.
 */
export async function redriveAndRecord(
  deadLetterQueue: DeadLetterQueue,
  order: RedriveOptions,
  folder: string,
): Promise<RedriveReport> {
  const report = await redriveDeadLetters(deadLetterQueue, order)
  const rows = sentRows(report)
  for (const campaignId of new Set(rows.flatMap(({ plan }) => plan.request.campaignId ?? []))) {
    if (!hasLedger(folder, campaignId, order.requestQueueUrl)) continue
    const own = rows.filter(({ plan }) => plan.request.campaignId === campaignId)
    try {
      const ledger = createLedger(await openLedgerLog(folder, campaignId, order.requestQueueUrl))
      await ledger.catchUp()
      await ledger.append(...redrivenEntries(own, ledger, report, deadLetterQueue.clock.now()))
    } catch (error) {
      const reason = error instanceof UsageError ? error.faults[0] : (error as Error).message
      warn(`sent, but not recorded: ${reason}`)
    }
  }
  return report
}
