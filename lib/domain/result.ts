/** A result: the CloudEvent that says what became of a request. */

import type { Attachment } from './attachment.js'
import { byteLength, sha256Hex } from './digest.js'
import type { Failure } from './failure.js'
import { firstOf } from './foreign-text.js'
import { commandOf, type GrantCall } from './grant-call.js'
import { withoutUndefined } from './record.js'
import type { AttachmentRequest, PartialRequest } from './request.js'
import { type TraceContext, toTraceparent } from './trace-context.js'

/** A result is always smaller than this, in bytes; texts of the API are cut to keep it so. */
export const MAX_RESULT_BYTES = 32_768

export interface AttachmentResult {
  readonly specversion: '1.0'
  /** Deterministic: published twice, it is recognisably the same. */
  readonly id: string
  readonly type: (typeof RESULT_TYPES)[Outcome]
  readonly source: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** Where the receipt that it comes from stands in a trace (CloudEvents, Distributed Tracing extension); no part of its id. */
  readonly traceparent?: string
  readonly tracestate?: string
  readonly data: {
    readonly requestId: string
    readonly correlationId?: string
    readonly campaignId?: string
    readonly attachment: Partial<Attachment>
    readonly outcome: Outcome
    /** It was attached before it was asked for; a hint, since the API tells minutes only. */
    readonly adopted: boolean
    readonly error?: ResultError
    /** Of a grant that is missing: the call that the owner must make. */
    readonly grant?: ResultGrant
    /** Of a refusal by policy: whom the queue named as the sender. */
    readonly senderId?: string
    /** Of a preflight: what the same request would lead to without `dryRun`. */
    readonly would?: Verdict['would']
    /** Of a preflight: why. */
    readonly reasons?: readonly string[]
    readonly receiveCount: number
    readonly requestedAt: string
    readonly finishedAt: string
    readonly durationMs: number
  }
}

/** What a result and a dead letter say of the message that they answer. */
export interface SourceMessage {
  readonly body: string
  /** 1 on the first delivery. */
  readonly receiveCount: number
  /** Epoch milliseconds, as the queue says. */
  readonly sentAtMs: number
  /** How often it came back from the dead-letter queue; absent on a first submission. */
  readonly redriveCount?: number
  /** The id of the principal that sent it, as the queue says. */
  readonly senderId?: string
  /** The queue that it came from. */
  readonly queueArn?: string
}

/** Whom a result speaks of: a request that was read, or what could be read of one. */
export interface ResultSubject {
  readonly requestId: string
  readonly correlationId?: string
  readonly campaignId?: string
  readonly attachment: Partial<Attachment>
  /** Stands in the result's id; empty for a body that could not be read. */
  readonly idempotencyKey: string
}

export interface ResultFacts {
  readonly source: string
  readonly nowMs: number
  readonly outcome: Outcome
  readonly adopted?: boolean
  readonly failure?: Failure
  /** The call by which the owner grants, where that is what is missing. */
  readonly grant?: GrantCall
  readonly verdict?: Verdict
  /** True if the policy gave no consent: the result then names the sender, and its id is none that another sender's result can have. */
  readonly refused?: boolean
  readonly trace?: TraceContext | undefined
}

/** Whom a result about an unreadable body speaks of: the body's own digest, and the fields that parsed. */
export function subjectOfUnreadable(body: string, partial: PartialRequest): ResultSubject {
  const {
    correlationId,
    campaignId,
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
    attachment: withoutUndefined({
      cenId,
      childInstanceId,
      childInstanceType,
      childInstanceRegionId,
      childInstanceOwnerId,
    }),
    idempotencyKey: '',
  }
}

/** Where a refused message came from, as its queue says. */
export type RefusedOrigin = Pick<SourceMessage, 'senderId' | 'queueArn'>

/**
 * The id of a result: a hash of request id, idempotency key, type and, on a redrive, its count; for `grant-required` also of
 * the campaign id, for a refusal by policy also of the sender and the queue that were refused.
 */
export function resultId(
  subject: ResultSubject,
  outcome: Outcome,
  redriveCount?: number,
  refused?: RefusedOrigin,
): string {
  const parts = [subject.requestId, subject.idempotencyKey, RESULT_TYPES[outcome]]
  if (redriveCount !== undefined) parts.push(String(redriveCount))
  if (outcome === 'grant-required' && subject.campaignId !== undefined) parts.push(`campaign ${subject.campaignId}`)
  if (refused) parts.push(`sender ${refused.senderId ?? ''}`, `queue ${refused.queueArn ?? ''}`)
  return sha256Hex(parts.join('\n'))
}

