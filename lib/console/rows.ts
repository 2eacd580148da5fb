/** The rows of a running campaign as a console shows them: those of the file, and those that only their results tell of. */

import type { Outcomes } from '../campaigns/outcomes.js'
import { latestOf, type RecordedRow, recordRow } from '../campaigns/record.js'
import type { LedgerEntry } from '../campaigns/store/ledger.js'
import type { Attachment } from '../domain/attachment.js'
import type { AttachmentResult } from '../domain/result.js'

/** What could not be read of a request shows as nothing. */
const UNREADABLE: Attachment = {
  cenId: '',
  childInstanceId: '',
  childInstanceType: 'VPC',
  childInstanceRegionId: '',
}

/** Where a row stands that no file names; and a result that claims a row which is not its own. */
const NOT_IN_FILE = 'heard'
const FOREIGN = 'foreign'

/** The request ids of the rows that these entries tell something of, each once. */
export function changedRequestIds(entries: readonly LedgerEntry[]): string[] {
  const ids = entries.flatMap((entry) => {
    if (entry.entry === 'row') return [entry.row.request.requestId]
    if (entry.entry === 'sent') return entry.requestIds
    return entry.entry === 'result' ? [entry.result.data.requestId] : []
  })
  return [...new Set(ids)]
}

/** All rows, in the order of the file; those that were only heard of come last. */
export function allConsoleRows(outcomes: Outcomes): RecordedRow[] {
  const requested = outcomes.trackedRows().flatMap(({ row }) => outcomes.recorded(row.request.requestId) ?? [])
  return [...requested, ...rowsFromResults(outcomes, outcomes.unrelatedResults())]
}

/** These rows as they stand now. */
export function rowsOf(outcomes: Outcomes, requestIds: ReadonlySet<string>): RecordedRow[] {
  const requested = [...requestIds].flatMap((id) => outcomes.recorded(id) ?? [])
  return [
    ...requested,
    ...rowsFromResults(
      outcomes,
      outcomes.unrelatedResults().filter(({ data }) => requestIds.has(data.requestId)),
    ),
  ]
}

/** A row for each request id and attachment; one whose request id another row has is named `REQUEST-ID (foreign)`, `(foreign 2)` … */
function rowsFromResults(outcomes: Outcomes, results: readonly AttachmentResult[]): RecordedRow[] {
  const groups = new Map<string, AttachmentResult[]>()
  for (const result of results) {
    const { requestId, attachment } = result.data
    const key = JSON.stringify([requestId, Object.entries(attachment).sort()])
    const known = groups.get(key)
    if (known) known.push(result)
    else groups.set(key, [result])
  }
  const used = new Map<string, number>()
  return [...groups.values()].flatMap((of) => {
    const { requestId, attachment, requestedAt } = (of[0] as AttachmentResult).data
    const before = used.get(requestId) ?? (outcomes.status(requestId) === undefined ? 0 : 1)
    used.set(requestId, before + 1)
    const name = before === 0 ? requestId : `${requestId} (${before === 1 ? FOREIGN : `${FOREIGN} ${before}`})`
    const row = {
      where: before === 0 ? NOT_IN_FILE : FOREIGN,
      request: { requestId: name, attachment: { ...UNREADABLE, ...attachment } },
      submittedAtMs: Date.parse(requestedAt),
    }
    return recordRow(row, of, latestOf(of))
  })
}
