/** The rows of a file that are still to be sent, by the ledger of the campaign. */
import { resultId } from '../domain/messages/result.js'
import type { PlannedRow, RowFault } from './plan.js'
import type { Ledger } from './store/ledger.js'

export interface RowToSend {
  readonly row: PlannedRow
  /** Present if the row was sent before, so that its results get new ids. */
  readonly redriveCount?: number
}

export interface Outstanding {
  readonly send: readonly RowToSend[]
  /** The counts of rows that are attached, or detached, by the ledger. */
  readonly attached: number
  readonly detached: number
  /** The count of rows that are on the queue or wait for a grant. */
  readonly underWay: number
  /** Rows that request another attachment under a request id of this campaign. */
  readonly faults: readonly RowFault[]
}

/** A row is sent if it was never sent, if it failed, or if it expired without a result. */
export function findOutstanding(rows: readonly PlannedRow[], ledger: Ledger, nowMs: number): Outstanding {
  const send: RowToSend[] = []
  const faults: RowFault[] = []
  let attached = 0
  let detached = 0
  let underWay = 0
  for (const row of rows) {
    const { requestId } = row.request
    const known = ledger.row(requestId)
    const status = ledger.outcomes.status(requestId) ?? 'unsent'
    const sent = status === 'pending' || status === 'grant-required'
    if (known && known.request.idempotencyKey !== row.request.idempotencyKey) {
      const message = `was used by this campaign for another attachment or action (${known.request.attachment.childInstanceId}); it needs its own`
      faults.push({ where: row.where, path: 'requestId', message })
    } else if (status === 'attached') attached += 1
    else if (status === 'detached') detached += 1
    else if (sent && nowMs < (known?.request.notAfterMs ?? 0)) underWay += 1
    else if (ledger.sends(requestId) === 0) send.push({ row })
    else send.push({ row, redriveCount: nextRedrive(row, ledger) })
  }
  return { send, attached, detached, underWay, faults }
}

/** The first redrive count that no result of this row has; redrives from the dead-letter queue count, too. */
function nextRedrive({ request }: PlannedRow, ledger: Ledger): number {
  let count = ledger.sends(request.requestId)
  while (ledger.outcomes.hasResult(request.requestId, resultId(request, 'failed', count))) count += 1
  return count
}
