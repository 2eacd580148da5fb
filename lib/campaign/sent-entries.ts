/** What the ledger says of rows that were put on the queue. */
import type { LedgerEntry } from './ledger.js'

export interface SentRow {
  readonly requestId: string
  /** Present where it had been sent and had failed before. */
  readonly redriveCount?: number | undefined
}

/** An entry for each redrive count. `senderId`: who sent them, as the queue names them, if that is known. */
export function sentEntries(rows: readonly SentRow[], atMs: number, senderId?: string): LedgerEntry[] {
  const counts = new Set(rows.map(({ redriveCount }) => redriveCount))
  return [...counts].map((redriveCount) => ({
    entry: 'sent',
    atMs,
    requestIds: rows.filter((one) => one.redriveCount === redriveCount).map(({ requestId }) => requestId),
    ...(redriveCount !== undefined && { redriveCount }),
    ...(senderId !== undefined && { senderId }),
  }))
}
