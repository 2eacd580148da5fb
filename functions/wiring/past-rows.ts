/** What past campaigns asked for, from their ledgers. */
import { createLedger } from '../../lib/campaign/ledger.js'
import { openJournal } from '../../lib/host/journal-file.js'
import type { PlannedRow } from '../../lib/onboarding-plan.js'
import { hasLedger, ledgerFile } from './ledger-file.js'
import { WrongUse } from './terminal.js'

/** Each attachment once, as the last of the campaigns asked for it. Throws wrong use for campaigns without a ledger. */
export async function rowsOfPast(past: readonly string[], folder: string): Promise<PlannedRow[]> {
  const absent = past.filter((campaignId) => !hasLedger(folder, campaignId))
  if (absent.length > 0) throw new WrongUse(absent.map((id) => `there is no ledger of ${id} in ${folder}`))
  const rows = new Map<string, PlannedRow>()
  for (const campaignId of past) {
    const ledger = createLedger(await openJournal(ledgerFile(folder, campaignId)))
    await ledger.catchUp()
    for (const { row } of ledger.outcomes.followed())
      rows.set(row.request.idempotencyKey, { ...row, where: `${campaignId} ${row.where}` })
  }
  return [...rows.values()]
}
