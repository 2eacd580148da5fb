/** Backoff: how long to wait, drawn with full jitter between a floor and a ceiling that grow with age. */

/** A source of chance in [0, 1); passed in, so that tests and simulations can replay it. */
export type Random = () => number

export interface BackoffBounds {
  /** The first ceiling, in milliseconds. */
  readonly firstMs: number
  /** The highest ceiling while the request is young, in milliseconds. */
  readonly capMs: number
}

/** The backoff of what is not a call of an API, each until it succeeds; calls have theirs in the retry policy. */
export const BACKOFF = {
  /** An unexpected error in the worker. */
  crash: { firstMs: 5_000, capMs: 120_000 },
  /** A result that was not published. */
  publish: { firstMs: 2_000, capMs: 60_000 },
  /** A proof of the sender that could not be had. */
  proof: { firstMs: 4_000, capMs: 240_000 },
  /** A disposition that the queue did not take. */
  settle: { firstMs: 1_000, capMs: 30_000 },
  /** The end of a message, tried again while the worker keeps it: a later delivery might be decided otherwise. */
  finish: { firstMs: 400, capMs: 30_000 },
} as const satisfies Record<string, BackoffBounds>

/** A wait up to this is spent in memory if the host can, exact to the millisecond; the limiter counts on it. A longer one is the queue's. */
export const HOLD_MS = 5_000

/** No wait is longer than this, in milliseconds, so that a grant or a repair is seen within the hour. */
export const MAX_WAIT_MS = 3_600_000

/**
 * The shortest wait of any kind, in milliseconds: a fortieth of the age, so that waits grow in proportion, and the same
 * growth by tries, so that a clock that is behind cannot hide the age. A request uses at most
 * 40 + 40 ln(144,000 s / 40 s) + 32 = 400 receives in the longest life of 72 hours.
 */
export const minDelayMs = (ageMs: number, tries: number): number =>
  Math.min(MAX_WAIT_MS, Math.max(1_000, ageMs / 40, 1_000 * (1 + 1 / 40) ** Math.min(tries, 1_000)))

/** A wait in milliseconds: full jitter over [0, ceiling), lifted to the floor of the age. `tries` counts from 1. */
export function fullJitterMs(backoff: BackoffBounds, tries: number, ageMs: number, random: Random): number {
  const doubled = backoff.firstMs * 2 ** Math.min(tries - 1, 30)
  const ceiling = Math.min(MAX_WAIT_MS, Math.max(Math.min(backoff.capMs, doubled), ageMs / 20))
  return Math.max(minDelayMs(ageMs, tries), random() * ceiling)
}

/** A wait for somebody's hand, in milliseconds: 10 s, 20 s, 40 s … at most an hour, less up to a tenth of jitter. */
export function parkedDelayMs(tries: number, ageMs: number, random: Random): number {
  const doubled = 10_000 * 2 ** Math.min(tries - 1, 30)
  const spent = ageMs + 10_000
  return Math.max(minDelayMs(ageMs, tries), Math.min(MAX_WAIT_MS, doubled, spent) * (1 - random() / 10))
}
