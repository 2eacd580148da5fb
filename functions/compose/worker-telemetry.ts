/** The observers of a long-running worker: its log, and Prometheus and tracing if they are set. */
import type { TelemetrySettings } from '../../lib/config/telemetry.js'
import type { Health } from '../../lib/telemetry/health.js'
import type { Log } from '../../lib/telemetry/log.js'
import { measure } from '../../lib/telemetry/metrics.js'
import { notifyAll, type Observer } from '../../lib/telemetry/observer.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { UnusableSetting } from './startup-errors.js'

/** How long a stop waits for the collector of spans. */
const LAST_SPANS_MS = 2_000

interface WorkerTelemetry {
  readonly observer: Observer
  /** Stops servers and exporters; never rejects. */
  stop(): Promise<void>
}

/** Rejects with an unusable setting if the port of the metrics is taken. Observers that are not set are not loaded. */
export async function startWorkerTelemetry(
  { metrics, tracing }: TelemetrySettings,
  log: Log,
  health?: Health,
): Promise<WorkerTelemetry> {
  const listeners: Partial<Observer>[] = [logDeliveries(log)]
  const stops: (() => Promise<void>)[] = []
  if (metrics) {
    const { startPrometheus } = await import('../../lib/telemetry/prometheus.js')
    const prometheus = await startPrometheus(metrics, health).catch((error) => {
      throw new UnusableSetting('METRICS_PORT', error)
    })
    log.info('metrics:listening', { url: prometheus.url })
    listeners.push(measure(prometheus.record))
    stops.push(prometheus.stop)
  }
  if (tracing) {
    const { startTracing } = await import('../../lib/telemetry/tracing.js')
    const { observer, stop } = startTracing(tracing, log, systemClock)
    listeners.push(observer)
    stops.push(() => stop(LAST_SPANS_MS))
  }
  return {
    observer: notifyAll(listeners),
    stop: async () => void (await Promise.allSettled(stops.map((stop) => stop()))),
  }
}

/** One log event for each delivery. */
const logDeliveries = (log: Log): Partial<Observer> => ({
  settled: (event) => log.info('receipt:settled', { ...event }),
})