/** Builds a result. Error texts are cut so that it stays under 32 KiB. */
export function toResult(
  message: SourceMessage,
  subject: ResultSubject | AttachmentRequest,
  facts: ResultFacts,
): AttachmentResult {
  const finishedAt = new Date(facts.nowMs).toISOString()
  const { cenId, childInstanceId } = subject.attachment
  const readable = subject.idempotencyKey !== ''
  const result: AttachmentResult = {
    specversion: '1.0',
    id: resultId(subject, facts.outcome, message.redriveCount, facts.refused ? message : undefined),
    type: RESULT_TYPES[facts.outcome],
    source: facts.source,
    subject: readable ? `${cenId}/${childInstanceId}` : 'invalid',
    time: finishedAt,
    datacontenttype: 'application/json',
    ...(facts.trace && { traceparent: toTraceparent(facts.trace) }),
    ...(facts.trace?.state !== undefined && { tracestate: facts.trace.state }),
    data: {
      requestId: subject.requestId,
      ...(subject.correlationId !== undefined && { correlationId: subject.correlationId }),
      ...(subject.campaignId !== undefined && { campaignId: subject.campaignId }),
      attachment: subject.attachment,
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
  return result
}

/** Attributes of a result on the topic, for filter policies; each only where it has a value, at most 10. */
export function resultAttributes(result: AttachmentResult): Record<string, string> {
  const { attachment, outcome, campaignId, error } = result.data
  return withoutUndefined({
    type: result.type,
    outcome,
    cenId: attachment.cenId,
    regionId: attachment.childInstanceRegionId,
    ownerId: attachment.childInstanceOwnerId,
    campaignId,
    errorCode: error?.code,
    errorKind: error?.kind,
  }) as Record<string, string>
}

export const RESULT_TYPES = {
  attached: 'cen.attachment.attached.v1',
  failed: 'cen.attachment.failed.v1',
  'grant-required': 'cen.attachment.grant-required.v1',
  preflight: 'cen.attachment.preflight.v1',
} as const
export type Outcome = keyof typeof RESULT_TYPES
export const OUTCOMES = Object.keys(RESULT_TYPES) as Outcome[]

export interface ResultError {
  readonly code: string
  readonly kind: string
  readonly message: string
  readonly httpStatus?: number
  readonly apiRequestId?: string
  readonly advice: string
}

/** The answer to a dry run. */
export interface Verdict {
  readonly would: 'attach' | 'adopt' | 'wait-for-grant' | 'refuse'
  readonly reasons: readonly string[]
  /** The grant that is missing. */
  readonly grant?: GrantCall
}

/** The call that an owner must make, for machines and as a command. */
export interface ResultGrant extends GrantCall {
  readonly command: string
}

export const toResultGrant = (call: GrantCall): ResultGrant => ({ ...call, command: commandOf(call) })

/** Texts of the API and lists of faults can be long; a character may take six bytes once it is escaped. */
const MESSAGE_BYTES = 12_000
const ADVICE_BYTES = 6_000
const MAX_REASONS = 6

export const toVerdict = ({ would, reasons }: Verdict): Pick<Verdict, 'would' | 'reasons'> => ({
  would,
  reasons: reasons.slice(0, MAX_REASONS).map((reason) => cut(reason, MESSAGE_BYTES / MAX_REASONS)),
})

export function toResultError(failure: Failure): ResultError {
  const { code, kind, message, advice, httpStatus, apiRequestId } = failure
  return withoutUndefined({
    code: cut(code, 256),
    kind,
    message: cut(message, MESSAGE_BYTES),
    httpStatus,
    apiRequestId: apiRequestId === undefined ? undefined : cut(apiRequestId, 256),
    advice: cut(advice, ADVICE_BYTES),
  }) as ResultError
}

/** Cuts a text so that it takes at most `bytes` once it is written as JSON; a cut is marked with an ellipsis. */
export function cut(text: string, bytes: number): string {
  const cost = (piece: string) => byteLength(JSON.stringify(piece))
  if (cost(text) <= bytes) return text
  let keep = Math.min(text.length, bytes)
  while (keep > 0 && cost(text.slice(0, keep)) > bytes - 3) keep = Math.floor(keep * 0.9)
  return `${firstOf(text, keep)}…`
}
