/** Envelopes around a request: CloudEvent (structured mode), EventBridge event, SNS notification. */
import { isRecord, parseJson } from '../record.js'
import { readTraceContext, type TraceContext } from '../trace-context.js'
import { RESULT_TYPES } from './result.js'

interface Unwrapped {
  /** The request, with the id of its event as request id if the request has none (VENDING_DETAIL_TYPE). */
  readonly value: unknown
  /** The path of the request, as a prefix of the paths of its faults: '', 'data.', 'detail.', 'Message.'. */
  readonly path: string
  /** The trace context of the innermost envelope that has one. */
  readonly trace?: TraceContext
  /** True if the envelope carries a result of this program, which is no request. */
  readonly isResult?: true
}

const RESULTS: ReadonlySet<unknown> = new Set(Object.values(RESULT_TYPES))

/** The detail-type of cen-attach's own events: each event is one request, however often EventBridge delivers it. */
export const VENDING_DETAIL_TYPE = 'CEN Attachment Requested'

interface Envelope {
  readonly field: 'data' | 'detail' | 'Message'
  readonly matches: (body: Readonly<Record<string, unknown>>) => boolean
  /** The trace context that the envelope carries. */
  readonly trace?: (body: Readonly<Record<string, unknown>>) => TraceContext | undefined
}

const ENVELOPES: readonly Envelope[] = [
  {
    field: 'data',
    matches: (body) => typeof body.specversion === 'string' && Object.hasOwn(body, 'data'),
    // CloudEvents, Distributed Tracing extension.
    trace: (body) => readTraceContext(body.traceparent, body.tracestate),
  },
  { field: 'detail', matches: (body) => typeof body['detail-type'] === 'string' && Object.hasOwn(body, 'detail') },
  {
    field: 'Message',
    matches: (body) => body.Type === 'Notification' && Object.hasOwn(body, 'Message'),
    // Without raw delivery SNS puts the message attributes here.
    trace: ({ MessageAttributes }) =>
      readTraceContext(snsAttribute(MessageAttributes, 'traceparent'), snsAttribute(MessageAttributes, 'tracestate')),
  },
]

/** SNS may carry an EventBridge event that carries a CloudEvent; deeper nesting is taken for a mistake. */
const MAX_DEPTH = 3

function snsAttribute(attributes: unknown, name: string): unknown {
  const attribute = isRecord(attributes) ? attributes[name] : undefined
  return isRecord(attribute) ? attribute.Value : undefined
}

const envelopeOf = (value: unknown): Envelope | undefined =>
  isRecord(value) ? ENVELOPES.find(({ matches }) => matches(value)) : undefined

/**
 * The field of an envelope that carries the request; undefined for any other value. A proof about an envelope must
 * cover this field.
 */
export const carrierOf = (value: unknown): Envelope['field'] | undefined => envelopeOf(value)?.field

/** Takes a request out of its envelopes. A carried string is parsed if it is JSON, else kept. Never throws. */
export function unwrap(value: unknown): Unwrapped {
  let current = value
  let path = ''
  let requestId: string | undefined
  let trace: TraceContext | undefined
  for (let depth = 0; depth < MAX_DEPTH && isRecord(current); depth++) {
    const body: Record<string, unknown> = current
    const envelope = envelopeOf(body)
    if (!envelope) break
    const { field } = envelope
    if (field === 'data' && RESULTS.has(body.type)) return { value: body, path, isResult: true }
    trace = envelope.trace?.(body) ?? trace
    current = readCarried(body[field])
    path += `${field}.`
    if (body['detail-type'] === VENDING_DETAIL_TYPE && typeof body.id === 'string') requestId = body.id
  }
  const named = requestId !== undefined && isRecord(current) ? { requestId, ...current } : current
  return { value: named, path, ...(trace && { trace }) }
}

const readCarried = (carried: unknown): unknown =>
  typeof carried === 'string' ? (parseJson(carried) ?? carried) : carried
