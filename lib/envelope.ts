/** Envelopes that carry a request: CloudEvent (structured mode), EventBridge event, SNS notification. */

export interface Unwrapped {
  /** The request; where it names no id and an envelope stands for one, with that. */
  readonly value: unknown
  /** Where the request was found, as a prefix of a fault's path: '', 'data.', 'detail.', 'Message.'. */
  readonly path: string
}

/** Our own detail-type: such an event is one wish, however often EventBridge delivers it, and the next event is another one. */
export const VENDING_DETAIL_TYPE = 'CEN Attachment Requested'

interface Envelope {
  readonly field: 'data' | 'detail' | 'Message'
  readonly matches: (body: Readonly<Record<string, unknown>>) => boolean
}

const ENVELOPES: readonly Envelope[] = [
  { field: 'data', matches: (body) => typeof body.specversion === 'string' && Object.hasOwn(body, 'data') },
  { field: 'detail', matches: (body) => typeof body['detail-type'] === 'string' && Object.hasOwn(body, 'detail') },
  { field: 'Message', matches: (body) => body.Type === 'Notification' && Object.hasOwn(body, 'Message') },
]

/** SNS may carry an EventBridge event that carries a CloudEvent; deeper than that is somebody's mistake. */
const MAX_DEPTH = 3

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The field that carries the request in this envelope, or undefined where the value is none. What is proved of an envelope must be proved of this field. */
export const carrierOf = (value: unknown): Envelope['field'] | undefined =>
  isRecord(value) ? ENVELOPES.find(({ matches }) => matches(value))?.field : undefined

/** Takes a request out of its envelopes. A carried string is read as JSON where it is JSON, else kept. Never throws. */
export function unwrap(value: unknown): Unwrapped {
  let current = value
  let path = ''
  let requestId: string | undefined
  for (let depth = 0; depth < MAX_DEPTH && isRecord(current); depth++) {
    const body: Record<string, unknown> = current
    const field = carrierOf(body)
    if (!field) break
    current = readCarried(body[field])
    path += `${field}.`
    if (body['detail-type'] === VENDING_DETAIL_TYPE && typeof body.id === 'string') requestId = body.id
  }
  const named = requestId !== undefined && isRecord(current) ? { requestId, ...current } : current
  return { value: named, path }
}

function readCarried(carried: unknown): unknown {
  if (typeof carried !== 'string') return carried
  try {
    return JSON.parse(carried)
  } catch {
    return carried
  }
}
