/** A result: the CloudEvent that reports the outcome of a request. */
import type { Attachment, AttachmentDetails, RequestAction } from '../attachment.js'
import { byteLength, sha256Hex } from '../digest.js'
import type { Failure } from '../failure.js'
import { cut, firstFitting } from '../foreign-text.js'
import { commandOf, type GrantCall } from '../grant-call.js'
import { withoutEmpty } from '../record.js'
import { type TraceContext, toTraceparent } from '../trace-context.js'
import type { RequestFields } from './request-schema.js'

/** Every result is smaller than this, in bytes; texts of the API are cut to fit. */
export const MAX_RESULT_BYTES = 32_768

export const RESULT_TYPES = {
  attached: 'cen.attachment.attached.v1',
  detached: 'cen.attachment.detached.v1',
  failed: 'cen.attachment.failed.v1',
  'grant-required': 'cen.attachment.grant-required.v1',
  preflight: 'cen.attachment.preflight.v1',
} as const
export type Outcome = keyof typeof RESULT_TYPES
export const OUTCOMES = Object.keys(RESULT_TYPES) as Outcome[]

/** The outcome of a request that did what it asked. */
export const effectOf = (action: RequestAction): 'attached' | 'detached' =>
  action === 'detach' ? 'detached' : 'attached'

export interface AttachmentResult {
  readonly specversion: '1.0'
  /** Deterministic, so that a result that is published twice is recognised. */
  readonly id: string
  readonly type: (typeof RESULT_TYPES)[Outcome]
  readonly source: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** The trace context of the delivery (CloudEvents, Distributed Tracing extension); no part of the id. */
  readonly traceparent?: string
  readonly tracestate?: string
  readonly data: AttachmentDetails & {
    readonly requestId: string
    readonly correlationId?: string
    readonly campaignId?: string
    /** Absent if the request is invalid and names none. */
    readonly action?: RequestAction
    readonly attachment: Partial<Attachment>
    readonly outcome: Outcome
    /**
     * True if it was so before it was asked for: attached before the request was sent (a hint, since the API reports whole
     * minutes), or nothing was there to detach.
     */
    readonly adopted: boolean
    readonly error?: ResultError
    /** The call that the owner must make, if its grant is missing. */
    readonly grant?: ResultGrant
    /** The sender that the queue reported, if the policy refused the request. */
    readonly senderId?: string
    /** Of a preflight: what the same request would do without `dryRun`. */
    readonly would?: Verdict['would']
    /** Of a preflight: the calls that would change something, in order. */
    readonly plan?: readonly PlannedCall[]
    readonly receiveCount: number
    readonly requestedAt: string
    readonly finishedAt: string
    readonly durationMs: number
  }
}

export interface ResultError {
  readonly code: string
  readonly kind: string
  readonly message: string
  readonly httpStatus?: number
  readonly apiRequestId?: string
  readonly advice: string
}

