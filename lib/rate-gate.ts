/** A rate for one account, region and API: found by feedback, respected before the call. */

/** Where nothing was refused yet, calls per second; it doubles each second while calls wait for it. */
const OPENING_PER_SECOND = 25
const LEAST_PER_SECOND = 0.2
const FIRST_FLOOR_PER_SECOND = 2
/** Calls that may leave at once after a pause, until a wall was met. */
const OPENING_BURST = 5
/** Afterwards a call that is late by up to this may be made up for, in milliseconds. */
const CATCH_UP_MS = 20
/** After a refusal the rate goes to this share of the wall, and climbs back to it over a while … */
const DECREASE = 0.95
const CLIMB_CALLS = 40
const LEAST_CLIMB_MS = 2_000
const MOST_CLIMB_MS = 15_000
/** … then beyond it, ever faster: calls per second, each second. */
const BEYOND_PER_SECOND = 0.3
/** Without a word of the server: after a refusal nothing leaves for this long, doubled while refusals go on. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 60_000
/** Between two askings so much counts as waiting at most. */
const MOST_ASKING_MS = 1_000
const AGAIN = 2
/** Refusals within this are answers to calls that left together. */
const STORM_MS = 300
/** The rate that was passed is counted over this, or over so many calls. */
const WINDOW_MS = 1_000
const WINDOW_CALLS = 8

export interface RateGate {
  /** Milliseconds until a call may leave that has `ahead` others before it; 0: now. */
  waitMs(ahead: number, nowMs: number): number
  /** A call leaves now. */
  take(nowMs: number): void
  /** A call that left was refused for its rate. */
  refused(nowMs: number, retryAfterMs?: number): void
}

/** A gate that starts open and learns. `ceiling`: calls per second, never more. Pure: the clock's reading is passed in. */
export function createRateGate(ceiling: number): RateGate {
  let wall: number | undefined
  /** How long calls have waited for the rate since the last refusal: only then is it worth more, and only then it climbs. */
  let climbedMs = 0
  let nextAtMs = -Infinity
  let shutUntilMs = -Infinity
  let pauseMs = FIRST_PAUSE_MS
  let stormAtMs = -Infinity
  let takenSince = Infinity
  let floor = FIRST_FLOOR_PER_SECOND
  let askedAtMs = Infinity
  const passed: number[] = []

  const rate = (): number => {
    if (wall === undefined) return Math.min(ceiling, OPENING_PER_SECOND * 2 ** (climbedMs / 1_000))
    const climbMs = Math.min(MOST_CLIMB_MS, Math.max(LEAST_CLIMB_MS, (CLIMB_CALLS / wall) * 1_000))
    if (climbedMs < climbMs) return Math.min(ceiling, wall * (DECREASE + (1 - DECREASE) * (climbedMs / climbMs)))
    const beyond = (climbedMs - climbMs) / 1_000
    return Math.min(ceiling, wall + BEYOND_PER_SECOND * beyond + 0.02 * wall * beyond ** 2)
  }
  /** Messages come by tens: at a high rate as many may leave at once as fall into the time that may be caught up. */
  const toleranceMs = (spacingMs: number): number =>
    wall === undefined ? Math.max(OPENING_BURST * spacingMs, CATCH_UP_MS) : CATCH_UP_MS
  const grow = (nowMs: number) => {
    climbedMs += Math.max(0, Math.min(MOST_ASKING_MS, nowMs - Math.max(askedAtMs, shutUntilMs)))
    askedAtMs = nowMs
  }
  const passedPerSecond = (untilMs: number): number => {
    const lastMs = passed.at(-1) ?? untilMs
    const recent = lastMs < untilMs - WINDOW_MS ? 0 : passed.filter((at) => at > lastMs - WINDOW_MS).length
    const few = passed.slice(-WINDOW_CALLS)
    const spanMs = untilMs - (few[0] ?? untilMs)
    const overFew = few.length === WINDOW_CALLS && spanMs > WINDOW_MS ? (few.length * 1_000) / spanMs : 0
    return Math.max(recent, overFew)
  }

  return {
    waitMs(ahead, nowMs) {
      const spacingMs = 1_000 / rate()
      const tolerance = toleranceMs(spacingMs)
      const startMs = Math.max(nextAtMs, nowMs - tolerance)
      const wait = Math.max(startMs + ahead * spacingMs - nowMs, shutUntilMs + ahead * spacingMs - nowMs)
      if (wait > 0) grow(nowMs)
      return Math.max(0, Math.ceil(wait))
    },
    take(nowMs) {
      const spacingMs = 1_000 / rate()
      const tolerance = toleranceMs(spacingMs)
      nextAtMs = Math.max(nextAtMs, nowMs - tolerance) + spacingMs
      takenSince += 1
      passed.push(nowMs)
      if (passed.length > 1_000) passed.splice(0, 500)
    },
    refused(nowMs, retryAfterMs) {
      // What was refused did not pass.
      passed.pop()
      // Calls that were on their way when the gate shut are answered alike; each shows that one less has passed.
      const storm = nowMs < Math.max(shutUntilMs, stormAtMs + STORM_MS)
      if (!storm) {
        stormAtMs = nowMs
        // Hardly any passed since the last refusal: the pause was too short.
        const again = takenSince <= AGAIN
        pauseMs = again ? Math.min(LONGEST_PAUSE_MS, pauseMs * 2) : FIRST_PAUSE_MS
        // A refusal while hardly anything was called for says little of the rate; it goes lower only where refusals go on.
        floor = again && wall !== undefined ? Math.max(LEAST_PER_SECOND, wall / 2) : FIRST_FLOOR_PER_SECOND
      }
      wall = Math.max(floor, passedPerSecond(stormAtMs))
      const askedMs = Math.min(LONGEST_PAUSE_MS, retryAfterMs ?? pauseMs)
      shutUntilMs = Math.max(shutUntilMs, nowMs + askedMs)
      climbedMs = 0
      takenSince = 0
      nextAtMs = Math.max(nextAtMs, shutUntilMs)
    },
  }
}
