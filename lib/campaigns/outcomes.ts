/** The outcomes of the rows of a campaign, updated by each result. */
import type { Attachment, AttachmentDetails, RequestAction } from '../domain/attachment.js'
import type { AttachmentResult, Outcome } from '../domain/messages/result.js'
import { noCounts, type RowStatus } from './facts/row-status.js'
import { expectedIds, isOwnResult, withoutForeignText } from './own-result.js'
import type { PlannedRow } from './plan.js'
import {
  type CampaignFrame,
  type CampaignRecord,
  type GrantLine,
  isFinal,
  isRefusal,
  type Preflight,
  type RecordedRow,
  recordRow,
  supersedes,
  toRecord,
} from './record.js'

export interface RowOutcome extends Attachment {
  readonly where: string
  readonly requestId: string
  readonly correlationId?: string
  /** Absent: attach. */
  readonly action?: RequestAction
  readonly outcome: RowStatus
  readonly details?: AttachmentDetails
  readonly adopted?: boolean
  readonly code?: string
  readonly message?: string
  readonly advice?: string
  /** The sender that the policy refused. */
  readonly senderId?: string
  readonly grant?: GrantLine
  readonly preflight?: Preflight
  readonly receiveCount?: number
  readonly durationMs?: number
}

export interface Totals {
  readonly rows: number
  readonly attached: number
  readonly detached: number
  readonly failed: number
  readonly grantRequired: number
  readonly preflight: number
  readonly pending: number
  readonly unsent: number
}

export interface Outcomes {
  /** Follows a row from now on. A known row keeps its results. */
  add(row: PlannedRow): void
  /**
   * Records that a row was sent, by `senderId` if known. With a `redriveCount` the results of its earlier submissions no
   * longer count.
   */
  sent(requestId: string, atMs: number, redriveCount?: number, senderId?: string): void
  /** Adds a result; returns whether it changed a status or is a new foreign result. */
  addResult(result: AttachmentResult): boolean
  status(requestId: string): RowStatus | undefined
  /** Whether a result belongs to one of these rows. */
  isOwn(result: AttachmentResult): boolean
  /** Whether a result with this id is known, of this row or foreign. */
  hasResult(requestId: string, id: string): boolean
  /** The rows as requested, with their statuses. */
  trackedRows(): readonly { readonly row: PlannedRow; readonly sentAtMs?: number; readonly status: RowStatus }[]
  row(requestId: string): RowOutcome | undefined
  /** A row with all its results, as a report has it. */
  recorded(requestId: string): RecordedRow | undefined
  rows(): RowOutcome[]
  totals(): Totals
  /** Results that belong to no row, though they may claim the request id of one, without the texts of their senders. */
  unrelatedResults(): readonly AttachmentResult[]
  record(frame: CampaignFrame): CampaignRecord
}

interface TrackedRow {
  row: PlannedRow
  sentAtMs?: number
  redriveCount?: number
  senderId?: string
  status: RowStatus
  latest?: AttachmentResult
  readonly history: Map<string, AttachmentResult>
  /** Ids of results of earlier submissions. */
  readonly supersededIds: Set<string>
}