/** A call that would change something, with its parameters in the API's spelling. */
export interface PlannedCall {
  readonly operation: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** The answer to a dry run. */
export interface Verdict {
  readonly would: 'attach' | 'adopt' | 'wait-for-grant' | 'refuse' | 'detach'
  readonly reasons: readonly string[]
  /** The calls that would change something, in order. */
  readonly plan?: readonly PlannedCall[]
  readonly details?: AttachmentDetails
  /** The grant that is missing. */
  readonly grant?: GrantCall
}

/** The call that the owner must make, as data and as a command. */
export interface ResultGrant extends GrantCall {
  readonly command: string
}

/** What a result and a dead letter need to know of their message. */
export interface SourceMessage {
  readonly body: string
  /** 1 on the first delivery. */
  readonly receiveCount: number
  /** When the queue accepted it, epoch milliseconds. */
  readonly sentAtMs: number
  /** How often it was redriven from the dead-letter queue; absent on a first submission. */
  readonly redriveCount?: number
  /** The principal that sent it, as the queue reports; a claim in the body proves nothing. */
  readonly senderId?: string
  /** The queue that delivered it. */
  readonly queueArn?: string
}

/** The subject of a result: a request, or the valid fields of an invalid one. */
export interface ResultSubject {
  readonly requestId: string
  readonly correlationId?: string
  readonly campaignId?: string
  readonly action?: RequestAction
  readonly attachment: Partial<Attachment>
  /** Part of the result's id; empty if the body is no valid request. */
  readonly idempotencyKey: string
}

export interface ResultFacts {
  readonly source: string
  readonly nowMs: number
  readonly outcome: Outcome
  readonly adopted?: boolean
  readonly failure?: Failure
  /** The call that the owner must make, if its grant is missing. */
  readonly grant?: GrantCall
  readonly verdict?: Verdict
  readonly details?: AttachmentDetails
  /** True if the policy refused the request: the result then names the sender, and its id differs from any other sender's. */
  readonly refused?: boolean
  readonly trace?: TraceContext | undefined
}

/** The subject of an invalid body: its digest, and the fields that are valid. */
export function subjectOfUnreadable(body: string, partial: Partial<RequestFields>): ResultSubject {
  const {
    correlationId,
    campaignId,
    action,
    cenId,
    childInstanceId,
    childInstanceType,
    childInstanceRegionId,
    childInstanceOwnerId,
  } = partial
  return {
    requestId: `body:${sha256Hex(body)}`,
    ...(correlationId !== undefined && { correlationId }),
    ...(campaignId !== undefined && { campaignId }),
    ...(action !== undefined && { action }),
    attachment: withoutEmpty({
      cenId,
      childInstanceId,
      childInstanceType,
      childInstanceRegionId,
      childInstanceOwnerId,
    }),
    idempotencyKey: '',
  }
}

/**
 * The id of a result: a hash of request id, idempotency key, type and redrive count; for `grant-required` also of the campaign
 * id, for a refusal by policy also of the refused sender and queue.
 */
export function resultId(
  subject: ResultSubject,
  outcome: Outcome,
  redriveCount?: number,
  refused?: Pick<SourceMessage, 'senderId' | 'queueArn'>,
): string {
  const parts = [subject.requestId, subject.idempotencyKey, RESULT_TYPES[outcome]]
  if (redriveCount !== undefined) parts.push(String(redriveCount))
  if (outcome === 'grant-required' && subject.campaignId !== undefined) parts.push(`campaign ${subject.campaignId}`)
  if (refused) parts.push(`sender ${refused.senderId ?? ''}`, `queue ${refused.queueArn ?? ''}`)
  return sha256Hex(parts.join('\n'))
}

/** Builds a result of less than 32 KiB; longer error texts, lists and plans are cut. */
export function toResult(message: SourceMessage, subject: ResultSubject, facts: ResultFacts): AttachmentResult {
  const result = withoutPlan(message, subject, facts)
  const { plan } = facts.verdict ?? {}
  if (!plan || plan.length === 0) return result
  const room = MAX_RESULT_BYTES - byteLength(JSON.stringify(result)) - PLAN_MARGIN_BYTES
  const kept = firstFitting(plan, room)
  const missing = plan.length - kept.length
  const note = `The plan has ${missing} more calls than a result can carry.`
  const reasons = [...(result.data.reasons ?? []), ...(missing > 0 ? [note] : [])]
  return { ...result, data: { ...result.data, reasons, plan: kept } }
}

function withoutPlan(message: SourceMessage, subject: ResultSubject, facts: ResultFacts): AttachmentResult {
  const details = facts.details ?? facts.verdict?.details
  const finishedAt = new Date(facts.nowMs).toISOString()
  const { cenId, childInstanceId } = subject.attachment
  const isValid = subject.idempotencyKey !== ''
  return {
    specversion: '1.0',
    id: resultId(subject, facts.outcome, message.redriveCount, facts.refused ? message : undefined),
    type: RESULT_TYPES[facts.outcome],
    source: facts.source,
    subject: isValid ? `${cenId}/${childInstanceId}` : 'invalid',
    time: finishedAt,
    datacontenttype: 'application/json',
    ...(facts.trace && { traceparent: toTraceparent(facts.trace) }),
    ...(facts.trace?.state !== undefined && { tracestate: facts.trace.state }),
    data: {
      requestId: subject.requestId,
      ...(subject.correlationId !== undefined && { correlationId: subject.correlationId }),
      ...(subject.campaignId !== undefined && { campaignId: subject.campaignId }),
      ...(subject.action !== undefined && { action: subject.action }),
      attachment: subject.attachment,
      ...(details && toDetails(details)),
      outcome: facts.outcome,
      adopted: facts.adopted ?? false,
      ...(facts.failure && { error: toResultError(facts.failure) }),
      ...(facts.grant && { grant: toResultGrant(facts.grant) }),
      ...(facts.refused && message.senderId !== undefined && { senderId: message.senderId }),
      ...(facts.verdict && toVerdict(facts.verdict)),
      receiveCount: message.receiveCount,
      requestedAt: new Date(message.sentAtMs).toISOString(),
      finishedAt,
      durationMs: Math.max(0, facts.nowMs - message.sentAtMs),
    },
  }
}

/** The message attributes of a result, for filter policies: at most 10, none empty. */
export function resultAttributes(result: AttachmentResult): Record<string, string> {
  const { action, attachment, outcome, campaignId, error } = result.data
  return withoutEmpty({
    type: result.type,
    outcome,
    action,
    cenId: attachment.cenId,
    regionId: attachment.childInstanceRegionId,
    ownerId: attachment.childInstanceOwnerId,
    campaignId,
    errorCode: error?.code,
    errorKind: error?.kind,
  }) as Record<string, string>
}

export const toResultGrant = (call: GrantCall): ResultGrant => ({ ...call, command: commandOf(call) })

/** The longest texts in a result, as JSON; a character may take six bytes when it is escaped. */
const MESSAGE_BYTES = 12_000
const ADVICE_BYTES = 6_000
const REASON_BYTES = 2_000
/** The longest list of the details, as JSON. */
const LIST_BYTES = 2_500
/** For the names of the plan and of its note, and the reasons' own commas. */
const PLAN_MARGIN_BYTES = 256

/** The details with lists that fit into a result. */
function toDetails({
  zoneMappings,
  propagationRouteTableIds,
  vpcRoutes,
  reasons,
  ...ids
}: AttachmentDetails): AttachmentDetails {
  const idText = (id: string | undefined) => id && cut(id, 256)
  return withoutEmpty({
    edition: ids.edition,
    transitRouterId: idText(ids.transitRouterId),
    transitRouterAttachmentId: idText(ids.transitRouterAttachmentId),
    zoneMappings: zoneMappings && firstFitting(zoneMappings, LIST_BYTES),
    associationRouteTableId: idText(ids.associationRouteTableId),
    propagationRouteTableIds: propagationRouteTableIds && firstFitting(propagationRouteTableIds, LIST_BYTES),
    vpcRoutes: typeof vpcRoutes === 'object' ? firstFitting(vpcRoutes, LIST_BYTES) : vpcRoutes,
    reasons: reasons && firstFitting(reasons.map(toReason), LIST_BYTES),
  })
}

const toVerdict = ({ would, reasons }: Verdict): Pick<Verdict, 'would' | 'reasons'> => ({
  would,
  reasons: firstFitting(reasons.map(toReason), MESSAGE_BYTES),
})

const toReason = (reason: string): string => cut(reason, REASON_BYTES)

function toResultError(failure: Failure): ResultError {
  const { code, kind, message, advice, httpStatus, apiRequestId } = failure
  return withoutEmpty({
    code: cut(code, 256),
    kind,
    message: cut(message, MESSAGE_BYTES),
    httpStatus,
    apiRequestId: apiRequestId === undefined ? undefined : cut(apiRequestId, 256),
    advice: cut(advice, ADVICE_BYTES),
  }) as ResultError
}
