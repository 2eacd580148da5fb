/** A bounded set of ids that forgets the oldest, for what may be reported or found out twice. */

export interface RecentIds {
  has(id: string): boolean
  add(id: string): void
}

/** Keeps the last `size` ids. */
export function createRecentIds(size = 100_000): RecentIds {
  const ids = new Set<string>()
  return {
    has: (id) => ids.has(id),
    add(id) {
      ids.add(id)
      const oldest = ids.values().next().value
      if (ids.size > size && oldest !== undefined) ids.delete(oldest)
    },
  }
}
