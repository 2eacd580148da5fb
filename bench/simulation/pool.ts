/** A pool of processes for simulations, as many as there are cores. */
import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import { startChild } from '../child-process.js'
import { RUNS } from './runs.js'

type SimulationPool = typeof RUNS

/** Resolves to the result of `use`, which may request many simulations at once. Rejects if one of them fails. */
export async function withSimulationPool<T>(use: (pool: SimulationPool) => Promise<T>): Promise<T> {
  const started = Array.from({ length: availableParallelism() }, () => startChild('simulation/child'))
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
