/** What is done about each kind of failure: a table, and the one function that reads it. */
import { type BackoffBounds, fullJitterMs, parkedDelayMs } from '../../domain/backoff.js'
import { MINUTE_MS } from '../../domain/clock.js'
import type { DeadLetterReason, FailureKind } from '../../domain/error-codes.js'
import { type Failure, meaningOf, normalCode } from '../../domain/failure.js'

export interface RetryRule {
  /**
   * `retry` backs off, `slot` waits until the limiter admits the call again (and backs off if it admits it at once), `park`
   * waits for somebody outside, `pause` opens the circuit breaker, `confirm` reads the state again, `fail` ends the request.
   */
  readonly action: 'retry' | 'slot' | 'park' | 'pause' | 'confirm' | 'fail'
  readonly backoff?: BackoffBounds
  /** The request fails after this age and this many deliveries; without a bound only `notAfter` ends it. */
  readonly bound?: { readonly ageMs: number; readonly tries: number }
  readonly why: string
}

const BOUNDED = { ageMs: 15 * MINUTE_MS, tries: 3 }

export const RETRY_POLICY: Readonly<Record<FailureKind, RetryRule>> = {
  busy: { action: 'retry', backoff: { firstMs: 2_000, capMs: 30_000 }, why: 'passes in seconds to a minute' },
  'not-ready': { action: 'retry', backoff: { firstMs: 15_000, capMs: 180_000 }, why: 'a transit router takes minutes' },
  throttled: {
    action: 'slot',
    backoff: { firstMs: 1_000, capMs: 30_000 },
    why: 'the rate limiter slows down and says when the next call may leave',
  },
  unavailable: {
    action: 'retry',
    backoff: { firstMs: 1_000, capMs: 60_000 },
    why: 'the outcome is not known: the state is read before anything is written again',
  },
  'not-granted': {
    action: 'park',
    why: 'the owner must grant; tried again after 10 s, 20 s, 40 s … at most an hour',
  },
  unauthorized: { action: 'park', why: 'somebody must change a RAM policy; tried again like a missing grant' },
  credentials: { action: 'pause', why: 'the circuit breaker opens and keeps all messages until a probe succeeds' },
  'already-attached': { action: 'confirm', why: 'the state is read: attached here is success, elsewhere a failure' },
  rejected: { action: 'fail', why: 'no retry can help' },
  blocked: { action: 'fail', why: 'somebody must remove what uses the attachment, then ask again' },
  absent: { action: 'fail', why: 'answers a reading: nothing is there' },
  'already-granted': { action: 'fail', why: 'answers a grant: it counts as made' },
  unknown: {
    action: 'retry',
    backoff: { firstMs: 5_000, capMs: 120_000 },
    bound: BOUNDED,
    why: 'may be transient, may be final',
  },
}

/** Codes whose rule differs from that of their kind. */
export const CODE_RULES: Readonly<Record<string, RetryRule>> = {
  'Operation.Blocking': {
    action: 'slot',
    backoff: { firstMs: 2_000, capMs: 30_000 },
    why: 'the concurrency limit of the CEN learns from it and says when a slot is expected',
  },
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

/** How far a request has come, as the queue reports it. */
interface RetryProgress {
  /** Deliveries, from 1. */
  readonly tries: number
  readonly ageMs: number
}

export type AfterFailure =
  | { readonly action: 'retry' | 'park'; readonly delayMs: number }
  | { readonly action: 'pause' }
  | { readonly action: 'fail'; readonly reason: DeadLetterReason }

/**
 * What becomes of a request one of whose calls failed. A refused reading says nothing about the attachment, so it is
 * repeated like one that got no answer. `draw`: a random number in [0, 1). Pure.
 */
export function afterFailure(failure: Failure, during: string, progress: RetryProgress, draw: number): AfterFailure {
  const { tries, ageMs } = progress
  const rule = ruleOf(failure.code, failure.kind)
  if (rule.action === 'pause') return { action: 'pause' }
  if (rule.action === 'park') return { action: 'park', delayMs: parkedDelayMs(tries, ageMs, () => draw) }
  const isSpent = rule.bound && ageMs >= rule.bound.ageMs && tries >= rule.bound.tries
  const isFinal = rule.action === 'fail' || rule.action === 'confirm' || isSpent
  if (isFinal && during !== 'observe') return { action: 'fail', reason: reasonOf(failure) }
  const { backoff = DEFAULT_BACKOFF } = isFinal ? RETRY_POLICY.unavailable : rule
  const drawn = fullJitterMs(backoff, tries, ageMs, () => draw)
  return { action: 'retry', delayMs: Math.max(drawn, failure.retryAfterMs ?? 0) }
}

const DEFAULT_BACKOFF: BackoffBounds = { firstMs: 1_000, capMs: 30_000 }

const reasonOf = (failure: Failure): DeadLetterReason =>
  failure.kind === 'unknown' ? 'unknown' : meaningOf(failure.code).reason