export function createOutcomes(): Outcomes {
  const trackedRows = new Map<string, TrackedRow>()
  const unrelatedResults = new Map<string, AttachmentResult>()
  const counts = noCounts()

  const setStatus = (one: TrackedRow, status: RowStatus): void => {
    counts[one.status] -= 1
    one.status = status
    counts[status] += 1
  }
  const expecting = ({ row: { request }, redriveCount, senderId }: TrackedRow) => ({
    request,
    ...(redriveCount !== undefined && { redriveCount }),
    ...(senderId !== undefined && { senderId }),
  })
  const ownerOf = (result: AttachmentResult): TrackedRow | undefined => {
    const one = trackedRows.get(result.data.requestId)
    return one && isOwnResult(result, expecting(one)) ? one : undefined
  }
  return {
    add(row) {
      const { requestId } = row.request
      const known = trackedRows.get(requestId)
      if (known) {
        known.row = row
        return
      }
      trackedRows.set(requestId, { row, status: 'unsent', history: new Map(), supersededIds: new Set() })
      counts.unsent += 1
    },
    sent(requestId, atMs, redriveCount, senderId) {
      const one = trackedRows.get(requestId)
      if (!one) return
      const { sentAtMs: beforeMs = Number.NEGATIVE_INFINITY } = one
      one.sentAtMs = atMs
      if (senderId === undefined) delete one.senderId
      else one.senderId = senderId
      if (redriveCount !== undefined) one.redriveCount = redriveCount
      if (redriveCount !== undefined && one.latest) {
        const current = expectedIds(one.row.request, redriveCount)
        const isCurrent = (result: AttachmentResult) =>
          isRefusal(result) ? isNearer(Date.parse(result.data.requestedAt), atMs, beforeMs) : current.has(result.id)
        for (const result of one.history.values()) if (!isCurrent(result)) one.supersededIds.add(result.id)
        if (one.supersededIds.has(one.latest.id)) {
          delete one.latest
          setStatus(one, 'pending')
        }
      }
      // The result may have been received before the ledger recorded the submission.
      if (one.status === 'unsent') setStatus(one, 'pending')
    },
    addResult(result) {
      const { outcome } = result.data
      const one = ownerOf(result)
      if (!one) {
        const isNew = !unrelatedResults.has(result.id)
        unrelatedResults.set(result.id, withoutForeignText(result))
        return isNew
      }
      one.history.set(`${result.id} ${result.time}`, result)
      if (one.supersededIds.has(result.id) || !supersedes(result, one.latest)) return false
      one.latest = result
      const isNew = one.status !== outcome
      setStatus(one, outcome)
      return isNew
    },
    status: (requestId) => trackedRows.get(requestId)?.status,
    isOwn: (result) => ownerOf(result) !== undefined,
    hasResult: (requestId, id) =>
      unrelatedResults.has(id) ||
      [...(trackedRows.get(requestId)?.history.values() ?? [])].some((result) => result.id === id),
    trackedRows: () => [...trackedRows.values()],
    row: (requestId) => toRow(trackedRows.get(requestId)),
    rows: () => [...trackedRows.values()].flatMap((one) => toRow(one) ?? []),
    totals: () => ({
      rows: trackedRows.size,
      attached: counts.attached,
      detached: counts.detached,
      failed: counts.failed,
      grantRequired: counts['grant-required'],
      preflight: counts.preflight,
      pending: counts.pending,
      unsent: counts.unsent,
    }),
    unrelatedResults: () => [...unrelatedResults.values()],
    recorded: (requestId) => toRecorded(trackedRows.get(requestId)),
    record: (frame) =>
      toRecord(
        frame,
        [...trackedRows.values()].flatMap((one) => toRecorded(one) ?? []),
      ),
  }
}

/** A refusal has no redrive count: it belongs to the submission whose time is nearer to that of its message. */
const isNearer = (atMs: number, latestMs: number, beforeMs: number): boolean =>
  Math.abs(atMs - latestMs) < Math.abs(atMs - beforeMs)

function toRow(one: TrackedRow | undefined): RowOutcome | undefined {
  if (!one) return undefined
  const { row, latest, status } = one
  const { outcome, line, timeline, attachment, options, submittedAtMs, finishedAtMs, error, ...rest } = recordRow(
    row,
    [],
    latest,
  )
  return {
    where: line,
    ...attachment,
    ...rest,
    outcome: status,
    ...(error && { code: error.code, message: error.message, advice: error.advice }),
  }
}

function toRecorded(one: TrackedRow | undefined): RecordedRow | undefined {
  if (!one) return undefined
  const { row, sentAtMs, history, latest } = one
  const requested = {
    where: row.where,
    request: row.request,
    ...(sentAtMs !== undefined && { submittedAtMs: sentAtMs }),
  }
  return recordRow(requested, [...history.values()], latest)
}

/** Whether a row is final or waits for a grant: a campaign does not wait for it. */
export const isSettled = (status: RowStatus | undefined): boolean =>
  status !== undefined && status !== 'pending' && status !== 'unsent'
/** Whether a row may still get a final result. */
export const isOpen = (status: RowStatus): boolean => !isSettled(status) || !isFinal(status as Outcome)
