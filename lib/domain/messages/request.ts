/** A request, parsed from the body of a queue message, or every fault of that body. */
import * as v from 'valibot'
import {
  type Attachment,
  type AttachmentOptions,
  idempotencyKey,
  type RequestAction,
  typeOfChildInstanceId,
} from '../attachment.js'
import { DAY_MS, HOUR_MS } from '../clock.js'
import { byteLength, sha256Hex } from '../digest.js'
import { FITS, type OptionField } from '../options/schema.js'
import { isRecord, withoutEmpty } from '../record.js'
import type { TraceContext } from '../trace-context.js'
import { unwrap } from './envelope.js'
import { FIELD_NAMES, fieldOf, RequestFields, zoneFieldOf } from './request-schema.js'

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

export type ParsedRequest = (
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
  faults.push(...(parsed.issues ?? []).map((issue) => ({ path: at(pathOf(issue)), message: messageOf(issue) })))
  const partial = parsed.success ? parsed.output : readableFields(fields)
  const together = [...contradictions(partial, times), ...misfits(fields, partial)]
  faults.push(...together.map((fault) => ({ ...fault, path: at(fault.path) })))
  if (!parsed.success || faults.length > 0) return toRefusal(faults, partial)
  return { ok: true, request: toRequest(parsed.output, times) }
}

/** The path of an issue in the request, such as `zoneMappings[1].zoneId`. */
const pathOf = (issue: v.BaseIssue<unknown>): string =>
  (issue.path ?? []).reduce((joined, { key }) => {
    if (typeof key === 'number') return `${joined}[${key}]`
    return joined === '' ? String(key) : `${joined}.${key}`
  }, '') || '$'

/** Only a field that is missing was received as undefined: JSON has no such value. */
const messageOf = (issue: v.BaseIssue<unknown>): string =>
  issue.received === 'undefined' && issue.kind === 'schema' ? 'is required' : issue.message

/** Gives each field its canonical name; unknown fields and fields given twice are faults. */
function normalizeFieldNames(value: Readonly<Record<string, unknown>>, at: (field: string) => string) {
  const { fields, faults } = renameFields(value, fieldOf, NOT_A_FIELD, at)
  const { zoneMappings } = fields
  if (Array.isArray(zoneMappings))
    fields.zoneMappings = zoneMappings.map((item: unknown, index) => {
      if (!isRecord(item)) return item
      const atZone = (field: string) => at(`zoneMappings[${index}].${field}`)
      const zone = renameFields(item, zoneFieldOf, 'is not zoneId or vSwitchId', atZone)
      faults.push(...zone.faults)
      return zone.fields
    })
  return { fields, faults }
}

function renameFields(
  value: Readonly<Record<string, unknown>>,
  nameOf: (given: string) => string | undefined,
  unknown: string,
  at: (field: string) => string,
) {
  const fields: Record<string, unknown> = {}
  const faults: FieldFault[] = []
  for (const [given, content] of Object.entries(value)) {
    const name = nameOf(given)
    if (name === undefined) faults.push({ path: at(printable(given)), message: unknown })
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

/** Fields that do not fit the action or the type; an action that is no valid one fits every field. */
function misfits(given: Readonly<Record<string, unknown>>, valid: PartialRequest): FieldFault[] {
  const { childInstanceId = '', childInstanceType = typeOfChildInstanceId(childInstanceId) } = valid
  const action = given.action === undefined ? 'attach' : valid.action
  const fields = (Object.keys(FITS) as OptionField[]).filter((field) => given[field] !== undefined)
  return fields.flatMap((path) => {
    const fit = FITS[path]
    if (action !== undefined && action !== fit.action)
      return [{ path, message: `does not fit the action ${action}; only ${fit.action} has it` }]
    if (childInstanceType && !fit.types.includes(childInstanceType))
      return [{ path, message: `does not fit a ${childInstanceType}; only ${fit.types.join(' and ')} have it` }]
    return []
  })
}

/** The default request id: the key; if the request has options, also a hash of them, whatever their order. */
function defaultRequestId(key: string, options: AttachmentOptions, revokeGrant: boolean | undefined): string {
  const { zoneMappings, associationRouteTableId, propagationRouteTableIds, vpcRoutes } = options
  const parts = withoutEmpty({
    zoneMappings: zoneMappings?.map(({ zoneId, vSwitchId }) => `${zoneId}=${vSwitchId}`).sort(),
    associationRouteTableId,
    propagationRouteTableIds: [propagationRouteTableIds ?? []].flat().sort(),
    vpcRoutes: [vpcRoutes ?? []].flat().sort(),
    revokeGrant,
  })
  return `${key}-${sha256Hex(JSON.stringify(parts)).slice(0, 32)}`
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
  const { action = 'attach', revokeGrant } = fields
  const { zoneMappings, associationRouteTableId, propagationRouteTableIds, vpcRoutes } = fields
  const options: AttachmentOptions = withoutEmpty({
    zoneMappings,
    associationRouteTableId,
    propagationRouteTableIds,
    vpcRoutes,
  })
  const key = idempotencyKey(attachment, action)
  const isPlain = Object.keys(options).length === 0 && revokeGrant === undefined
  return {
    requestId: fields.requestId ?? (isPlain ? key : defaultRequestId(key, options, revokeGrant)),
    ...(correlationId !== undefined && { correlationId }),
    ...(campaignId !== undefined && { campaignId }),
    action,
    attachment,
    options,
    revokeGrant: revokeGrant ?? false,
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
