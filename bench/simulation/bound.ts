/** The lower bound of the makespan: the end of the last of n attachments if each call is made as soon as the limits allow. */
import type { ProviderLimits } from './limits.js'

const WINDOW_MS = 1_000

/**
 * The bound by rate alone and by concurrency alone: n requests, spread evenly over C CENs, rate R per second, K at once per
 * CEN, duration A: max(⌊(n − 1) / R⌋ s + A, ⌈⌈n / C⌉ / K⌉ · A). No schedule is shorter.
 */
export function constantBoundMs(n: number, { ratePerSecond, atOncePerCen, cens, attachMs }: ProviderLimits): number {
  const byRateMs = Math.floor((n - 1) / ratePerSecond) * WINDOW_MS + attachMs
  const byConcurrencyMs = Math.ceil(Math.ceil(n / cens) / atOncePerCen) * attachMs
  return Math.max(byRateMs, byConcurrencyMs)
}

/** When the limits change: after half of the bound of the first limits. */
export const movesAfterMs = (n: number, limits: ProviderLimits): number => Math.round(constantBoundMs(n, limits) / 2)

/**
 * The bound: the schedule with advance knowledge of the limits and their changes, in which each call is made at the earliest
 * time that rate and concurrency allow. All attachments take equally long, so no other order is shorter. Calls, reads, the
 * queue and learning take no time. Under constant limits it is at least `constantBoundMs`.
 */
export function boundMs(n: number, limits: ProviderLimits): number {
  const { cens, attachMs, moves } = limits
  const movedMs = moves ? movesAfterMs(n, limits) : Infinity
  const rate = (ms: number) => (ms >= movedMs && moves?.ratePerSecond) || limits.ratePerSecond
  const concurrency = (ms: number) => (ms >= movedMs && moves?.atOncePerCen) || limits.atOncePerCen
  const starts: number[] = []
  const ends = Array.from({ length: cens }, () => [] as number[])
  /** The next time at which a limit that delayed a call may allow it. */
  const nextChangeMs = (ms: number, change: number) => (ms < movedMs ? Math.min(change, movedMs) : change)
  let nowMs = 0
  for (let index = 0; index < n; index++) {
    const endsOfCen = ends[index % cens] as number[]
    for (;;) {
      const underWay = endsOfCen.filter((end) => end > nowMs)
      const recent = starts.filter((start) => start > nowMs - WINDOW_MS)
      if (underWay.length >= concurrency(nowMs)) nowMs = nextChangeMs(nowMs, Math.min(...underWay))
      else if (recent.length >= rate(nowMs)) nowMs = nextChangeMs(nowMs, (recent[0] ?? 0) + WINDOW_MS)
      else break
    }
    starts.push(nowMs)
    if (starts.length > 200) starts.splice(0, 100)
    endsOfCen.push(nowMs + attachMs)
    if (endsOfCen.length > 200) endsOfCen.splice(0, 100)
  }
  return Math.max(...ends.flat())
}
