/** A request, parsed from the body of a queue message, or every fault of that body. */
import * as v from 'valibot'
import {
  type Attachment,
  type AttachmentOptions,
  idempotencyKey,
  type RequestAction,
  typeOfChildInstanceId,
} from './attachment.js'
import { DAY_MS, HOUR_MS } from './clock.js'
import { byteLength } from './digest.js'
import { isRecord, unwrap } from './envelope.js'
import { API_FIELD_NAMES, FIELD_NAMES, RequestFields } from './request-schema.js'
import type { TraceContext } from './trace-context.js'

/** The largest body that is parsed, in bytes. */
export const MAX_BODY_BYTES = 65_536
/**
 * No request lives longer than this after it was sent, in milliseconds: a queue drops a message silently after 4 days
 * by default.
 */
const MAX_LIFETIME_MS = 72 * HOUR_MS
/** How long a request without `notAfter` lives by default, in milliseconds (REQUEST_TTL_SECONDS). */
export const DEFAULT_TTL_MS = DAY_MS
const MAX_FAULTS = 50

export interface FieldFault {
  /** The field's path in the body; `$` is the body itself. */
  readonly path: string
  readonly message: string
}

export interface AttachmentRequest {
  readonly requestId: string
  readonly correlationId?: string
  readonly campaignId?: string
  readonly action: RequestAction
  readonly attachment: Attachment
  readonly options: AttachmentOptions
  /** Of a detach: the owner's grant is taken back, too. */
  readonly revokeGrant: boolean
  readonly idempotencyKey: string
  /** When the request expires, epoch milliseconds. */
  readonly notAfterMs: number
  /** True if the request only asks what would happen: nothing is changed. */
  readonly dryRun: boolean
}

/** The valid fields of an invalid body. */
export type PartialRequest = Partial<RequestFields>

type ParsedRequest = (
  | { readonly ok: true; readonly request: AttachmentRequest }
  | { readonly ok: false; readonly faults: readonly FieldFault[]; readonly partial: PartialRequest }
) & {
  /** The trace context of its envelope. */
  readonly trace?: TraceContext
  /** True if the body is a result of this program, and so no request at all. */
  readonly isResult?: true
}

interface RequestTimes {
  readonly sentAtMs: number
  /** How long a request without `notAfter` lives, in milliseconds. */
  readonly ttlMs: number
}

/** Parses the body of a message. Reports every fault (the first 50, then a count). Never throws. */
export function parseRequest(body: string, times: RequestTimes): ParsedRequest {
  const bytes = byteLength(body)
  if (bytes > MAX_BODY_BYTES)
    return toRefusal([{ path: '$', message: `has ${bytes} bytes; at most ${MAX_BODY_BYTES} are read` }])
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    return toRefusal([{ path: '$', message: `is not JSON${positionOf(error)}` }])
  }
  const { value: carried, path, trace, isResult } = unwrap(value)
  if (isResult) return { ...toRefusal([{ path: '$', message: 'is a result, not a request' }]), isResult }
  return { ...readFields(carried, times, path), ...(trace && { trace }) }
}

/** Reads a request from an object, such as a row of a file. Never throws. */
export function readFields(value: unknown, times: RequestTimes, pathPrefix = ''): ParsedRequest {
  if (!isRecord(value)) {
    const path = pathPrefix === '' ? '$' : pathPrefix.slice(0, -1)
    return toRefusal([{ path, message: `must be a JSON object, not ${kindOf(value)}` }])
  }
  const at = (field: string) => pathPrefix + field
  const { fields, faults } = normalizeFieldNames(value, at)
  const parsed = v.safeParse(RequestFields, fields)
  for (const issue of parsed.issues ?? []) {
    const field = String(issue.path?.[0]?.key ?? '$')
    faults.push({ path: at(field), message: Object.hasOwn(fields, field) ? issue.message : 'is required' })
  }
  const partial = parsed.success ? parsed.output : readableFields(fields)
  faults.push(...contradictions(partial, times).map((fault) => ({ ...fault, path: at(fault.path) })))
  if (!parsed.success || faults.length > 0) return toRefusal(faults, partial)
  return { ok: true, request: toRequest(parsed.output, times) }
}

