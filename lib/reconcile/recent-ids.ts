/** A bounded set of recent ids, so that something is reported only once; it may forget. */

export interface RecentIds {
  has(id: string): boolean
  add(id: string): void
  delete(id: string): void
}

/** Keeps the last `size` ids. */
export function createRecentIds(size = 100_000): RecentIds {
  const ids = new Set<string>()
  return {
    has: (id) => ids.has(id),
    delete: (id) => void ids.delete(id),
    add(id) {
      ids.add(id)
      const oldest = ids.values().next().value
      if (ids.size > size && oldest !== undefined) ids.delete(oldest)
    },
  }
}
