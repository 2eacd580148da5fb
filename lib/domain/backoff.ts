/** Backoff with full jitter, between a floor and a ceiling that both grow with the age of the request. */
import { HOUR_MS } from './clock.js'

/** A source of random numbers in [0, 1); passed in, so that tests and simulations are repeatable. */
export type Random = () => number

export interface BackoffBounds {
  /** The first ceiling, in milliseconds. */
  readonly firstMs: number
  /** The highest ceiling while the request is young, in milliseconds. */
  readonly capMs: number
}

/** Backoffs of steps that call no API, each repeated until it succeeds; the retry policy has those of API calls. */
export const BACKOFF = {
  /** An unexpected error in the worker. */
  crash: { firstMs: 5_000, capMs: 120_000 },
  /** A result could not be published. */
  publish: { firstMs: 2_000, capMs: 60_000 },
  /** The proof of the sender could not be checked. */
  proof: { firstMs: 4_000, capMs: 240_000 },
  /** The dead-letter queue did not accept the message. */
  settle: { firstMs: 1_000, capMs: 30_000 },
  /** A failed delete or dead-letter, retried in memory because the next delivery might be decided otherwise. */
  finish: { firstMs: 400, capMs: 30_000 },
} as const satisfies Record<string, BackoffBounds>

/**
 * The longest wait, in milliseconds, that a worker spends in memory, exact to the millisecond; longer waits are spent
 * on the queue. The limiter relies on it.
 */
export const HOLD_MS = 5_000

/** The longest wait of any kind, in milliseconds: a grant or a repair is noticed within the hour. */
export const MAX_WAIT_MS = HOUR_MS

/**
 * The shortest wait of any kind, in milliseconds: a fortieth of the age. It grows with the tries just as much, in case a
 * slow clock hides the age. A request thus uses at most 40 + 40 ln(144,000 s / 40 s) + 32 = 400 receives in its longest
 * life of 72 hours; 500 are promised (docs/settings.md).
 */
export const minDelayMs = (ageMs: number, tries: number): number =>
  Math.min(MAX_WAIT_MS, Math.max(1_000, ageMs / 40, 1_000 * (1 + 1 / 40) ** Math.min(tries, 1_000)))

/** A wait in milliseconds: full jitter over [0, ceiling), and at least the floor for its age. `tries` counts from 1. */
export function fullJitterMs(backoff: BackoffBounds, tries: number, ageMs: number, random: Random): number {
  const doubled = backoff.firstMs * 2 ** Math.min(tries - 1, 30)
  const ceiling = Math.min(MAX_WAIT_MS, Math.max(Math.min(backoff.capMs, doubled), ageMs / 20))
  return Math.max(minDelayMs(ageMs, tries), random() * ceiling)
}

/**
 * The wait of a request that needs a person's action, in milliseconds: 10 s, 20 s, 40 s … at most an hour, minus up to
 * 10 % jitter.
 */
export function parkedDelayMs(tries: number, ageMs: number, random: Random): number {
  const doubled = 10_000 * 2 ** Math.min(tries - 1, 30)
  return Math.max(minDelayMs(ageMs, tries), Math.min(MAX_WAIT_MS, doubled, ageMs + 10_000) * (1 - random() / 10))
}
