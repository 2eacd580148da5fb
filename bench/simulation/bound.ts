/** The theoretical bound of a wall: when the last of n attachments is over where each call leaves as soon as the wall allows. */
import type { ProviderLimits } from './limits.js'

const WINDOW_MS = 1_000

/**
 * What the rate alone and the places alone ask for: n requests, spread evenly over C CENs, rate R per second, K at once per
 * CEN, attach time A: max(⌊(n − 1) / R⌋ s + A, ⌈⌈n / C⌉ / K⌉ · A). No schedule can be shorter.
 */
export function constantBoundMs(n: number, { ratePerSecond, atOncePerCen, cens, attachMs }: ProviderLimits): number {
  const byRateMs = Math.floor((n - 1) / ratePerSecond) * WINDOW_MS + attachMs
  const byPlacesMs = Math.ceil(Math.ceil(n / cens) / atOncePerCen) * attachMs
  return Math.max(byRateMs, byPlacesMs)
}

/** Half way of the wall as it stood first. */
export const movesAfterMs = (n: number, limits: ProviderLimits): number => Math.round(constantBoundMs(n, limits) / 2)

/**
 * The bound: the schedule of somebody who knows the wall and all its moves in advance, and lets each call leave at the
 * earliest moment at which rate and places together allow. All attachments take equally long, so no other order is shorter.
 * Calls, reads, the queue and learning are taken to cost nothing. It is never below `standingBoundMs` of a wall that stands.
 */
export function boundMs(n: number, limits: ProviderLimits): number {
  const { cens, attachMs, moves } = limits
  const movedMs = moves ? movesAfterMs(n, limits) : Infinity
  const rate = (ms: number) => (ms >= movedMs && moves?.ratePerSecond) || limits.ratePerSecond
  const places = (ms: number) => (ms >= movedMs && moves?.atOncePerCen) || limits.atOncePerCen
  const starts: number[] = []
  const ends = Array.from({ length: cens }, () => [] as number[])
  /** The next moment at which something changes that kept a call back. */
  const after = (ms: number, change: number) => (ms < movedMs ? Math.min(change, movedMs) : change)
  let nowMs = 0
  for (let index = 0; index < n; index++) {
    const mine = ends[index % cens] as number[]
    for (;;) {
      const underWay = mine.filter((end) => end > nowMs)
      const recent = starts.filter((start) => start > nowMs - WINDOW_MS)
      if (underWay.length >= places(nowMs)) nowMs = after(nowMs, Math.min(...underWay))
      else if (recent.length >= rate(nowMs)) nowMs = after(nowMs, (recent[0] ?? 0) + WINDOW_MS)
      else break
    }
    starts.push(nowMs)
    if (starts.length > 200) starts.splice(0, 100)
    mine.push(nowMs + attachMs)
    if (mine.length > 200) mine.splice(0, 100)
  }
  return Math.max(...ends.flat())
}
