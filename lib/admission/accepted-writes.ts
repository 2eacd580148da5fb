/** Attach calls that the API accepted and the CEN does not show: how often, and when the next one may leave. */

/** What a CEN was asked for shows in its Describe answers after this at the latest, in milliseconds. */
export const SHOWS_AFTER_MS = 20_000
/** The next gap, as a share of the time since the first call: with ten calls an hour is over. */
const OF_TIME = 0.8
const MOST_GAP_MS = 30 * 60_000
/** After so long since the first call none is sent any more, in milliseconds. */
const MAX_INVOCATION_MS = 3_600_000
const MOST_KEPT = 20_000

export interface Accepted {
  readonly times: number
  /** When this process had the first and the latest of them accepted, epoch milliseconds. */
  readonly firstMs: number
  readonly lastMs: number
  /** When one may have been accepted before by another process; else `firstMs`. */
  readonly originMs: number
}

export interface AcceptedAttaches {
  /** One was accepted. `originMs`: since when others may have been. */
  add(key: string, originMs: number, nowMs: number): void
  of(key: string): Accepted | undefined
  /** Milliseconds until another one may be sent: 0: now; Infinity: none any more. */
  waitMs(key: string, nowMs: number): number
  /** The request is over. */
  forget(key: string): void
}

/** Learns in memory only. A process that knows nothing of earlier calls goes by the message's age, so that its gaps are long at once. */
export function createAcceptedAttaches(): AcceptedAttaches {
  const kept = new Map<string, Accepted>()
  return {
    add(key, originMs, nowMs) {
      const { times = 0, firstMs = nowMs, originMs: known = Math.min(originMs, nowMs) } = kept.get(key) ?? {}
      kept.delete(key)
      kept.set(key, { times: times + 1, firstMs, lastMs: nowMs, originMs: known })
      const oldest = kept.keys().next().value
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    },
    of: (key) => kept.get(key),
    waitMs(key, nowMs) {
      const one = kept.get(key)
      if (!one) return 0
      const gapMs = Math.min(MOST_GAP_MS, Math.max(SHOWS_AFTER_MS, (one.lastMs - one.originMs) * OF_TIME))
      const dueMs = Math.max(one.lastMs + gapMs, nowMs)
      return dueMs - one.firstMs >= MAX_INVOCATION_MS ? Infinity : dueMs - nowMs
    },
    forget: (key) => void kept.delete(key),
  }
}
