/** The observers of a Lambda function: its log, metrics in that log (EMF), and tracing if it is set. */
import type { TelemetrySettings } from '../../lib/config/telemetry.js'
import { createEmf } from '../../lib/telemetry/emf.js'
import type { Log } from '../../lib/telemetry/log.js'
import { measure } from '../../lib/telemetry/metrics.js'
import { type DeliveryEvent, notifyAll, type Observer } from '../../lib/telemetry/observer.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import type { Tracing } from '../../lib/telemetry/tracing.js'

interface Invocation {
  readonly awsRequestId?: string | undefined
  readonly startedMs: number
  /** When Lambda ends the invocation, epoch milliseconds. */
  readonly deadlineMs: number
}

interface LambdaTelemetry {
  readonly observer: Observer
  /** Resolves once the set observers are loaded; never rejects. */
  readonly ready: Promise<void>
  /** Writes the events of an invocation, with each delivery's share of the billed time, and sends its spans. Never rejects. */
  record(invocation: Invocation): Promise<void>
}

/** The longest wait for the collector of spans. */
const FLUSH_MS = 500
/** Reserved at the end of an invocation for the response. */
const ANSWER_MS = 300

/** `write` must not add a prefix: CloudWatch finds metrics only in a line that is a JSON object. */
export function startLambdaTelemetry(
  functionName: string,
  { tracing: settings }: TelemetrySettings,
  log: Log,
  write: (line: string) => void,
): LambdaTelemetry {
  const events: DeliveryEvent[] = []
  const emf = createEmf(functionName)
  const listeners: Partial<Observer>[] = [{ settled: (event) => void events.push(event) }, measure(emf.record)]
  let tracing: Tracing | undefined
  const load = async (): Promise<void> => {
    if (!settings) return
    const { startTracing } = await import('../../lib/telemetry/tracing.js')
    tracing = startTracing(settings, log, systemClock)
    listeners.push(tracing.observer)
  }
  return {
    observer: notifyAll(listeners),
    ready: load().catch((error) => log.error('tracing:failed', { error: (error as Error).message })),
    async record({ awsRequestId, startedMs, deadlineMs }) {
      const endedMs = systemClock.now()
      const billedMs = Math.ceil((endedMs - startedMs) / Math.max(1, events.length))
      for (const event of events.splice(0)) log.info('receipt:settled', { ...event, billedMs, awsRequestId })
      for (const document of emf.documents(endedMs)) write(`${JSON.stringify(document)}\n`)
      await tracing?.flush(Math.min(FLUSH_MS, deadlineMs - ANSWER_MS - endedMs))
    },
  }
}
