/** Calls that must not overlap. */

/** Runs the calls of one key in sequence, and those of different keys concurrently. The calls must not reject. */
export function createSequences(): <T>(key: string, call: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return (key, call) => {
    const queued = (last.get(key) ?? Promise.resolve()).then(call)
    last.set(key, queued)
    return queued.finally(() => {
      if (last.get(key) === queued) last.delete(key)
    })
  }
}
