/** Who watches a long-running worker: the log, and Prometheus and a collector of spans where they are asked for. */
import { systemClock } from '../../lib/host/system-clock.js'
import { measure } from '../../lib/metrics.js'
import type { ObservationSettings } from '../../lib/observation-settings.js'
import { type Observer, tellAll } from '../../lib/observer.js'
import type { Log } from '../../lib/ports.js'
import { UnusableSetting } from './unusable-setting.js'

/** How long a stop waits for the collector of spans. */
const LAST_SPANS_MS = 2_000

export interface WorkerWatch {
  readonly observer: Observer
  /** Ends what serves or sends; never rejects. */
  stop(): Promise<void>
}

/** Rejects with an unusable setting where the metrics' port cannot be had. What is not set is not loaded. */
export async function watchWorker({ metrics, tracing }: ObservationSettings, log: Log): Promise<WorkerWatch> {
  const listeners: Partial<Observer>[] = [logReceipts(log)]
  const stops: (() => Promise<void>)[] = []
  if (metrics) {
    const { startPrometheus } = await import('../../lib/host/prometheus.js')
    const prometheus = await startPrometheus(metrics).catch((error) => {
      throw new UnusableSetting('METRICS_PORT', error)
    })
    log.info('metrics:listening', { url: prometheus.url })
    listeners.push(measure(prometheus.tell))
    stops.push(prometheus.stop)
  }
  if (tracing) {
    const { startTracing } = await import('../../lib/host/tracing.js')
    const { observer, stop } = startTracing(tracing, log, systemClock)
    listeners.push(observer)
    stops.push(() => stop(LAST_SPANS_MS))
  }
  return {
    observer: tellAll(listeners),
    stop: async () => void (await Promise.allSettled(stops.map((stop) => stop()))),
  }
}

/** The one event of every receipt. */
const logReceipts = (log: Log): Partial<Observer> => ({
  settled: (event) => log.info('receipt:settled', { ...event }),
})
