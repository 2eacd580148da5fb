/** The worker as a process: settings from an environment, until SIGTERM. */
import { readConfig } from '../../lib/config.js'
import { createJsonLog } from '../../lib/host/json-log.js'
import { scrub } from '../../lib/scrub.js'
import { runWorker } from './run-worker.js'
import { stopSignal } from './stop-signal.js'
import { warn } from './terminal.js'
import { readTextFile } from './text-file.js'
import { isUnreachable } from './unreachable.js'
import { UnusableSettings } from './unusable-setting.js'

/** An idle worker leaves at most this long after SIGTERM: a receive that is under way is waited for. */
const WAIT_SECONDS = 5
/** A port that another one still holds is no wrong use, nor is a server that is down: a supervisor may start the worker again. */
const HELD = /EADDRINUSE/

/** Resolves to the exit code: 0 after a stop, 1 where the intake was paused then or the queue could not be reached, 2 where the settings or the queue cannot be used. */
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
    return HELD.test(message) || isUnreachable((cause as Error | undefined)?.name, message) ? 1 : 2
  }
}

function refuse(faults: readonly string[]): number {
  for (const fault of faults) warn(`cen-attach worker: ${scrub(fault)}`)
  return 2
}
