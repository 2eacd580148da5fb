/** Envelopes that carry a request: CloudEvent (structured mode), EventBridge event, SNS notification. */

import { RESULT_TYPES } from './result.js'
import { readTraceContext, type TraceContext } from './trace-context.js'

export interface Unwrapped {
  /** The request; where it names no id and an envelope stands for one, with that. */
  readonly value: unknown
  /** Where the request was found, as a prefix of a fault's path: '', 'data.', 'detail.', 'Message.'. */
  readonly path: string
  /** Where the innermost envelope that says so stands in a trace. */
  readonly trace?: TraceContext
  /** True if it carries a result of this program, which asks for nothing. */
  readonly isResult?: true
}

const RESULTS: ReadonlySet<unknown> = new Set(Object.values(RESULT_TYPES))

/** Our own detail-type: such an event is one wish, however often EventBridge delivers it, and the next event is another one. */
export const VENDING_DETAIL_TYPE = 'CEN Attachment Requested'

interface Envelope {
  readonly field: 'data' | 'detail' | 'Message'
  readonly matches: (body: Readonly<Record<string, unknown>>) => boolean
  /** Undefined where it says nothing of a trace. */
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
    // A topic that does not deliver raw puts the attributes of the message here.
    trace: ({ MessageAttributes }) =>
      readTraceContext(snsAttribute(MessageAttributes, 'traceparent'), snsAttribute(MessageAttributes, 'tracestate')),
  },
]

/** SNS may carry an EventBridge event that carries a CloudEvent; deeper than that is somebody's mistake. */
const MAX_DEPTH = 3

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function snsAttribute(attributes: unknown, name: string): unknown {
  const attribute = isRecord(attributes) ? attributes[name] : undefined
  return isRecord(attribute) ? attribute.Value : undefined
}

const envelopeOf = (value: unknown): Envelope | undefined =>
  isRecord(value) ? ENVELOPES.find(({ matches }) => matches(value)) : undefined

/** The field that carries the request in this envelope, or undefined where the value is none. What is proved of an envelope must be proved of this field. */
export const carrierOf = (value: unknown): Envelope['field'] | undefined => envelopeOf(value)?.field

/** Takes a request out of its envelopes. A carried string is read as JSON where it is JSON, else kept. Never throws. */
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

function readCarried(carried: unknown): unknown {
  if (typeof carried !== 'string') return carried
  try {
    return JSON.parse(carried)
  } catch {
    return carried
  }
}
