/** The record of a campaign: its rows and what became of them. It is what every report is written from. */
import type { Attachment } from '../domain/attachment.js'
import { sentenceOf } from '../domain/grant-call.js'
import type { AttachmentResult, Outcome, ResultError, Verdict } from '../domain/result.js'
import { figuresOf } from './rebuild.js'

/** Something that is known to have happened to a row. `submitted` is when the queue took it. */
export interface RowEvent {
  readonly atMs: number
  readonly event: 'submitted' | Outcome
}

/** The call that somebody must make for a parked row. */
export interface GrantLine {
  readonly ownerId?: string
  readonly sentence: string
  /** A line for the `aliyun` CLI; absent where it is no grant that is missing. */
  readonly command?: string
}

export interface RecordedRow {
  /** Where the row stands in its file: `line 7`, or `item 3` of a JSON array. */
  readonly line: string
  readonly requestId: string
  readonly correlationId?: string
  readonly attachment: Attachment
  /** Absent while it has not been sent. */
  readonly submittedAtMs?: number
  /** Absent while nothing is known; `grant-required` is not final. */
  readonly outcome?: Outcome
  /** It was attached before it was asked for. */
  readonly adopted?: boolean
  readonly error?: ResultError
  /** Whom the policy refused, as the queue named them. */
  readonly senderId?: string
  /** The call that the owner must make, where a grant is missing or a dry run saw that it would be. */
  readonly grant?: GrantLine
  /** Only on `preflight`. */
  readonly preflight?: Preflight
  /** When the latest outcome came about. */
  readonly finishedAtMs?: number
  /** From sent to the latest outcome. */
  readonly durationMs?: number
  readonly receiveCount?: number
  /** In order of time. */
  readonly timeline: readonly RowEvent[]
}

/** All times are epoch milliseconds. */
export interface CampaignRecord {
  readonly campaignId?: string
  readonly startedAtMs: number
  /** When the last row was told of, or when the record was taken where rows are still open. */
  readonly finishedAtMs: number
  readonly rows: readonly RecordedRow[]
}

/** A row as it was asked for. */
export interface RequestedRow {
  readonly where: string
  readonly request: { readonly requestId: string; readonly correlationId?: string; readonly attachment: Attachment }
  readonly submittedAtMs?: number
}

export interface CampaignFrame {
  readonly campaignId?: string | undefined
  readonly startedAtMs: number
  readonly nowMs: number
}

/** Whether the policy refused it. Such a result names the sender, unless the queue named none. */
export const isRefusal = ({ data }: AttachmentResult): boolean =>
  data.senderId !== undefined || data.error?.code === 'PolicyDenied'

export const isFinal = (outcome: Outcome): boolean => outcome !== 'grant-required'

/**
 * Whether `later` replaces what is known: a final result is replaced by a later final one only. What a request came to
 * outweighs a refusal, whichever was first: a request that was refused comes to nothing.
 */
export function supersedes(later: AttachmentResult, known: AttachmentResult | undefined): boolean {
  if (!known || !isFinal(known.data.outcome)) return true
  if (!isFinal(later.data.outcome)) return false
  if (isRefusal(later) !== isRefusal(known)) return isRefusal(known)
  return later.time > known.time
}

/** What counts of the results of one row. */
export const latestOf = (results: readonly AttachmentResult[]): AttachmentResult | undefined =>
  results.reduce<AttachmentResult | undefined>((known, one) => (supersedes(one, known) ? one : known), undefined)

export function toRecord(
  { campaignId, startedAtMs, nowMs }: CampaignFrame,
  rows: readonly RecordedRow[],
): CampaignRecord {
  const open = rows.some(({ outcome }) => outcome === undefined || !isFinal(outcome))
  const last = rows.reduce((latest, { finishedAtMs = 0 }) => Math.max(latest, finishedAtMs), startedAtMs)
  return { ...(campaignId !== undefined && { campaignId }), startedAtMs, finishedAtMs: open ? nowMs : last, rows }
}

/** A row with everything that was told of it; `latest` is what counts. */
export function recordRow(
  { where, request, submittedAtMs }: RequestedRow,
  results: readonly AttachmentResult[],
  latest: AttachmentResult | undefined,
): RecordedRow {
  const { requestId, correlationId, attachment } = request
  const row = {
    line: where,
    requestId,
    ...(correlationId !== undefined && { correlationId }),
    attachment,
    ...(submittedAtMs !== undefined && { submittedAtMs }),
    timeline: timelineOf(submittedAtMs, results),
  }
  if (!latest) return row
  const { outcome, adopted, error, senderId, finishedAt } = latest.data
  const grant = outcome === 'grant-required' || latest.data.grant ? grantLineOf(latest.data) : undefined
  const preflight = preflightOf(latest)
  return {
    ...row,
    outcome,
    adopted,
    ...(error && { error }),
    ...(senderId !== undefined && { senderId }),
    ...(grant && { grant }),
    ...(preflight && { preflight }),
    finishedAtMs: Date.parse(finishedAt),
    ...figuresOf(latest),
  }
}

function grantLineOf({ grant, error, attachment }: AttachmentResult['data']): GrantLine {
  if (grant) return { ownerId: grant.ownerId, sentence: sentenceOf(grant), command: grant.command }
  const { childInstanceOwnerId: ownerId } = attachment
  return { ...(ownerId !== undefined && { ownerId }), sentence: error?.advice ?? '' }
}

/** A result that came twice under one id is one event. */
function timelineOf(submittedAtMs: number | undefined, results: readonly AttachmentResult[]): RowEvent[] {
  const once = new Map(results.map((result) => [`${result.id} ${result.time}`, result]))
  const events: RowEvent[] = [...once.values()].map(({ data }) => ({
    atMs: Date.parse(data.finishedAt),
    event: data.outcome,
  }))
  if (submittedAtMs !== undefined) events.push({ atMs: submittedAtMs, event: 'submitted' })
  return events.sort((one, other) => one.atMs - other.atMs)
}

export type Preflight = Pick<Verdict, 'would' | 'reasons'>

/** The verdict of a result, or undefined where it carries none. */
export const preflightOf = ({ data: { would, reasons = [] } }: AttachmentResult): Preflight | undefined =>
  would && { would, reasons }
