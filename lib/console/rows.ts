/** The rows of a running campaign in the console: those of the file, and those known only from results. */
import { groupBy } from '../campaigns/facts/groups.js'
import type { Outcomes } from '../campaigns/outcomes.js'
import { latestOf, type RecordedRow, recordRow } from '../campaigns/record.js'
import type { LedgerEntry } from '../campaigns/store/ledger.js'
import type { Attachment } from '../domain/attachment.js'
import type { AttachmentResult } from '../domain/messages/result.js'

/** Fields of a request that could not be read are empty. */
const UNREADABLE: Attachment = {
  cenId: '',
  childInstanceId: '',
  childInstanceType: 'VPC',
  childInstanceRegionId: '',
}

/** The `line` of a row that is not in the file, and of a result that claims the request id of another row. */
const NOT_IN_FILE = 'received'
const FOREIGN = 'foreign'

/** The request ids of the rows that these ledger entries change, each once. */
export function changedRequestIds(entries: readonly LedgerEntry[]): string[] {
  const ids = entries.flatMap((entry) => {
    if (entry.entry === 'row') return [entry.row.request.requestId]
    if (entry.entry === 'sent') return entry.requestIds
    return entry.entry === 'result' ? [entry.result.data.requestId] : []
  })
  return [...new Set(ids)]
}

/** All rows: those of the file in its order, then those known only from results. */
export function allConsoleRows(outcomes: Outcomes): RecordedRow[] {
  const requested = outcomes.trackedRows().flatMap(({ row }) => outcomes.recorded(row.request.requestId) ?? [])
  return [...requested, ...rowsFromResults(outcomes, outcomes.unrelatedResults())]
}

/** The current state of these rows. */
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

/** A row for each request id and attachment. If another row has that request id, it is `REQUEST-ID (foreign)`, `(foreign 2)` … */
function rowsFromResults(outcomes: Outcomes, results: readonly AttachmentResult[]): RecordedRow[] {
  const groups = groupBy(results, ({ data }) =>
    JSON.stringify([data.requestId, Object.entries(data.attachment).sort()]),
  )
  const used = new Map<string, number>()
  return groups.map(({ rows: group }) => {
    const { requestId, action, attachment, requestedAt } = (group[0] as AttachmentResult).data
    const before = used.get(requestId) ?? (outcomes.status(requestId) === undefined ? 0 : 1)
    used.set(requestId, before + 1)
    const name = before === 0 ? requestId : `${requestId} (${before === 1 ? FOREIGN : `${FOREIGN} ${before}`})`
    const row = {
      where: before === 0 ? NOT_IN_FILE : FOREIGN,
      request: { requestId: name, ...(action && { action }), attachment: { ...UNREADABLE, ...attachment } },
      submittedAtMs: Date.parse(requestedAt),
    }
    return recordRow(row, group, latestOf(group))
  })
}
