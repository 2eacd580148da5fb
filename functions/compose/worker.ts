/** Runs the long-running worker in this process until it is stopped. */
import type { BreakerStatus } from '../../lib/admission/circuit-breaker.js'
import { type Config, type Environment, readConfig } from '../../lib/config/config.js'
import { HOLD_MS } from '../../lib/domain/backoff.js'
import { MINUTE_MS } from '../../lib/domain/clock.js'
import { scrub } from '../../lib/domain/scrub.js'
import type { MessageQueue } from '../../lib/messaging/message-queue.js'
import { runPollLoop } from '../../lib/messaging/poll-loop.js'
import type { ReceivedMessage } from '../../lib/messaging/received-message.js'
import { handleMessage } from '../../lib/reconcile/handle-message.js'
import { createWorkerHealth } from '../../lib/telemetry/health.js'
import { createJsonLog } from '../../lib/telemetry/json-log.js'
import type { Log } from '../../lib/telemetry/log.js'
import type { Observer } from '../../lib/telemetry/observer.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { warn } from '../terminal/print.js'
import { type BuiltContext, buildContext } from './context.js'
import { readTextFile, stopSignal } from './process.js'
import { isUnreachable, UnusableSetting, UnusableSettings } from './startup-errors.js'
import { startWorkerTelemetry } from './worker-telemetry.js'

const PAUSED_DELAY_MS = 10_000
/** Messages are kept in memory, with a heartbeat, through an outage of the dead-letter queue of this length. */
const SETTLE_RETRY_MS = 5 * MINUTE_MS
const GRACE_MS = 15_000

interface WorkerRun {
  readonly config: Config
  readonly env: Environment
  readonly log: Log
  readonly stop: AbortSignal
  /** How long a receive waits for a message, in seconds; a stop waits at most as long. */
  readonly waitSeconds: number
}

/**
 * Resolves to the status of the circuit breaker once the worker has stopped. Rejects with unusable settings if at the start
 * a queue or the topic does not exist, the request queue cannot be read, or the port of the metrics is taken.
 */
export async function runWorker({ config, env, log, ...run }: WorkerRun): Promise<BreakerStatus> {
  const health = createWorkerHealth(systemClock)
  const telemetry = await startWorkerTelemetry(config, log, health)
  const built = buildWorker(config, env, log, telemetry.observer)
  try {
    const missing = await built.missing()
    if (missing.length > 0) throw new UnusableSettings(missing)
    health.watch({ breaker: built.context.breaker, identity: built.identity, stop: run.stop })
    await work(built, config, run, health)
  } catch (error) {
    throw error instanceof UnusableSettings ? error : new UnusableSetting('REQUEST_QUEUE_URL', error)
  } finally {
    await telemetry.stop()
  }
  return built.context.breaker.status()
}

export const buildWorker = (config: Config, env: Environment, log: Log, observer: Observer): BuiltContext =>
  buildContext(config, env, log, {
    pausedDelayMs: PAUSED_DELAY_MS,
    settleRetryMs: SETTLE_RETRY_MS,
    holdMs: HOLD_MS,
    observer,
  })

/** Works until `stop`; what the worker has learnt stays in the context. */
export function work(
  { context, queue }: BuiltContext,
  { concurrency }: Config,
  { stop, waitSeconds }: Pick<WorkerRun, 'stop' | 'waitSeconds'>,
  health = createWorkerHealth(systemClock),
): Promise<void> {
  const handle = (message: ReceivedMessage) => handleMessage(message, context)
  const watchedQueue: MessageQueue = {
    ...queue,
    visibilitySeconds: () => health.reading(queue.visibilitySeconds()),
    receive: (max, seconds) => health.reading(queue.receive(max, seconds)),
  }
  const loop = { queue: watchedQueue, handle, concurrency, waitSeconds, stop, graceMs: GRACE_MS, polled: health.polled }
  return runPollLoop(loop, context)
}

/** Long polling, and so the longest stop of an idle worker: a receive under way is waited for. */
const WAIT_SECONDS = 5
/** A port that another process still holds is temporary, like a server that is down: a supervisor may restart the worker. */
const PORT_IN_USE = /EADDRINUSE/

/**
 * Resolves to the exit code: 0 after a stop, 1 if the circuit breaker was open then or a server could not be reached, 2 if
 * the settings have faults or cannot be used.
 */
export async function runWorkerProcess(env: NodeJS.ProcessEnv): Promise<number> {
  const reading = readConfig(env, readTextFile)
  if (!reading.ok) return refuse(reading.faults)
  const { config } = reading
  const log = createJsonLog(config.logLevel)
  const stop = stopSignal((name) => log.info('worker:signalled', { signal: name }))
  try {
    const { paused } = await runWorker({ config, env, log, stop, waitSeconds: WAIT_SECONDS })
    return paused ? 1 : 0
  } catch (error) {
    const { message, cause } = error as Error
    refuse(error instanceof UnusableSettings ? error.sentences : [message])
    return PORT_IN_USE.test(message) || isUnreachable((cause as Error | undefined)?.name, message) ? 1 : 2
  }
}

function refuse(faults: readonly string[]): number {
  for (const fault of faults) warn(`cen-attach worker: ${scrub(fault)}`)
  return 2
}
