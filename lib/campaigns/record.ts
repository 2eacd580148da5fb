/** The record of a campaign, from which every report is written: its rows with their results. */
import type { Attachment, AttachmentDetails, AttachmentOptions, RequestAction } from '../domain/attachment.js'
import { sentenceOf } from '../domain/grant-call.js'
import type { AttachmentRequest } from '../domain/messages/request.js'
import type { AttachmentResult, Outcome, ResultError, Verdict } from '../domain/messages/result.js'
import { withoutEmpty } from '../domain/record.js'
import { figuresOf } from './rebuild.js'

/** An event of a row. `submitted`: the queue took its message. */
interface RowEvent {
  readonly atMs: number
  readonly event: 'submitted' | Outcome
}

/** The call that the owner account must make for a parked row. */
export interface GrantLine {
  readonly ownerId?: string
  readonly sentence: string
  /** For the `aliyun` CLI; absent if no grant is missing. */
  readonly command?: string
}

export interface RecordedRow {
  /** The position in the file: `line 7`, or `item 3` of a JSON array. */
  readonly line: string
  readonly requestId: string
  readonly correlationId?: string
  /** Absent: attach. */
  readonly action?: RequestAction
  readonly attachment: Attachment
  /** Absent if it asks for the defaults. */
  readonly options?: AttachmentOptions
  /** Present if a detach also takes the grant back. */
  readonly revokeGrant?: boolean
  /** Absent until it is sent. */
  readonly submittedAtMs?: number
  /** Absent without a result; `grant-required` is not final. */
  readonly outcome?: Outcome
  /** What the latest result shows of the attachment: router, zones, routes. */
  readonly details?: AttachmentDetails
  /** Whether nothing had to be done: it was so before the request. */
  readonly adopted?: boolean
  readonly error?: ResultError
  /** The sender that the policy refused, as the queue reported it. */
  readonly senderId?: string
  /** Present if a grant is missing, also by a dry run. */
  readonly grant?: GrantLine
  /** Only on `preflight`. */
  readonly preflight?: Preflight
  /** The time of the latest outcome. */
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
  /** The time of the last result, or of the record if rows are still open. */
  readonly finishedAtMs: number
  readonly rows: readonly RecordedRow[]
}

/** A row as requested. */
interface RequestedRow {
  readonly where: string
  readonly request: Pick<AttachmentRequest, 'requestId' | 'correlationId' | 'attachment'> &
    Partial<Pick<AttachmentRequest, 'action' | 'options' | 'revokeGrant'>>
  readonly submittedAtMs?: number
}

export interface CampaignFrame {
  readonly campaignId?: string | undefined
  readonly startedAtMs: number
  readonly nowMs: number
}

/** Whether the policy refused it. Such a result has the sender, unless the queue reported none. */
export const isRefusal = ({ data }: AttachmentResult): boolean =>
  data.senderId !== undefined || data.error?.code === 'PolicyDenied'

export const isFinal = (outcome: Outcome): boolean => outcome !== 'grant-required'

/**
 * Whether `later` replaces `known`. Only a later final result replaces a final one. Any other final result replaces a
 * refusal, whichever came first, since a refused request has no effect.
 */
export function supersedes(later: AttachmentResult, known: AttachmentResult | undefined): boolean {
  if (!known || !isFinal(known.data.outcome)) return true
  if (!isFinal(later.data.outcome)) return false
  if (isRefusal(later) !== isRefusal(known)) return isRefusal(known)
  return later.time > known.time
}

/** The result of one row that counts. */
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

/** A row with all its results; `latest` is the one that counts. */
export function recordRow(
  { where, request, submittedAtMs }: RequestedRow,
  results: readonly AttachmentResult[],
  latest: AttachmentResult | undefined,
): RecordedRow {
  const { requestId, correlationId, action, attachment, options = {}, revokeGrant } = request
  const row = {
    line: where,
    requestId,
    ...(correlationId !== undefined && { correlationId }),
    ...(action === 'detach' && { action }),
    attachment,
    ...(Object.keys(options).length > 0 && { options }),
    ...(revokeGrant && { revokeGrant }),
    ...(submittedAtMs !== undefined && { submittedAtMs }),
    timeline: timelineOf(submittedAtMs, results),
  }
  if (!latest) return row
  const { outcome, adopted, error, senderId, finishedAt } = latest.data
  const grant = outcome === 'grant-required' || latest.data.grant ? grantLineOf(latest.data) : undefined
  const preflight = preflightOf(latest)
  const details = detailsOf(latest.data)
  return {
    ...row,
    outcome,
    adopted,
    ...(Object.keys(details).length > 0 && { details }),
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

/** A result that was delivered twice is one event. */
function timelineOf(submittedAtMs: number | undefined, results: readonly AttachmentResult[]): RowEvent[] {
  const once = new Map(results.map((result) => [`${result.id} ${result.time}`, result]))
  const events: RowEvent[] = [...once.values()].map(({ data }) => ({
    atMs: Date.parse(data.finishedAt),
    event: data.outcome,
  }))
  if (submittedAtMs !== undefined) events.push({ atMs: submittedAtMs, event: 'submitted' })
  return events.sort((one, other) => one.atMs - other.atMs)
}

const detailsOf = ({
  edition,
  transitRouterId,
  transitRouterAttachmentId,
  zoneMappings,
  associationRouteTableId,
  propagationRouteTableIds,
  vpcRoutes,
  reasons,
  would,
}: AttachmentResult['data']): AttachmentDetails =>
  withoutEmpty({
    edition,
    transitRouterId,
    transitRouterAttachmentId,
    zoneMappings,
    associationRouteTableId,
    propagationRouteTableIds,
    vpcRoutes,
    // Those of a preflight stand beside its verdict.
    reasons: would === undefined && reasons?.length ? reasons : undefined,
  })

export type Preflight = Pick<Verdict, 'would' | 'reasons' | 'plan'>

const preflightOf = ({ data: { would, reasons = [], plan } }: AttachmentResult): Preflight | undefined =>
  would && { would, reasons, ...(plan && { plan }) }
