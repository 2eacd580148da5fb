/** Tracing: spans of deliveries and calls, sent to an OpenTelemetry collector by OTLP (http/json); it never waits for one. */
import { createTraceState, ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Clock } from '../domain/clock.js'
import { scrub } from '../domain/scrub.js'
import type { TraceContext } from '../domain/trace-context.js'
import type { Log } from './log.js'
import type { Observer, Span, SpanStart } from './observer.js'

export interface TracingSettings {
  /** The full URL of the collector for traces. */
  readonly url: string
  /** Headers for the collector; they may be secrets. */
  readonly headers: Readonly<Record<string, string>>
  /** The resource: `service.name` and further attributes. */
  readonly resource: Readonly<Record<string, string>>
  /** How long the collector may take, in milliseconds. */
  readonly timeoutMs: number
}

export interface Tracing {
  readonly observer: Pick<Observer, 'span'>
  /** Sends ended spans for at most `boundMs`, and not at all shortly after the collector failed. Never rejects. */
  flush(boundMs: number): Promise<void>
  /** Sends the remaining spans for at most `boundMs`. Never rejects. */
  stop(boundMs: number): Promise<void>
}

/** How long no flush waits for a collector that failed, in milliseconds. */
const COLLECTOR_BACKOFF_MS = 60_000

const KINDS = {
  delivery: {
    kind: SpanKind.CONSUMER,
    attributes: { 'messaging.system': 'aws_sqs', 'messaging.operation.type': 'process' },
  },
  call: { kind: SpanKind.CLIENT, attributes: {} },
} as const

export function startTracing({ url, headers, resource, timeoutMs }: TracingSettings, log: Log, clock: Clock): Tracing {
  let failedAtMs = -Infinity
  const failed = (error: unknown) => {
    // The message of the error is not logged: it may quote the request with its headers.
    const { name, code } = error as { name?: string; code?: string | number }
    if (clock.now() - failedAtMs >= COLLECTOR_BACKOFF_MS) log.warn('spans:lost', { error: name, code })
    failedAtMs = clock.now()
  }
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: timeoutMs })
  const reportingExporter: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error) failed(result.error)
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [new BatchSpanProcessor(reportingExporter, { exportTimeoutMillis: timeoutMs })],
  })
  const tracer = provider.getTracer('cen-attach')

  const waitAtMost = async (boundMs: number, work: () => Promise<void>): Promise<void> => {
    const done = new AbortController()
    const end = () => done.abort()
    work().then(end, end)
    await clock.sleep(boundMs, done.signal)
    if (!done.signal.aborted) failed({ name: 'Timeout' })
  }

  return {
    observer: {
      span({ kind, name, startedMs, parent }: SpanStart): Span {
        const above = parent ? trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent)) : ROOT_CONTEXT
        const span = tracer.startSpan(name, { ...KINDS[kind], startTime: new Date(startedMs) }, above)
        return {
          context: toTraceContext(span.spanContext()),
          end(endedMs, facts) {
            for (const [fact, value] of Object.entries(facts))
              span.setAttribute(`cen_attach.${fact}`, typeof value === 'string' ? scrub(value) : value)
            const { code, action } = facts as { code?: string; action?: string }
            if (code !== undefined) span.setAttribute('error.type', code)
            if (kind === 'call' ? code !== undefined : action === 'dead-letter')
              span.setStatus({ code: SpanStatusCode.ERROR })
            span.end(new Date(endedMs))
          },
        }
      },
    },
    flush: async (boundMs) => {
      if (boundMs > 0 && clock.now() - failedAtMs >= COLLECTOR_BACKOFF_MS)
        await waitAtMost(boundMs, () => provider.forceFlush())
    },
    stop: (boundMs) => waitAtMost(boundMs, () => provider.shutdown()),
  }
}

const toSpanContext = ({ traceId, spanId, flags, state }: TraceContext): SpanContext => ({
  traceId,
  spanId,
  traceFlags: flags,
  isRemote: true,
  ...(state !== undefined && { traceState: createTraceState(state) }),
})

function toTraceContext({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const state = traceState?.serialize()
  return { traceId, spanId, flags: traceFlags, ...(state && { state }) }
}
