/** Runs on the virtual clock, beside each other: as many processes as there are cores. */
import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import { startChild } from '../child-process.js'
import { RUNS } from './runs.js'

type SimulationPool = typeof RUNS

/** Resolves to what `use` makes of the runs, which it may ask for all at once. Rejects where one of them fails. */
export async function withSimulationPool<T>(use: (pool: SimulationPool) => Promise<T>): Promise<T> {
  const started = Array.from({ length: availableParallelism() }, () => startChild('sims/child'))
  const children = (await Promise.all(started)).map(([child]) => child)
  const idle = [...children]
  const limit = pLimit(children.length)
  const ask = (run: keyof SimulationPool, args: readonly unknown[]) =>
    limit(async () => {
      const child = idle.pop() as (typeof children)[number]
      const answer = await child.ask({ run, args })
      idle.push(child)
      return answer
    })
  const names = Object.keys(RUNS) as (keyof SimulationPool)[]
  const pool = names.map((run) => [run, (...args: readonly unknown[]) => ask(run, args)] as const)
  try {
    return await use(Object.fromEntries(pool) as SimulationPool)
  } finally {
    for (const child of children) child.stop()
  }
}
