/** The metrics: one table, and what each event adds to it. The entry points choose Prometheus or CloudWatch. */
import { isLimitRefusal } from '../admission/limiter.js'
import type { Observer } from './observer.js'

export interface Metric {
  /** A counter is increased, a gauge is set, a histogram collects values. */
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly prometheus: string
  /** Absent if the metric is meaningless for a function that is frozen after each batch. */
  readonly cloudWatch?: string
  readonly unit: 'Count' | 'Seconds'
  readonly label?: 'kind' | 'action'
  readonly help: string
}

export const METRICS = {
  attached: {
    kind: 'counter',
    prometheus: 'cen_attach_attached_total',
    cloudWatch: 'Attached',
    unit: 'Count',
    help: 'Results with the outcome attached.',
  },
  detached: {
    kind: 'counter',
    prometheus: 'cen_attach_detached_total',
    cloudWatch: 'Detached',
    unit: 'Count',
    help: 'Results with the outcome detached.',
  },
  failed: {
    kind: 'counter',
    prometheus: 'cen_attach_failed_total',
    cloudWatch: 'Failed',
    unit: 'Count',
    label: 'kind',
    help: 'Results with the outcome failed, by the kind of failure.',
  },
  parked: {
    kind: 'counter',
    prometheus: 'cen_attach_parked_total',
    cloudWatch: 'Parked',
    unit: 'Count',
    help: 'Results that require a grant; once for each request and process.',
  },
  retried: {
    kind: 'counter',
    prometheus: 'cen_attach_retried_total',
    cloudWatch: 'Retried',
    unit: 'Count',
    help: 'Deliveries after which the message returned to the queue.',
  },
  apiCalls: {
    kind: 'counter',
    prometheus: 'cen_attach_api_calls_total',
    cloudWatch: 'ApiCalls',
    unit: 'Count',
    label: 'action',
    help: 'Calls of Alibaba APIs, answered or not.',
  },
  throttles: {
    kind: 'counter',
    prometheus: 'cen_attach_api_throttles_total',
    cloudWatch: 'ApiThrottles',
    unit: 'Count',
    label: 'action',
    help: 'Calls that a limit of the API or the CEN refused.',
  },
  timeToAttach: {
    kind: 'histogram',
    prometheus: 'cen_attach_time_to_attach_seconds',
    cloudWatch: 'TimeToAttach',
    unit: 'Seconds',
    help: 'From the sending of a request to its result attached; without requests that were attached before.',
  },
  inFlight: {
    kind: 'gauge',
    prometheus: 'cen_attach_in_flight',
    unit: 'Count',
    help: 'Messages in memory.',
  },
  paused: {
    kind: 'gauge',
    prometheus: 'cen_attach_intake_paused',
    cloudWatch: 'IntakePaused',
    unit: 'Count',
    help: '1 while the circuit breaker is open, else 0.',
  },
} as const satisfies Readonly<Record<string, Metric>>
export type MetricName = keyof typeof METRICS

/** The buckets of a histogram, in seconds: from one call to a request that waits a day for its grant. */
export const BUCKETS = [1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400]

/** Records one measurement; `label` if the metric has one. */
export type RecordMetric = (metric: MetricName, value: number, label?: string) => void

/** Turns the events of an observer into measurements. */
export function measure(record: RecordMetric): Omit<Observer, 'span'> {
  let inFlight = 0
  record('inFlight', inFlight)
  record('paused', 0)
  return {
    received() {
      inFlight += 1
      record('inFlight', inFlight)
    },
    called({ action, code = '', kind = 'unknown' }) {
      record('apiCalls', 1, action)
      if (isLimitRefusal({ code, kind })) record('throttles', 1, action)
    },
    settled({ action, outcome, adopted, durationMs = 0, kind = 'unknown' }) {
      inFlight -= 1
      record('inFlight', inFlight)
      if (outcome === 'attached') record('attached', 1)
      if (outcome === 'detached') record('detached', 1)
      if (outcome === 'attached' && !adopted) record('timeToAttach', durationMs / 1_000)
      if (outcome === 'failed') record('failed', 1, kind)
      if (outcome === 'grant-required') record('parked', 1)
      if (action === 'retry' || action === 'release') record('retried', 1)
    },
    breaker({ paused }) {
      record('paused', paused ? 1 : 0)
    },
  }
}
