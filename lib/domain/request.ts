/** A request: what the body of a queue message asks for, or every fault that keeps it from being read. */
import * as v from 'valibot'
import { type Attachment, idempotencyKey, typeOfChildInstanceId } from './attachment.js'
import { byteLength } from './digest.js'
import { DAY_MS, HOUR_MS } from './durations.js'
import { isRecord, unwrap } from './envelope.js'
import { API_FIELD_NAMES, FIELD_NAMES, RequestFields } from './request-schema.js'
import type { TraceContext } from './trace-context.js'

/** The largest body that is read, in bytes. */
export const MAX_BODY_BYTES = 65_536
/** A queue keeps a message 4 days and then drops it in silence, so no request may live longer than this after it was sent. */
export const MAX_LIFETIME_MS = 72 * HOUR_MS
/** How long a request without `notAfter` lives, unless the worker's REQUEST_TTL_SECONDS says otherwise. */
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
  readonly attachment: Attachment
  readonly idempotencyKey: string
  /** Epoch milliseconds after which the request is expired. */
  readonly notAfterMs: number
  /** True where it only asks what would happen: nothing is changed. */
  readonly dryRun: boolean
}

/** The fields of an unreadable body that could be read by themselves. */
export type PartialRequest = Partial<RequestFields>

export type ParsedRequest = (
  | { readonly ok: true; readonly request: AttachmentRequest }
  | { readonly ok: false; readonly faults: readonly FieldFault[]; readonly partial: PartialRequest }
) & {
  /** Where it stands in a trace, as its envelope says. */
  readonly trace?: TraceContext
  /** True if the body is a result of this program: no request, and nothing that is wrong with one. */
  readonly isResult?: true
}

export interface RequestTimes {
  readonly sentAtMs: number
  /** How long a request lives where it names no `notAfter`, in milliseconds. */
  readonly ttlMs: number
}

/** Reads a message's body. Names every fault (the first 50, then a count). Never throws. */
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

/** Reads a request from an object that is already JSON, such as a row of a file. Never throws. */
export function readFields(value: unknown, times: RequestTimes, pathPrefix = ''): ParsedRequest {
  if (!isRecord(value)) {
    const where = pathPrefix === '' ? '$' : pathPrefix.slice(0, -1)
    return toRefusal([{ path: where, message: `must be a JSON object, not ${kindOf(value)}` }])
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

/** Gives each field its one name; unknown fields and fields given twice are faults. */
function normalizeFieldNames(value: Readonly<Record<string, unknown>>, at: (field: string) => string) {
  const fields: Record<string, unknown> = {}
  const faults: FieldFault[] = []
  for (const [given, content] of Object.entries(value)) {
    const name = Object.hasOwn(API_FIELD_NAMES, given)
      ? API_FIELD_NAMES[given]
      : FIELD_NAMES.find((known) => known === given)
    if (name === undefined)
      faults.push({
        path: at(printable(given)),
        message: NOT_A_FIELD,
      })
    else if (Object.hasOwn(fields, name)) faults.push({ path: at(given), message: `says again what ${name} says` })
    else fields[name] = content
  }
  return { fields, faults }
}

/** The fields that are right by themselves, whatever is wrong with the others. */
function readableFields(fields: Readonly<Record<string, unknown>>): PartialRequest {
  const partial: Record<string, unknown> = {}
  for (const name of FIELD_NAMES) {
    const field = v.safeParse(RequestFields.entries[name], fields[name])
    if (field.success && field.output !== undefined) partial[name] = field.output
  }
  return partial
}

/** Fields that are right alone and wrong together. */
function contradictions(fields: PartialRequest, times: RequestTimes): FieldFault[] {
  const faults: FieldFault[] = []
  const { childInstanceId, childInstanceType, notAfter } = fields
  const prefixType = childInstanceId === undefined ? undefined : typeOfChildInstanceId(childInstanceId)
  if (childInstanceType && prefixType && childInstanceType !== prefixType) {
    faults.push({
      path: 'childInstanceType',
      message: `says ${childInstanceType}, but ${childInstanceId} is a ${prefixType}`,
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
    // The id's pattern admits no other prefix, so one of the two is there.
    childInstanceType: fields.childInstanceType ?? typeOfChildInstanceId(childInstanceId) ?? 'VPC',
    childInstanceRegionId,
    ...(childInstanceOwnerId !== undefined && { childInstanceOwnerId }),
  }
  const key = idempotencyKey(attachment)
  return {
    requestId: fields.requestId ?? key,
    ...(correlationId !== undefined && { correlationId }),
    ...(campaignId !== undefined && { campaignId }),
    attachment,
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

/** All faults in one text, each with its path. */
export function describeFaults(faults: readonly FieldFault[]): string {
  const described = faults.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return described.includes(NOT_A_FIELD) ? `${described}; the fields are ${FIELD_NAMES.join(', ')}` : described
}

/** A name as it can be shown; somebody's key may be long and hold anything. */
const printable = (name: string): string => name.slice(0, 64).replace(/[\p{Cc}\p{Cs}]/gu, '?')

/** Where JSON breaks off. The parser's own words quote the body, which may hold what no result may carry. */
export const positionOf = (error: unknown): string => {
  const position = /position (\d+)/.exec((error as Error).message)?.[1]
  return position === undefined ? '' : ` from position ${position} on`
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`
