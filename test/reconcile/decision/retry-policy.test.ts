import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../../lib/domain/error-codes.js'
import {
  type AfterFailure,
  afterFailure,
  CODE_RULES,
  RETRY_POLICY,
  ruleOf,
} from '../../../lib/reconcile/decision/retry-policy.js'
import { failure } from '../../support/reconcile-context.js'

const QUARTER_MS = 15 * 60_000
const young = { tries: 1, ageMs: 0 }
/** The longest wait of a young request after so many tries. */
const ceiling = (kind: FailureKind, tries: number, code?: string): number | undefined => {
  const next = afterFailure(failure(kind, code), 'attach', { tries, ageMs: 0 }, 1)
  return 'delayMs' in next ? Math.round(next.delayMs) : undefined
}

describe('the rule of each kind', () => {
  it.each<[FailureKind, AfterFailure, firstMs: number | undefined, capMs: number | undefined]>([
    ['busy', { action: 'retry', delayMs: 1_025 }, 2_000, 30_000],
    ['not-ready', { action: 'retry', delayMs: 1_025 }, 15_000, 180_000],
    ['throttled', { action: 'retry', delayMs: 1_025 }, 1_025, 30_000],
    ['unavailable', { action: 'retry', delayMs: 1_025 }, 1_025, 60_000],
    ['unknown', { action: 'retry', delayMs: 1_025 }, 5_000, 120_000],
    ['not-granted', { action: 'park', delayMs: 10_000 }, 9_000, undefined],
    ['unauthorized', { action: 'park', delayMs: 10_000 }, 9_000, undefined],
    ['credentials', { action: 'pause' }, undefined, undefined],
    ['already-attached', { action: 'fail', reason: 'unknown' }, undefined, undefined],
    ['rejected', { action: 'fail', reason: 'unknown' }, undefined, undefined],
    ['absent', { action: 'fail', reason: 'unknown' }, undefined, undefined],
    ['already-granted', { action: 'fail', reason: 'unknown' }, undefined, undefined],
  ])('%s', (kind, next, firstMs, capMs) => {
    expect(afterFailure(failure(kind), 'attach', young, 0)).toEqual(next)
    expect(ceiling(kind, 1)).toBe(firstMs)
    if (capMs !== undefined) expect(ceiling(kind, 30)).toBe(capMs)
  })

  it('says why, in words', () => {
    for (const { why } of [...Object.values(RETRY_POLICY), ...Object.values(CODE_RULES)]) expect(why).toMatch(/^\w.{9}/)
  })
})

describe('the rule of a code', () => {
  it('goes before that of its kind, in any case', () => {
    for (const code of ['Operation.Blocking', 'operation.BLOCKING']) expect(ruleOf(code, 'busy').action).toBe('slot')
    expect(ruleOf('Operation.Other', 'busy')).toBe(RETRY_POLICY.busy)
    expect(ceiling('busy', 1, 'Operation.Blocking')).toBe(2_000)
    expect(ceiling('busy', 30, 'Operation.Blocking')).toBe(30_000)
    expect(ceiling('busy', 1, 'Operation.FailedAndTryAgain')).toBe(5_000)
    expect(ceiling('busy', 2, 'operation.failedandtryagain')).toBe(10_000)
  })

  it('names the reason of a final failure', () => {
    const reason = (code: string, kind: FailureKind = 'rejected') =>
      afterFailure(failure(kind, code), 'attach', young, 0)
    expect(reason('Bid.NotFound')).toEqual({ action: 'fail', reason: 'rejected' })
    expect(reason('RequestInvalid')).toEqual({ action: 'fail', reason: 'invalid-request' })
    const spent = { tries: 3, ageMs: QUARTER_MS }
    expect(afterFailure(failure('unknown', 'Bid.NotFound'), 'attach', spent, 0)).toEqual({
      action: 'fail',
      reason: 'unknown',
    })
  })
})

describe('a reading that failed', () => {
  it.each<[FailureKind]>([['rejected'], ['already-attached']])(
    'with %s is repeated like one without an answer',
    (kind) => {
      expect(afterFailure(failure(kind), 'observe', { tries: 30, ageMs: 0 }, 1)).toEqual({
        action: 'retry',
        delayMs: 60_000,
      })
    },
  )

  it('with an unlisted code is repeated, however old the request is', () => {
    const spent = { tries: 9, ageMs: 2 * QUARTER_MS }
    const next = afterFailure(failure('unknown'), 'observe', spent, 0)
    expect(next.action).toBe('retry')
  })
})
