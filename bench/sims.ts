/** Runs on the virtual clock, beside each other: as many processes as there are cores. */
import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import { startChild } from './child.js'
import { RUNS } from './sims/runs.js'

export type Sims = typeof RUNS

/** Resolves to what `use` makes of the runs, which it may ask for all at once. Rejects where one of them fails. */
export async function withSims<T>(use: (sims: Sims) => Promise<T>): Promise<T> {
  const started = Array.from({ length: availableParallelism() }, () => startChild('sims/child'))
  const children = (await Promise.all(started)).map(([child]) => child)
  const idle = [...children]
  const turn = pLimit(children.length)
  const ask = (run: keyof Sims, args: readonly unknown[]) =>
    turn(async () => {
      const child = idle.pop() as (typeof children)[number]
      const answer = await child.ask({ run, args })
      idle.push(child)
      return answer
    })
  const names = Object.keys(RUNS) as (keyof Sims)[]
  const sims = names.map((run) => [run, (...args: readonly unknown[]) => ask(run, args)] as const)
  try {
    return await use(Object.fromEntries(sims) as Sims)
  } finally {
    for (const child of children) child.stop()
  }
}
