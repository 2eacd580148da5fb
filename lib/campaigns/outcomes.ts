/** What became of the rows of a submission, as results come in. */
import type { Attachment } from '../domain/attachment.js'
import { type AttachmentResult, type Outcome, RESULT_TYPES, resultId } from '../domain/result.js'
import type { PlannedRow } from './plan.js'
import {
  type CampaignFrame,
  type CampaignRecord,
  type GrantLine,
  isFinal,
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
  /** A row was put on the queue; with a `redriveCount`, what was known of its earlier sends no longer counts. */
  sent(requestId: string, atMs: number, redriveCount?: number): void
  /** Takes a result; says whether it told something new about these rows. */
  addResult(result: AttachmentResult): boolean
  status(requestId: string): RowStatus | undefined
  /** Whether a result of this id was told of the row. */
  hasResult(requestId: string, id: string): boolean
  /** The rows as they were asked for, with where they stand. */
  trackedRows(): readonly { readonly row: PlannedRow; readonly sentAtMs?: number; readonly status: RowStatus }[]
  row(requestId: string): RowOutcome | undefined
  /** A row with everything that was told of it, as a report has it. */
  recorded(requestId: string): RecordedRow | undefined
  rows(): RowOutcome[]
  totals(): Totals
  /** Results that belong to no row: messages that others sent, or that could not be read. */
  unrelatedResults(): readonly AttachmentResult[]
  record(frame: CampaignFrame): CampaignRecord
}

interface TrackedRow {
  row: PlannedRow
  sentAtMs?: number
  status: RowStatus
  latest?: AttachmentResult
  readonly history: Map<string, AttachmentResult>
  /** Ids of results that belong to an earlier send. */
  readonly supersededIds: Set<string>
}

const OUTCOMES = Object.keys(RESULT_TYPES) as Outcome[]

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
    sent(requestId, atMs, redriveCount) {
      const one = trackedRows.get(requestId)
      if (!one) return
      one.sentAtMs = atMs
      if (redriveCount !== undefined && one.latest) {
        const current = new Set(OUTCOMES.map((outcome) => resultId(one.row.request, outcome, redriveCount)))
        for (const { id } of one.history.values()) if (!current.has(id)) one.supersededIds.add(id)
        if (one.supersededIds.has(one.latest.id)) {
          delete one.latest
          setStatus(one, 'pending')
        }
      }
      // Its result may have been heard before the sending was written down.
      if (one.status === 'unsent') setStatus(one, 'pending')
    },
    addResult(result) {
      const { requestId, outcome } = result.data
      const one = trackedRows.get(requestId)
      if (!one) {
        const isNew = !unrelatedResults.has(result.id)
        unrelatedResults.set(result.id, result)
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
    hasResult: (requestId, id) =>
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
