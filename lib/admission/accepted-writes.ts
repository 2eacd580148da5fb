/** Writes that the API accepted and the CEN does not show: how often, and when the next one may leave. */

/** An accepted write shows in the Describe answers after this at the latest, in milliseconds. */
const SHOWS_AFTER_MS = 20_000
/** The next gap, as a share of the time since the first call: with ten calls an hour is over. */
const OF_TIME = 0.8
const MOST_GAP_MS = 30 * 60_000
/** So long after the first call none is sent any more, in milliseconds. */
const LONGEST_MS = 3_600_000
const MOST_KEPT = 20_000

export interface AcceptedWrites {
  readonly times: number
  /** When this process had the first of them accepted, epoch milliseconds. */
  readonly firstMs: number
  /** Milliseconds since the latest was accepted. */
  readonly sinceMs: number
  /** Milliseconds until another one may be sent; 0: now, Infinity: none any more. */
  readonly waitMs: number
}

export interface AcceptedWriteStore {
  /** A write was accepted. `originMs`: since when others may have been, by another process; else `nowMs`. */
  add(key: string, originMs: number, nowMs: number): void
  /** What was accepted for an attachment, undefined if nothing was. */
  of(key: string, nowMs: number): AcceptedWrites | undefined
  /** The request is over. */
  forget(key: string): void
}

interface Kept {
  readonly times: number
  readonly firstMs: number
  readonly lastMs: number
  readonly originMs: number
}

/** Learns in memory only. A process that knows nothing of earlier calls goes by the message's age, so that its gaps are long at once. */
export function createAcceptedWriteStore(): AcceptedWriteStore {
  const kept = new Map<string, Kept>()
  return {
    add(key, originMs, nowMs) {
      const { times = 0, firstMs = nowMs, originMs: known = Math.min(originMs, nowMs) } = kept.get(key) ?? {}
      kept.delete(key)
      kept.set(key, { times: times + 1, firstMs, lastMs: nowMs, originMs: known })
      const oldest = kept.keys().next().value
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    },
    of(key, nowMs) {
      const one = kept.get(key)
      if (!one) return undefined
      const { times, firstMs, lastMs, originMs } = one
      const gapMs = Math.min(MOST_GAP_MS, Math.max(SHOWS_AFTER_MS, (lastMs - originMs) * OF_TIME))
      const dueMs = Math.max(lastMs + gapMs, nowMs)
      const waitMs = dueMs - firstMs >= LONGEST_MS ? Infinity : dueMs - nowMs
      return { times, firstMs, sinceMs: nowMs - lastMs, waitMs }
    },
    forget: (key) => void kept.delete(key),
  }
}
