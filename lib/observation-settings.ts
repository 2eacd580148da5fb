/** The settings of whoever watches: where metrics are fetched. */
import type { SettingReader } from './setting-reader.js'

export interface ObservationSettings {
  /** Where Prometheus fetches; absent: nowhere. */
  readonly metrics?: { readonly host: string; readonly port: number }
}

export function readObservation({ said, fault, matching }: SettingReader): ObservationSettings {
  const host = matching(
    'METRICS_HOST',
    /^(?:[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45})$/,
    'must be a host name or an IP',
  )
  const port = said('METRICS_PORT')
  if (port === undefined) return {}
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN
  if (!(number <= 65_535)) fault('METRICS_PORT', 'must be a port from 0 to 65535; 0 picks a free one')
  return { metrics: { host: host ?? '127.0.0.1', port: number } }
}
