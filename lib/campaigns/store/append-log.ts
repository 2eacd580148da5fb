/** A journal: entries that are only ever added. What has been added is there for good, and for everyone who reads it. */

export interface AppendLog {
  /** Resolves once the entries are durable. */
  append(entries: readonly unknown[]): Promise<void>
  /** What was added since the last call, by anybody, one's own entries too. */
  readNew(): Promise<unknown[]>
}

/** A journal for what need not outlive the process. */
export function createMemoryAppendLog(): AppendLog {
  let fresh: unknown[] = []
  return {
    append: async (entries) => void fresh.push(...entries),
    async readNew() {
      const taken = fresh
      fresh = []
      return taken
    },
  }
}
