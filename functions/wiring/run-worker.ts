/** Runs the long-running worker in this process until it is told to stop. */
import { runPollLoop } from '../../lib/aws/poll-loop.js'
import type { Config, Environment } from '../../lib/config.js'
import { handleMessage } from '../../lib/handle-message.js'
import type { IntakeStatus } from '../../lib/intake.js'
import type { Log } from '../../lib/ports.js'
import { buildHouse } from './house.js'
import { UnusableSetting } from './unusable-setting.js'
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

/** Resolves to the intake's status once the worker has left; rejects with an unusable setting where the request queue cannot be read, or the metrics' port be had, at the start. */
export async function runWorker({ config, env, log, stop, waitSeconds }: WorkerRun): Promise<IntakeStatus> {
  const watch = await watchWorker(config, log)
  const { observer } = watch
  const host = { pausedDelayMs: PAUSED_DELAY_MS, patienceMs: PATIENCE_MS, observer }
  const { house, queue } = buildHouse(config, env, log, host)
  const { concurrency } = config
  const handle = (message: Parameters<typeof handleMessage>[0]) => handleMessage(message, house)
  const fifo = config.requestQueueUrl.endsWith('.fifo')
  try {
    await runPollLoop({ queue, handle, concurrency, fifo, waitSeconds, stop, graceMs: GRACE_MS }, house)
  } catch (error) {
    throw new UnusableSetting('REQUEST_QUEUE_URL', error)
  } finally {
    await watch.stop()
  }
  return house.intake.status()
}
