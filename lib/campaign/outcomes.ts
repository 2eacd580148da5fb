/** What became of the rows of a submission, as results come in. */
import type { Attachment } from '../attachment.js'
import type { AttachmentResult, Outcome } from '../attachment-result.js'
import type { PlannedRow } from '../onboarding-plan.js'
import {
  type CampaignFrame,
  type CampaignRecord,
  type GrantLine,
  isFinal,
  isRefusal,
  type RecordedRow,
  recordRow,
  supersedes,
  toRecord,
} from './campaign-record.js'
import { expectedIds, isOwnResult, withoutForeignText } from './own-result.js'
import type { Preflight } from './preflight.js'

/** `pending`: sent, and nothing heard yet; `unsent`: still to be sent. */
export type Standing = Outcome | 'pending' | 'unsent'

export interface RowOutcome extends Attachment {
  readonly where: string
  readonly requestId: string
  readonly correlationId?: string
  readonly outcome: Standing
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
  take(result: AttachmentResult): boolean
  standing(requestId: string): Standing | undefined
  /** Whether a result is one of these rows' own. */
  isOwn(result: AttachmentResult): boolean
  /** Whether a result of this id was told of the row, or is foreign. */
  hasHeard(requestId: string, id: string): boolean
  /** The rows as they were asked for, with where they stand. */
  followed(): readonly { readonly row: PlannedRow; readonly sentAtMs?: number; readonly standing: Standing }[]
  row(requestId: string): RowOutcome | undefined
  /** A row with everything that was told of it, as a report has it. */
  recorded(requestId: string): RecordedRow | undefined
  rows(): RowOutcome[]
  totals(): Totals
  /** Foreign results, without what their senders wrote: they belong to no row, though they may claim one. */
  strangers(): readonly AttachmentResult[]
  record(frame: CampaignFrame): CampaignRecord
}

interface Followed {
  row: PlannedRow
  sentAtMs?: number
  redriveCount?: number
  senderId?: string
  standing: Standing
  latest?: AttachmentResult
  readonly history: Map<string, AttachmentResult>
  /** Ids of results that belong to an earlier send. */
  readonly spent: Set<string>
}

export function createOutcomes(): Outcomes {
  const followed = new Map<string, Followed>()
  const strangers = new Map<string, AttachmentResult>()
  const counts: Record<Standing, number> = {
    attached: 0,
    failed: 0,
    'grant-required': 0,
    preflight: 0,
    pending: 0,
    unsent: 0,
  }

  const stand = (one: Followed, standing: Standing): void => {
    counts[one.standing] -= 1
    one.standing = standing
    counts[standing] += 1
  }
  const expecting = ({ row: { request }, redriveCount, senderId }: Followed) => ({
    request,
    ...(redriveCount !== undefined && { redriveCount }),
    ...(senderId !== undefined && { senderId }),
  })
  const ownerOf = (result: AttachmentResult): Followed | undefined => {
    const one = followed.get(result.data.requestId)
    return one && isOwnResult(result, expecting(one)) ? one : undefined
  }
  return {
    add(row) {
      const { requestId } = row.request
      const known = followed.get(requestId)
      if (known) {
        known.row = row
        return
      }
      followed.set(requestId, { row, standing: 'unsent', history: new Map(), spent: new Set() })
      counts.unsent += 1
    },
    sent(requestId, atMs, redriveCount, senderId) {
      const one = followed.get(requestId)
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
        for (const result of one.history.values()) if (!isCurrent(result)) one.spent.add(result.id)
        if (one.spent.has(one.latest.id)) {
          delete one.latest
          stand(one, 'pending')
        }
      }
      // Its result may have been heard before the sending was written down.
      if (one.standing === 'unsent') stand(one, 'pending')
    },
    take(result) {
      const { outcome } = result.data
      const one = ownerOf(result)
      if (!one) {
        const isNew = !strangers.has(result.id)
        strangers.set(result.id, withoutForeignText(result))
        return isNew
      }
      one.history.set(`${result.id} ${result.time}`, result)
      if (one.spent.has(result.id) || !supersedes(result, one.latest)) return false
      one.latest = result
      const isNew = one.standing !== outcome
      stand(one, outcome)
      return isNew
    },
    standing: (requestId) => followed.get(requestId)?.standing,
    isOwn: (result) => ownerOf(result) !== undefined,
    hasHeard: (requestId, id) =>
      strangers.has(id) || [...(followed.get(requestId)?.history.values() ?? [])].some((result) => result.id === id),
    followed: () => [...followed.values()],
    row: (requestId) => toRow(followed.get(requestId)),
    rows: () => [...followed.values()].flatMap((one) => toRow(one) ?? []),
    totals: () => ({
      rows: followed.size,
      attached: counts.attached,
      failed: counts.failed,
      grantRequired: counts['grant-required'],
      preflight: counts.preflight,
      pending: counts.pending,
      unsent: counts.unsent,
    }),
    strangers: () => [...strangers.values()],
    recorded: (requestId) => toRecorded(followed.get(requestId)),
    record: (frame) =>
      toRecord(
        frame,
        [...followed.values()].flatMap((one) => toRecorded(one) ?? []),
      ),
  }
}

/** A refusal names no redrive count: it belongs to the sending that was nearer to when its message was sent. */
const isNearer = (atMs: number, latestMs: number, beforeMs: number): boolean =>
  Math.abs(atMs - latestMs) < Math.abs(atMs - beforeMs)

function toRow(one: Followed | undefined): RowOutcome | undefined {
  if (!one) return undefined
  const { row, latest, standing } = one
  const { outcome, line, timeline, attachment, submittedAtMs, finishedAtMs, error, ...told } = recordRow(
    row,
    [],
    latest,
  )
  return {
    where: line,
    ...attachment,
    ...told,
    outcome: standing,
    ...(error && { code: error.code, advice: error.advice }),
  }
}

function toRecorded(one: Followed | undefined): RecordedRow | undefined {
  if (!one) return undefined
  const { row, sentAtMs, history, latest } = one
  const asked = { where: row.where, request: row.request, ...(sentAtMs !== undefined && { submittedAtMs: sentAtMs }) }
  return recordRow(asked, [...history.values()], latest)
}

/** Final, or parked: what a campaign does not wait for. */
export const isSettled = (standing: Standing | undefined): boolean =>
  standing !== undefined && standing !== 'pending' && standing !== 'unsent'
export const isOpen = (standing: Standing): boolean => !isSettled(standing) || !isFinal(standing as Outcome)