/** Gives each field its canonical name; unknown fields and fields given twice are faults. */
function normalizeFieldNames(value: Readonly<Record<string, unknown>>, at: (field: string) => string) {
  const fields: Record<string, unknown> = {}
  const faults: FieldFault[] = []
  for (const [given, content] of Object.entries(value)) {
    const name = Object.hasOwn(API_FIELD_NAMES, given)
      ? API_FIELD_NAMES[given]
      : FIELD_NAMES.find((known) => known === given)
    if (name === undefined) faults.push({ path: at(printable(given)), message: NOT_A_FIELD })
    else if (Object.hasOwn(fields, name)) faults.push({ path: at(given), message: `repeats ${name}` })
    else fields[name] = content
  }
  return { fields, faults }
}

/** The fields that are valid by themselves. */
function readableFields(fields: Readonly<Record<string, unknown>>): PartialRequest {
  const partial: Record<string, unknown> = {}
  for (const name of FIELD_NAMES) {
    const field = v.safeParse(RequestFields.entries[name], fields[name])
    if (field.success && field.output !== undefined) partial[name] = field.output
  }
  return partial
}

/** Fields that are valid alone and invalid together. */
function contradictions(fields: PartialRequest, times: RequestTimes): FieldFault[] {
  const faults: FieldFault[] = []
  const { childInstanceId, childInstanceType, notAfter } = fields
  const prefixType = childInstanceId === undefined ? undefined : typeOfChildInstanceId(childInstanceId)
  if (childInstanceType && prefixType && childInstanceType !== prefixType) {
    faults.push({
      path: 'childInstanceType',
      message: `is ${childInstanceType}, but ${childInstanceId} is a ${prefixType}`,
    })
  }
  if (notAfter !== undefined && Date.parse(notAfter) > times.sentAtMs + MAX_LIFETIME_MS) {
    faults.push({ path: 'notAfter', message: 'is later than 72 hours after the message was sent' })
  }
  return faults
}

function toRequest(fields: RequestFields, times: RequestTimes): AttachmentRequest {
  const { cenId, childInstanceId, childInstanceRegionId, childInstanceOwnerId, correlationId, campaignId } = fields
  const attachment: Attachment = {
    cenId,
    childInstanceId,
    // The pattern of the id allows no other prefix, so one of the two is set.
    childInstanceType: fields.childInstanceType ?? typeOfChildInstanceId(childInstanceId) ?? 'VPC',
    childInstanceRegionId,
    ...(childInstanceOwnerId !== undefined && { childInstanceOwnerId }),
  }
  const key = idempotencyKey(attachment)
  return {
    requestId: fields.requestId ?? key,
    ...(correlationId !== undefined && { correlationId }),
    ...(campaignId !== undefined && { campaignId }),
    action: 'attach',
    attachment,
    options: {},
    revokeGrant: false,
    idempotencyKey: key,
    notAfterMs: fields.notAfter === undefined ? times.sentAtMs + times.ttlMs : Date.parse(fields.notAfter),
    dryRun: fields.dryRun ?? false,
  }
}

function toRefusal(faults: readonly FieldFault[], partial: PartialRequest = {}): ParsedRequest {
  const rest = faults.length - MAX_FAULTS
  const named = rest > 0 ? [...faults.slice(0, MAX_FAULTS), { path: '$', message: `has ${rest} more faults` }] : faults
  return { ok: false, faults: named, partial }
}

const NOT_A_FIELD = 'is not a field of a request'

/** All faults as one text, each with its path. */
export function describeFaults(faults: readonly FieldFault[]): string {
  const described = faults.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return described.includes(NOT_A_FIELD) ? `${described}; the fields are ${FIELD_NAMES.join(', ')}` : described
}

/** A field name that can be printed; a sender's key may be long and contain anything. */
const printable = (name: string): string => name.slice(0, 64).replace(/[\p{Cc}\p{Cs}]/gu, '?')

/**
 * The position of a syntax error in JSON. The parser's message is not repeated: it quotes the body, which may contain
 * secrets.
 */
export const positionOf = (error: unknown): string => {
  const position = /position (\d+)/.exec((error as Error).message)?.[1]
  return position === undefined ? '' : ` from position ${position} on`
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`
