/** A rate for one account, region and API: found by feedback, respected before the call. */

/** Where nothing was refused yet, calls per second; it doubles each second while calls wait for it. */
const INITIAL_PER_SECOND = 25
const MIN_PER_SECOND = 0.2
const INITIAL_FLOOR_PER_SECOND = 2
/** Calls that may leave at once after a pause, until a wall was met. */
const INITIAL_BURST = 5
/** Afterwards a call that is late by up to this may be made up for, in milliseconds. */
const CATCH_UP_MS = 20
/** After a refusal the rate goes to this share of the wall, and climbs back to it over a while … */
const DECREASE = 0.95
const RECOVERY_CALLS = 40
const MIN_RECOVERY_MS = 2_000
const MAX_RECOVERY_MS = 15_000
/** … then beyond it, ever faster: calls per second, each second. */
const GROWTH_PER_SECOND = 0.3
/** Without a word of the server: after a refusal nothing leaves for this long, doubled while refusals go on. */
const INITIAL_PAUSE_MS = 100
const MAX_PAUSE_MS = 60_000
/** Between two askings so much counts as waiting at most. */
const MAX_WAIT_CREDIT_MS = 1_000
const FEW_CALLS = 2
/** Refusals within this are answers to calls that left together. */
const SAME_REFUSAL_MS = 300
/** The rate that was passed is counted over this, or over so many calls. */
const WINDOW_MS = 1_000
const WINDOW_CALLS = 8

export interface RateLimiter {
  /** Milliseconds until a call may leave that has `ahead` others before it; 0: now. */
  waitMs(ahead: number, nowMs: number): number
  /** A call leaves now. */
  take(nowMs: number): void
  /** A call that left was refused for its rate. */
  refused(nowMs: number, retryAfterMs?: number): void
}

/** A gate that starts open and learns. `ceiling`: calls per second, never more. Pure: the clock's reading is passed in. */
export function createRateLimiter(ceiling: number): RateLimiter {
  let limit: number | undefined
  /** How long calls have waited for the rate since the last refusal: only then is it worth more, and only then it climbs. */
  let waitedMs = 0
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
  /** Messages come by tens: at a high rate as many may leave at once as fall into the time that may be caught up. */
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
      // What was refused did not pass.
      passedAtMs.pop()
      // Calls that were on their way when the gate shut are answered alike; each shows that one less has passed.
      const isSameRefusal = nowMs < Math.max(pausedUntilMs, refusalAtMs + SAME_REFUSAL_MS)
      if (!isSameRefusal) {
        refusalAtMs = nowMs
        // Hardly any passed since the last refusal: the pause was too short.
        const isRepeated = callsSinceRefusal <= FEW_CALLS
        pauseMs = isRepeated ? Math.min(MAX_PAUSE_MS, pauseMs * 2) : INITIAL_PAUSE_MS
        // A refusal while hardly anything was called for says little of the rate; it goes lower only where refusals go on.
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
