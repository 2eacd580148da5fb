/** Runs on the virtual clock in a process of its own, one at a time, each when it is asked for. */
import { RUNS } from './runs.js'

interface RunRequest {
  readonly run: keyof typeof RUNS
  readonly args: readonly unknown[]
}

process.on('message', async ({ run, args }: RunRequest) => {
  const runSimulation = RUNS[run] as (...args: readonly unknown[]) => Promise<unknown>
  process.send?.(await runSimulation(...args))
})
process.send?.('ready')

// Nobody is left to ask.
process.on('disconnect', () => process.exit(0))
