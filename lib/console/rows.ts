/** The rows of a running campaign as a console shows them: those of the file, and those that only their results tell of. */

import type { Outcomes } from '../campaigns/outcomes.js'
import { foldRecord, type RecordedRow } from '../campaigns/record.js'
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

/** Where a row stands that no file names. */
const NOT_IN_FILE = 'heard'

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
  return [...requested, ...rowsFromResults(outcomes.unrelatedResults())]
}

/** These rows as they stand now. */
export function rowsOf(outcomes: Outcomes, requestIds: ReadonlySet<string>): RecordedRow[] {
  const requested = [...requestIds].flatMap((id) => outcomes.recorded(id) ?? [])
  if (requested.length === requestIds.size) return requested
  return [
    ...requested,
    ...rowsFromResults(outcomes.unrelatedResults().filter(({ data }) => requestIds.has(data.requestId))),
  ]
}

function rowsFromResults(results: readonly AttachmentResult[]): RecordedRow[] {
  const first = new Map<string, AttachmentResult>()
  for (const result of results) if (!first.has(result.data.requestId)) first.set(result.data.requestId, result)
  const rows = [...first.values()].map(({ data: { requestId, correlationId, attachment, requestedAt } }) => ({
    where: NOT_IN_FILE,
    request: {
      requestId,
      ...(correlationId !== undefined && { correlationId }),
      attachment: { ...UNREADABLE, ...attachment },
    },
    submittedAtMs: Date.parse(requestedAt),
  }))
  return [...foldRecord({ startedAtMs: 0, nowMs: 0 }, rows, results).rows]
}
