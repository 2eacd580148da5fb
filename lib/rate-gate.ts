/** A rate for one account, region and API: found by feedback, respected before the call. */

/** Where nothing was refused yet, calls per second; high enough that a quiet account never waits. */
const OPENING_PER_SECOND = 50
const BURST_SECONDS = 0.5
const LEAST_PER_SECOND = 0.5
/** What a refusal leaves of the rate that was in fact used. */
const DECREASE = 0.7
/** What each second without a refusal adds to the rate. */
const INCREASE_PER_SECOND = 0.05
const PAUSE_MS = 1_000
/** A server that asks for longer is asked again after this. */
const LONGEST_PAUSE_MS = 60_000
/** Refusals this soon after the gate opened again are still answers to the calls that made it shut. */
const SAME_STORM_MS = 1_000
/** The rate that was used is counted over this. */
const WINDOW_MS = 2_000

export interface RateGate {
  /** 0 where a call may leave now (and is then counted), else the milliseconds until one may. */
  take(nowMs: number): number
  /** A call was refused for its rate. */
  refused(nowMs: number, retryAfterMs?: number): void
}

/** A gate that starts open and learns. Pure: the clock's reading is passed in. */
export function createRateGate(): RateGate {
  let rate = OPENING_PER_SECOND
  let nextAtMs = 0
  let shutUntilMs = -SAME_STORM_MS
  let changedAtMs = 0
  const taken: number[] = []

  const recover = (nowMs: number) => {
    const quietSeconds = Math.max(0, nowMs - changedAtMs) / 1_000
    if (quietSeconds < 1 || rate >= OPENING_PER_SECOND) return
    rate = Math.min(OPENING_PER_SECOND, rate * (1 + INCREASE_PER_SECOND) ** quietSeconds)
    changedAtMs = nowMs
  }
  const usedPerSecond = (nowMs: number) => (taken.filter((at) => at > nowMs - WINDOW_MS).length * 1_000) / WINDOW_MS

  return {
    take(nowMs) {
      recover(nowMs)
      if (nowMs < shutUntilMs) return shutUntilMs - nowMs
      const waitMs = nextAtMs - BURST_SECONDS * 1_000 - nowMs
      if (waitMs > 0) return waitMs
      nextAtMs = Math.max(nextAtMs, nowMs) + 1_000 / rate
      taken.push(nowMs)
      while (taken.length > 0 && (taken[0] ?? 0) <= nowMs - WINDOW_MS) taken.shift()
      return 0
    },
    refused(nowMs, retryAfterMs) {
      const sameStorm = nowMs < shutUntilMs + SAME_STORM_MS
      if (!sameStorm) rate = Math.max(LEAST_PER_SECOND, Math.min(rate, usedPerSecond(nowMs)) * DECREASE)
      shutUntilMs = Math.max(shutUntilMs, nowMs + Math.min(LONGEST_PAUSE_MS, retryAfterMs ?? PAUSE_MS))
      changedAtMs = shutUntilMs
    },
  }
}
