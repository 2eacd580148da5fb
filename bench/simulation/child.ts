/** A process of the pool: runs one simulation for each message. */
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

// The parent has exited.
process.on('disconnect', () => process.exit(0))
