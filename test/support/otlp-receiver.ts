/** A collector on loopback: receives OTLP over http/json and decodes it as strictly as the protocol requires. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as v from 'valibot'

const Value = v.union([
  v.strictObject({ stringValue: v.string() }),
  v.strictObject({ intValue: v.union([v.number(), v.string()]) }),
  v.strictObject({ doubleValue: v.number() }),
  v.strictObject({ boolValue: v.boolean() }),
])
const Attributes = v.array(v.strictObject({ key: v.string(), value: Value }))
const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)))
const Nanos = v.pipe(v.string(), v.regex(/^\d{19}$/))
/** opentelemetry-proto, trace/v1/trace.proto, by the JSON mapping of OTLP: ids in hex, 64-bit numbers as text. */
const Span = v.object({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: v.optional(hex(16)),
  traceState: v.optional(v.string()),
  name: v.pipe(v.string(), v.minLength(1)),
  kind: v.picklist([1, 2, 3, 4, 5]),
  startTimeUnixNano: Nanos,
  endTimeUnixNano: Nanos,
  attributes: Attributes,
  status: v.object({ code: v.picklist([0, 1, 2]) }),
})
const Request = v.object({
  resourceSpans: v.array(
    v.object({
      resource: v.object({ attributes: Attributes }),
      scopeSpans: v.array(v.object({ scope: v.object({ name: v.string() }), spans: v.array(Span) })),
    }),
  ),
})

interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string | undefined
  readonly traceState?: string | undefined
  readonly name: string
  readonly kind: number
  readonly status: { readonly code: number }
  readonly tookMs: number
  readonly facts: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

const facts = (attributes: v.InferOutput<typeof Attributes>) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** Throws if the body is not OTLP. */
export function decode(body: string): ReceivedSpan[] {
  return v.parse(v.pipe(v.string(), v.parseJson(), Request), body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes, startTimeUnixNano, endTimeUnixNano, ...span }) => ({
        ...span,
        tookMs: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6,
        facts: facts(attributes),
        resource: facts(resource.attributes),
      })),
    ),
  )
}

export interface OtlpReceiver {
  readonly url: string
  readonly spans: ReceivedSpan[]
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[]
  /** The errors of bodies that could not be decoded. */
  readonly faults: string[]
  stop(): void
}

/** `answer` replaces the normal handling of a request. */
export async function startOtlpReceiver(
  answer: (response: ServerResponse, incoming: IncomingMessage) => void = (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = []
  const faults: string[] = []
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = []
    for await (const piece of incoming) pieces.push(piece)
    requests.push({ path: incoming.url ?? '', headers: incoming.headers })
    try {
      spans.push(...decode(Buffer.concat(pieces).toString('utf8')))
    } catch (error) {
      faults.push(String(error))
    }
    answer(response, incoming)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, requests, faults, stop }
}
