/** Rate limiter of one account, region and API: GCRA spaces the calls, AIMD learns the rate from refusals. */

/** The rate before the first refusal, in calls per second; it doubles each second while calls wait for it. */
const INITIAL_PER_SECOND = 25
/** The lowest rate, and the floor while refusals are rare. */
const MIN_PER_SECOND = 0.2
const INITIAL_FLOOR_PER_SECOND = 2
/** Calls that may leave at once before the first refusal. */
const INITIAL_BURST = 5
/** The tolerance afterwards, in milliseconds: how much unused time later calls may use. */
const CATCH_UP_MS = 20
/** After a refusal the rate drops to this share of the limit. */
const DECREASE = 0.95
/** The rate returns to the limit in the time of this many calls, within these bounds. */
const RECOVERY_CALLS = 40
const MIN_RECOVERY_MS = 2_000
const MAX_RECOVERY_MS = 15_000
/** Above the limit the rate grows by this many calls per second each second, and faster with time. */
const GROWTH_PER_SECOND = 0.3
/** The pause after a refusal without Retry-After, in milliseconds; doubled while refusals continue. */
const INITIAL_PAUSE_MS = 100
const MAX_PAUSE_MS = 60_000
/** At most this much time between two calls of `waitMs` counts as waiting, in milliseconds. */
const MAX_WAIT_CREDIT_MS = 1_000
/** With no more calls than this since the last refusal, the pause was too short. */
const FEW_CALLS = 2
/** Refusals within this time, in milliseconds, answer calls that left together. */
const SAME_REFUSAL_MS = 300
/** The accepted rate is measured over this time, in milliseconds, or over this many calls. */
const WINDOW_MS = 1_000
const WINDOW_CALLS = 8

export interface RateLimiter {
  /** Milliseconds until a call with `ahead` calls before it may leave; 0: now. */
  waitMs(ahead: number, nowMs: number): number
  /** A call leaves now. */
  take(nowMs: number): void
  /** A call was refused for its rate. */
  refused(nowMs: number, retryAfterMs?: number): void
}

/** `ceiling`: the most calls per second. Pure. */
export function createRateLimiter(ceiling: number): RateLimiter {
  /** The accepted rate at the last refusal, in calls per second. */
  let limit: number | undefined
  /** How long calls have waited for the rate since the last refusal: the rate grows only while calls wait. */
  let waitedMs = 0
  /** The theoretical arrival time of GCRA. */
  let nextAtMs = -Infinity
  let pausedUntilMs = -Infinity
  let pauseMs = INITIAL_PAUSE_MS
  let refusalAtMs = -Infinity
  let callsSinceRefusal = Infinity
  let floor = INITIAL_FLOOR_PER_SECOND
  let lastWaitAtMs = Infinity
  const passedAtMs: number[] = []

  const rate = (): number => {
    if (limit === undefined) return Math.min(ceiling, INITIAL_PER_SECOND * 2 ** (waitedMs / 1_000))
    const recoveryMs = Math.min(MAX_RECOVERY_MS, Math.max(MIN_RECOVERY_MS, (RECOVERY_CALLS / limit) * 1_000))
    if (waitedMs < recoveryMs) return Math.min(ceiling, limit * (DECREASE + (1 - DECREASE) * (waitedMs / recoveryMs)))
    const growthSeconds = (waitedMs - recoveryMs) / 1_000
    return Math.min(ceiling, limit + GROWTH_PER_SECOND * growthSeconds + 0.02 * limit * growthSeconds ** 2)
  }
  /**
   * The tolerance of GCRA, in milliseconds: messages arrive in batches of ten, and at a high rate as many calls leave
   * at once as fit into it.
   */
  const toleranceMs = (spacingMs: number): number =>
    limit === undefined ? Math.max(INITIAL_BURST * spacingMs, CATCH_UP_MS) : CATCH_UP_MS
  const creditWait = (nowMs: number) => {
    waitedMs += Math.max(0, Math.min(MAX_WAIT_CREDIT_MS, nowMs - Math.max(lastWaitAtMs, pausedUntilMs)))
    lastWaitAtMs = nowMs
  }
  const passedPerSecond = (untilMs: number): number => {
    const lastMs = passedAtMs.at(-1) ?? untilMs
    const recent = lastMs < untilMs - WINDOW_MS ? 0 : passedAtMs.filter((at) => at > lastMs - WINDOW_MS).length
    const few = passedAtMs.slice(-WINDOW_CALLS)
    const spanMs = untilMs - (few[0] ?? untilMs)
    const overFew = few.length === WINDOW_CALLS && spanMs > WINDOW_MS ? (few.length * 1_000) / spanMs : 0
    return Math.max(recent, overFew)
  }

  return {
    waitMs(ahead, nowMs) {
      const spacingMs = 1_000 / rate()
      const tolerance = toleranceMs(spacingMs)
      const startMs = Math.max(nextAtMs, nowMs - tolerance)
      const wait = Math.max(startMs + ahead * spacingMs - nowMs, pausedUntilMs + ahead * spacingMs - nowMs)
      if (wait > 0) creditWait(nowMs)
      return Math.max(0, Math.ceil(wait))
    },
    take(nowMs) {
      const spacingMs = 1_000 / rate()
      const tolerance = toleranceMs(spacingMs)
      nextAtMs = Math.max(nextAtMs, nowMs - tolerance) + spacingMs
      callsSinceRefusal += 1
      passedAtMs.push(nowMs)
      if (passedAtMs.length > 1_000) passedAtMs.splice(0, 500)
    },
    refused(nowMs, retryAfterMs) {
      // A refused call was not accepted.
      passedAtMs.pop()
      // Calls in flight at the first refusal are refused, too; each lowers the measured rate by one call.
      const isSameRefusal = nowMs < Math.max(pausedUntilMs, refusalAtMs + SAME_REFUSAL_MS)
      if (!isSameRefusal) {
        refusalAtMs = nowMs
        const isRepeated = callsSinceRefusal <= FEW_CALLS
        pauseMs = isRepeated ? Math.min(MAX_PAUSE_MS, pauseMs * 2) : INITIAL_PAUSE_MS
        // A refusal at little traffic teaches little about the rate; only repeated refusals lower the floor.
        floor = isRepeated && limit !== undefined ? Math.max(MIN_PER_SECOND, limit / 2) : INITIAL_FLOOR_PER_SECOND
      }
      limit = Math.max(floor, passedPerSecond(refusalAtMs))
      const requestedPauseMs = Math.min(MAX_PAUSE_MS, retryAfterMs ?? pauseMs)
      pausedUntilMs = Math.max(pausedUntilMs, nowMs + requestedPauseMs)
      waitedMs = 0
      callsSinceRefusal = 0
      nextAtMs = Math.max(nextAtMs, pausedUntilMs)
    },
  }
}
