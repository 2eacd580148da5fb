/** Who watches a long-running worker: the log, and Prometheus where it is asked for. */
import { measure } from '../../lib/metrics.js'
import type { ObservationSettings } from '../../lib/observation-settings.js'
import { type Observer, tellAll } from '../../lib/observer.js'
import type { Log } from '../../lib/ports.js'
import { UnusableSetting } from './unusable-setting.js'

export interface WorkerWatch {
  readonly observer: Observer
  /** Ends what serves or sends; never rejects. */
  stop(): Promise<void>
}

/** Rejects with an unusable setting where the metrics' port cannot be had. What is not set is not loaded. */
export async function watchWorker({ metrics }: ObservationSettings, log: Log): Promise<WorkerWatch> {
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
  return {
    observer: tellAll(listeners),
    stop: async () => void (await Promise.allSettled(stops.map((stop) => stop()))),
  }
}

/** The one event of every receipt. */
const logReceipts = (log: Log): Partial<Observer> => ({
  settled: (event) => log.info('receipt:settled', { ...event }),
})
