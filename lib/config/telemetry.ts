/** The settings of telemetry: where metrics are served, and where spans are sent. */
import type { ListenAddress } from '../telemetry/prometheus.js'
import type { TracingSettings } from '../telemetry/tracing.js'
import type { SettingReader } from './setting-reader.js'

export interface TelemetrySettings {
  /** Where metrics are served for Prometheus; absent: nowhere. */
  readonly metrics?: ListenAddress
  /** Absent: no spans are sent, and the trace context of a message is passed on unchanged. */
  readonly tracing?: TracingSettings
}

const HOST = /^(?:[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45})$/

export function readTelemetrySettings(reader: SettingReader): TelemetrySettings {
  const metrics = readMetrics(reader)
  const tracing = readTracing(reader)
  return { ...(metrics && { metrics }), ...(tracing && { tracing }) }
}

function readMetrics({ matching, integer }: SettingReader): TelemetrySettings['metrics'] {
  const host = matching('METRICS_HOST', HOST, 'must be a host name or an IP') ?? '127.0.0.1'
  const port = integer('METRICS_PORT', 0, 65_535, 'must be a port from 0 to 65535; 0 picks a free one')
  return port === undefined ? undefined : { host, port }
}

/**
 * The settings of OpenTelemetry (Environment Variable Specification, OTLP Exporter Configuration); a value for traces
 * takes precedence.
 */
function readTracing(reader: SettingReader): TracingSettings | undefined {
  const { optional, fault, matching, integer } = reader
  const base = optional('OTEL_EXPORTER_OTLP_ENDPOINT')
  const own = optional('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  const off = optional('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || optional('OTEL_TRACES_EXPORTER') === 'none'
  if (off || (base === undefined && own === undefined)) return undefined
  const named = own === undefined ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
  const url = own ?? `${base?.replace(/\/+$/, '')}/v1/traces`
  if (!isCollector(url)) fault(named, 'must be a URL, http:// or https://, without user and password')
  for (const name of ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'])
    matching(name, /^http\/json$/, 'must be http/json, the only supported one')
  const timeoutMs = integer('OTEL_EXPORTER_OTLP_TIMEOUT', 1, 999_999, 'must be a number of milliseconds') ?? 5_000
  const serviceName = optional('OTEL_SERVICE_NAME')
  return {
    url,
    headers: {
      ...readPairs('OTEL_EXPORTER_OTLP_HEADERS', reader),
      ...readPairs('OTEL_EXPORTER_OTLP_TRACES_HEADERS', reader),
    },
    resource: {
      'service.name': 'cen-attach',
      ...readPairs('OTEL_RESOURCE_ATTRIBUTES', reader),
      ...(serviceName !== undefined && { 'service.name': serviceName }),
    },
    timeoutMs,
  }
}

function isCollector(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

/** `key=value,key=value`, values percent-encoded. A fault never quotes a value, which may be a secret. */
function readPairs(name: string, { optional, fault }: SettingReader): Record<string, string> {
  const pairs: Record<string, string> = {}
  for (const pair of (optional(name) ?? '').split(',').filter((text) => text.trim() !== '')) {
    const [, key, value] = /^\s*([^\s=]{1,256})\s*=\s*(.*?)\s*$/.exec(pair) ?? []
    const decoded = value === undefined ? undefined : decode(value)
    if (key === undefined || decoded === undefined) {
      fault(name, 'must be key=value, separated by commas, the values percent-encoded')
      break
    }
    pairs[key] = decoded
  }
  return pairs
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
