/** What became of the rows of a submission, as results come in. */
import type { Attachment } from '../domain/attachment.js'
import type { AttachmentResult, Outcome } from '../domain/result.js'
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

/** `pending`: sent, and nothing heard yet; `unsent`: still to be sent. */
export type RowStatus = Outcome | 'pending' | 'unsent'

export interface RowOutcome extends Attachment {
  readonly where: string
  readonly requestId: string
  readonly correlationId?: string
  readonly outcome: RowStatus
  readonly adopted?: boolean
  readonly code?: string
  readonly advice?: string
  /** Whom the policy refused. */
  readonly senderId?: string
  readonly grant?: GrantLine
  readonly preflight?: Preflight
  readonly receiveCount?: number
  readonly durationMs?: number
}

export interface Totals {
  readonly rows: number
  readonly attached: number
  readonly failed: number
  readonly grantRequired: number
  readonly preflight: number
  readonly pending: number
  readonly unsent: number
}

export interface Outcomes {
  /** A row that is followed from now on; said again, it keeps what is known of it. */
  add(row: PlannedRow): void
  /**
   * A row was put on the queue, by `senderId` if that is known; with a `redriveCount`, what was known of its earlier sends no
   * longer counts.
   */
  sent(requestId: string, atMs: number, redriveCount?: number, senderId?: string): void
  /** Takes a result; says whether it told something new about these rows. */
  addResult(result: AttachmentResult): boolean
  status(requestId: string): RowStatus | undefined
  /** Whether a result is one of these rows' own. */
  isOwn(result: AttachmentResult): boolean
  /** Whether a result of this id was told of the row, or is foreign. */
  hasResult(requestId: string, id: string): boolean
  /** The rows as they were asked for, with where they stand. */
  trackedRows(): readonly { readonly row: PlannedRow; readonly sentAtMs?: number; readonly status: RowStatus }[]
  row(requestId: string): RowOutcome | undefined
  /** A row with everything that was told of it, as a report has it. */
  recorded(requestId: string): RecordedRow | undefined
  rows(): RowOutcome[]
  totals(): Totals
  /** Foreign results, without what their senders wrote: they belong to no row, though they may claim one. */
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
  /** Ids of results that belong to an earlier send. */
  readonly supersededIds: Set<string>
}

export function createOutcomes(): Outcomes {
  const trackedRows = new Map<string, TrackedRow>()
  const unrelatedResults = new Map<string, AttachmentResult>()
  const counts: Record<RowStatus, number> = {
    attached: 0,
    failed: 0,
    'grant-required': 0,
    preflight: 0,
    pending: 0,
    unsent: 0,
  }

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
      // Its result may have been heard before the sending was written down.
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

/** A refusal names no redrive count: it belongs to the sending that was nearer to when its message was sent. */
const isNearer = (atMs: number, latestMs: number, beforeMs: number): boolean =>
  Math.abs(atMs - latestMs) < Math.abs(atMs - beforeMs)

function toRow(one: TrackedRow | undefined): RowOutcome | undefined {
  if (!one) return undefined
  const { row, latest, status } = one
  const { outcome, line, timeline, attachment, submittedAtMs, finishedAtMs, error, ...rest } = recordRow(
    row,
    [],
    latest,
  )
  return {
    where: line,
    ...attachment,
    ...rest,
    outcome: status,
    ...(error && { code: error.code, advice: error.advice }),
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

/** Final, or parked: what a campaign does not wait for. */
export const isSettled = (status: RowStatus | undefined): boolean =>
  status !== undefined && status !== 'pending' && status !== 'unsent'
export const isOpen = (status: RowStatus): boolean => !isSettled(status) || !isFinal(status as Outcome)
