/** The rows of a running campaign as a console shows them: those of the file, and those that only their results tell of. */
import type { Attachment } from '../../attachment.js'
import type { AttachmentResult } from '../../attachment-result.js'
import { foldRecord, type RecordedRow } from '../campaign-record.js'
import type { LedgerEntry } from '../ledger.js'
import type { Outcomes } from '../outcomes.js'

/** What could not be read of a request shows as nothing. */
const UNREADABLE: Attachment = {
  cenId: '',
  childInstanceId: '',
  childInstanceType: 'VPC',
  childInstanceRegionId: '',
}

/** Where a row stands that no file names. */
const HEARD = 'heard'

/** The request ids of the rows that these entries tell something of, each once. */
export function changedBy(entries: readonly LedgerEntry[]): string[] {
  const ids = entries.flatMap((entry) => {
    if (entry.entry === 'row') return [entry.row.request.requestId]
    if (entry.entry === 'sent') return entry.requestIds
    return entry.entry === 'result' ? [entry.result.data.requestId] : []
  })
  return [...new Set(ids)]
}

/** All rows, in the order of the file; those that were only heard of come last. */
export function liveRows(outcomes: Outcomes): RecordedRow[] {
  const asked = outcomes.followed().flatMap(({ row }) => outcomes.recorded(row.request.requestId) ?? [])
  return [...asked, ...heardRows(outcomes.strangers())]
}

/** These rows as they stand now. */
export function rowsOf(outcomes: Outcomes, requestIds: ReadonlySet<string>): RecordedRow[] {
  const asked = [...requestIds].flatMap((id) => outcomes.recorded(id) ?? [])
  if (asked.length === requestIds.size) return asked
  return [...asked, ...heardRows(outcomes.strangers().filter(({ data }) => requestIds.has(data.requestId)))]
}

function heardRows(results: readonly AttachmentResult[]): RecordedRow[] {
  const first = new Map<string, AttachmentResult>()
  for (const result of results) if (!first.has(result.data.requestId)) first.set(result.data.requestId, result)
  const rows = [...first.values()].map(({ data: { requestId, correlationId, attachment, requestedAt } }) => ({
    where: HEARD,
    request: {
      requestId,
      ...(correlationId !== undefined && { correlationId }),
      attachment: { ...UNREADABLE, ...attachment },
    },
    submittedAtMs: Date.parse(requestedAt),
  }))
  return [...foldRecord({ startedAtMs: 0, nowMs: 0 }, rows, results).rows]
}
