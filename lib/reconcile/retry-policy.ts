/** What is done about each kind of failure: a table, and the one function that reads it. */
import { type BackoffBounds, fullJitterMs, parkedDelayMs, type Random } from '../domain/backoff.js'
import type { DeadLetterReason, FailureKind } from '../domain/error-codes.js'
import { type Failure, meaningOf, normalCode } from '../domain/failure.js'

export interface RetryRule {
  /** `retry` backs off, `park` waits for somebody's hand, `pause` waits for the intake, `fail` ends it. */
  readonly action: 'retry' | 'park' | 'pause' | 'fail'
  readonly backoff?: BackoffBounds
  /** Ends as failed after this much age and this many tries; without it only `notAfter` ends it. */
  readonly bound?: { readonly ageMs: number; readonly tries: number }
  readonly why: string
}

const BOUNDED = { ageMs: 15 * 60_000, tries: 3 }

export const RETRY_POLICY: Readonly<Record<FailureKind, RetryRule>> = {
  busy: { action: 'retry', backoff: { firstMs: 2_000, capMs: 30_000 }, why: 'passes in seconds to a minute' },
  'not-ready': { action: 'retry', backoff: { firstMs: 15_000, capMs: 180_000 }, why: 'a transit router takes minutes' },
  throttled: { action: 'retry', backoff: { firstMs: 1_000, capMs: 30_000 }, why: 'the rate recovers by itself' },
  unavailable: {
    action: 'retry',
    backoff: { firstMs: 1_000, capMs: 60_000 },
    why: 'the state is read on the next look',
  },
  'not-granted': { action: 'park', why: 'the owner must grant; looked at after 10 s, 20 s, 40 s … at most an hour' },
  unauthorized: { action: 'park', why: 'somebody must change a RAM policy; looked at like a missing grant' },
  credentials: { action: 'pause', why: 'the intake pauses and keeps all messages until a probe succeeds' },
  'already-attached': { action: 'fail', why: 'decided by the state that was read: here or elsewhere' },
  rejected: { action: 'fail', why: 'no retry can help' },
  unknown: {
    action: 'retry',
    backoff: { firstMs: 5_000, capMs: 120_000 },
    bound: BOUNDED,
    why: 'may be transient, may be final',
  },
}

/** Codes whose kind is right and whose rule is not. */
export const CODE_RULES: Readonly<Record<string, RetryRule>> = {
  'Operation.FailedAndTryAgain': {
    action: 'retry',
    backoff: { firstMs: 5_000, capMs: 120_000 },
    bound: BOUNDED,
    why: 'a wrong account id may answer the same',
  },
}

const NORMAL_CODE_RULES = new Map(Object.entries(CODE_RULES).map(([code, rule]) => [normalCode(code), rule]))

/** The rule for a code of a kind. */
export const ruleOf = (code: string, kind: FailureKind): RetryRule =>
  NORMAL_CODE_RULES.get(normalCode(code)) ?? RETRY_POLICY[kind]

/** How far a request has come, as the queue tells it. */
export interface RetryProgress {
  /** Times looked at, from 1. */
  readonly tries: number
  readonly ageMs: number
}

export type RetryDecision =
  | { readonly action: 'retry' | 'park'; readonly delayMs: number }
  | { readonly action: 'pause' }
  | { readonly action: 'fail'; readonly reason: DeadLetterReason }

/** Decides what becomes of a request whose call failed. Pure; chance is passed in. */
export function decide(failure: Failure, progress: RetryProgress, random: Random): RetryDecision {
  const { tries, ageMs } = progress
  const rule = ruleOf(failure.code, failure.kind)
  if (rule.action === 'pause') return { action: 'pause' }
  const spent = rule.bound && ageMs >= rule.bound.ageMs && tries >= rule.bound.tries
  if (rule.action === 'fail' || spent) return { action: 'fail', reason: reasonOf(failure) }
  if (rule.action === 'park') return { action: 'park', delayMs: parkedDelayMs(tries, ageMs, random) }
  const drawn = fullJitterMs(rule.backoff ?? { firstMs: 1_000, capMs: 30_000 }, tries, ageMs, random)
  return { action: 'retry', delayMs: Math.max(drawn, failure.retryAfterMs ?? 0) }
}

const reasonOf = (failure: Failure): DeadLetterReason =>
  failure.kind === 'unknown' ? 'unknown' : meaningOf(failure.code).reason
