/** What of a file is still to be sent, given what the campaign's ledger knows. */
import { resultId } from '../domain/result.js'
import type { PlannedRow, RowFault } from './plan.js'
import type { Ledger } from './store/ledger.js'

export interface RowToSend {
  readonly row: PlannedRow
  /** Present where it failed before: its results then have ids of their own. */
  readonly redriveCount?: number
}

export interface Outstanding {
  readonly send: readonly RowToSend[]
  /** Rows that the CEN has attached already, by what the ledger says. */
  readonly attached: number
  /** Rows that are on the queue, or wait for a grant. */
  readonly underWay: number
  /** Rows that ask for something else under a request id that the campaign has used. */
  readonly faults: readonly RowFault[]
}

/** A row is sent where it was never sent, where it failed, and where it got no result before it expired. */
export function findOutstanding(rows: readonly PlannedRow[], ledger: Ledger, nowMs: number): Outstanding {
  const send: RowToSend[] = []
  const faults: RowFault[] = []
  let attached = 0
  let underWay = 0
  for (const row of rows) {
    const { requestId } = row.request
    const known = ledger.row(requestId)
    const status = ledger.outcomes.status(requestId) ?? 'unsent'
    const sent = status === 'pending' || status === 'grant-required'
    if (known && known.request.idempotencyKey !== row.request.idempotencyKey) {
      const message = `was used by this campaign for another attachment (${known.request.attachment.childInstanceId}); it needs its own`
      faults.push({ where: row.where, path: 'requestId', message })
    } else if (status === 'attached') attached += 1
    else if (sent && nowMs < (known?.request.notAfterMs ?? 0)) underWay += 1
    else if (ledger.sends(requestId) === 0) send.push({ row })
    else send.push({ row, redriveCount: nextRedrive(row, ledger) })
  }
  return { send, attached, underWay, faults }
}

/** One that no result of this row has yet; a redrive from the dead-letter queue counts, too. */
function nextRedrive({ request }: PlannedRow, ledger: Ledger): number {
  let count = ledger.sends(request.requestId)
  while (ledger.outcomes.hasResult(request.requestId, resultId(request, 'failed', count))) count += 1
  return count
}
