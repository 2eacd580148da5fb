/** Runs the long-running worker in this process until it is told to stop. */
import { runPollLoop } from '../../lib/aws/poll-loop.js'
import type { Config, Environment } from '../../lib/config.js'
import { handleMessage } from '../../lib/handle-message.js'
import type { IntakeStatus } from '../../lib/intake.js'
import { IN_HAND_MS } from '../../lib/limiter.js'
import type { Observer } from '../../lib/observer.js'
import type { Log } from '../../lib/ports.js'
import type { ReceivedMessage } from '../../lib/received-message.js'
import { type Built, buildHouse } from './house.js'
import { UnusableSetting, UnusableSettings } from './unusable-setting.js'
import { watchWorker } from './worker-watch.js'

const PAUSED_DELAY_MS = 10_000
/** Minutes of a dead-letter queue's outage are outlasted in hand; the heartbeat goes on meanwhile. */
const PATIENCE_MS = 5 * 60_000
const GRACE_MS = 15_000

export interface WorkerRun {
  readonly config: Config
  readonly env: Environment
  readonly log: Log
  readonly stop: AbortSignal
  /** How long a receive waits for a message, in seconds; a stop waits as long at most. */
  readonly waitSeconds: number
}

/** Resolves to the intake's status once the worker has left; rejects with unusable settings where a queue or the topic is not there, the request queue cannot be read, or the metrics' port be had, at the start. */
export async function runWorker({ config, env, log, ...run }: WorkerRun): Promise<IntakeStatus> {
  const watch = await watchWorker(config, log)
  const built = buildWorker(config, env, log, watch.observer)
  try {
    const missing = await built.missing()
    if (missing.length > 0) throw new UnusableSettings(missing)
    await work(built, config, run)
  } catch (error) {
    throw error instanceof UnusableSettings ? error : new UnusableSetting('REQUEST_QUEUE_URL', error)
  } finally {
    await watch.stop()
  }
  return built.house.intake.status()
}

export const buildWorker = (config: Config, env: Environment, log: Log, observer: Observer): Built =>
  buildHouse(config, env, log, {
    pausedDelayMs: PAUSED_DELAY_MS,
    patienceMs: PATIENCE_MS,
    inHandMs: IN_HAND_MS,
    observer,
  })

/** Works until it is told to stop; what it has learnt stays with its house. */
export function work(
  { house, queue }: Built,
  { concurrency, requestQueueUrl }: Config,
  { stop, waitSeconds }: Pick<WorkerRun, 'stop' | 'waitSeconds'>,
): Promise<void> {
  const handle = (message: ReceivedMessage) => handleMessage(message, house)
  const fifo = requestQueueUrl.endsWith('.fifo')
  return runPollLoop({ queue, handle, concurrency, fifo, waitSeconds, stop, graceMs: GRACE_MS }, house)
}
