/** W3C Trace Context: the position of a message in a trace (w3.org/TR/trace-context). */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits: the parent span. */
  readonly spanId: string
  /** One byte; its lowest bit means that the trace is recorded. */
  readonly flags: number
  /** The `tracestate` of other tracing systems, unchanged. */
  readonly state?: string
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
/** At most 32 members and 512 characters; a larger one may be dropped (3.3.1). */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/
const MEMBER = /^\s*(?:[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256})?\s*$/
const MOST_MEMBERS = 32

/** Undefined if `traceparent` is invalid; an invalid `tracestate` is dropped. Later versions are read as this one (3.2.4). */
export function readTraceContext(traceparent: unknown, tracestate?: unknown): TraceContext | undefined {
  // A sender may put any JSON there; `String` throws for an object whose `toString` is no function.
  const text = typeof traceparent === 'string' ? traceparent : ''
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(text) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  const state = typeof tracestate === 'string' && isTraceState(tracestate) ? tracestate : undefined
  return { traceId, spanId, flags: Number.parseInt(flags, 16), ...(state !== undefined && { state }) }
}

/** The `traceparent` text, for a message attribute or a CloudEvent. */
export const toTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`

function isTraceState(text: string): boolean {
  const members = text.split(',')
  return TRACESTATE.test(text) && members.length <= MOST_MEMBERS && members.every((member) => MEMBER.test(member))
}
