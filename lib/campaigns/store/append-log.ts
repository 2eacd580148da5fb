/** The append-only log (port), and one in memory. */

export interface AppendLog {
  /** Resolves once the entries are durable. */
  append(entries: readonly unknown[]): Promise<void>
  /** The entries since the last call, of this process and others. */
  readNew(): Promise<unknown[]>
}

/** A log that ends with the process. */
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
