/** Runs the long-running worker in this process until it is told to stop. */
import { runPollLoop } from '../../lib/aws/poll-loop.js'
import type { Config, Environment } from '../../lib/config.js'
import { handleMessage } from '../../lib/handle-message.js'
import type { IntakeStatus } from '../../lib/intake.js'
import type { Log } from '../../lib/ports.js'
import { buildHouse } from './house.js'

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

/** Resolves to the intake's status once the worker has left; rejects where the request queue cannot be read at the start. */
export async function runWorker({ config, env, log, stop, waitSeconds }: WorkerRun): Promise<IntakeStatus> {
  const { house, queue } = buildHouse(config, env, log, { pausedDelayMs: PAUSED_DELAY_MS, patienceMs: PATIENCE_MS })
  const { concurrency } = config
  const handle = (message: Parameters<typeof handleMessage>[0]) => handleMessage(message, house)
  const fifo = config.requestQueueUrl.endsWith('.fifo')
  await runPollLoop({ queue, handle, concurrency, fifo, waitSeconds, stop, graceMs: GRACE_MS }, house)
  return house.intake.status()
}
