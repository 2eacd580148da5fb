/** Reads a status until it is the last one, and notes those before it. */
import { type Lab, until } from './lab.js'

export interface Changed {
  /** The statuses in the order in which they were seen, each once. */
  readonly statuses: readonly string[]
  readonly ms: number
}

/** `read` gives `gone` if there is nothing. Throws NotRun when the longest wait is over. */
export async function watchStatus(lab: Lab, last: string, read: () => Promise<string>): Promise<Changed> {
  const sinceMs = lab.clock.now()
  const statuses: string[] = []
  await until(lab, last, async () => {
    const status = await read()
    if (statuses.at(-1) !== status) statuses.push(status)
    return status === last ? true : undefined
  })
  return { statuses, ms: lab.clock.now() - sinceMs }
}
