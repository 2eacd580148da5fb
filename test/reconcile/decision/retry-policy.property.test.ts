import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_WAIT_MS } from '../../../lib/domain/backoff.js'
import { HOUR_MS } from '../../../lib/domain/clock.js'
import { FAILURE_KINDS, type FailureKind } from '../../../lib/domain/error-codes.js'
import type { Failure } from '../../../lib/domain/failure.js'
import { afterFailure, ruleOf } from '../../../lib/reconcile/decision/retry-policy.js'
import { seeded } from '../../support/sim/sim.js'

const failure = (kind: FailureKind, code = 'Some.Code'): Failure => ({ kind, code, message: '', advice: '' })
const LIFE_MS = 72 * HOUR_MS

describe('what is done about a failure', () => {
  /** Kinds that only `notAfter` ends, and so could be delivered without end. */
  const LASTING = FAILURE_KINDS.filter((kind) => {
    const { action, bound } = ruleOf('Some.Code', kind)
    return !bound && ['retry', 'slot', 'park'].includes(action)
  })
  const delayOf = (kind: FailureKind, tries: number, ageMs: number, draw: number): number => {
    const next = afterFailure(failure(kind), 'attach', { tries, ageMs }, draw)
    if (!('delayMs' in next)) throw new Error(`${kind} is not tried again`)
    return next.delayMs
  }

  it('knows kinds that last', () => {
    expect(LASTING).toEqual(expect.arrayContaining(['busy', 'throttled', 'unavailable', 'not-granted', 'unauthorized']))
  })

  it.each(LASTING)('uses at most 500 deliveries in the longest life, whatever the draw: %s', (kind) => {
    for (const random of [() => 0, () => 0.999_999, seeded(7)]) {
      let tries = 0
      for (let ageMs = 0; ageMs < LIFE_MS; tries++)
        ageMs += Math.ceil(delayOf(kind, tries + 1, ageMs, random()) / 1_000) * 1_000
      expect(tries).toBeLessThanOrEqual(500)
      expect(tries).toBeGreaterThan(50)
    }
  })

  it.each(LASTING)('uses no more although the clock of the worker is behind and hides the age: %s', (kind) => {
    let tries = 0
    for (let spentMs = 0; spentMs < LIFE_MS; tries++)
      spentMs += Math.ceil(delayOf(kind, tries + 1, 0, 0) / 1_000) * 1_000
    expect(tries).toBeLessThanOrEqual(500)
  })

  it.each(LASTING)('never waits longer than an hour, nor less than a second, at any age: %s', (kind) => {
    const tries = fc.integer({ min: 1, max: 1_000 })
    const ageMs = fc.integer({ min: 0, max: LIFE_MS })
    const draw = fc.double({ min: 0, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(tries, ageMs, draw, (tries, ageMs, draw) => {
        const delayMs = delayOf(kind, tries, ageMs, draw)
        expect(delayMs).toBeGreaterThanOrEqual(1_000)
        expect(delayMs).toBeLessThanOrEqual(MAX_WAIT_MS)
      }),
    )
  })

  it('a message not yet granted waits 10 s, 20 s, 40 s …, at most an hour', () => {
    const waits: number[] = []
    for (let tries = 1, ageMs = 0; tries <= 12; tries++) {
      const decision = afterFailure(failure('not-granted'), 'attach', { tries, ageMs }, 0)
      if (!('delayMs' in decision)) throw new Error('parks')
      waits.push(decision.delayMs / 1_000)
      ageMs += decision.delayMs
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600])
  })

  it('a message not yet granted waits longer than a throttled one', () => {
    const at = { tries: 3, ageMs: 60_000 }
    const wait = (kind: FailureKind) => {
      const decision = afterFailure(failure(kind), 'attach', at, 0.999)
      return 'delayMs' in decision ? decision.delayMs : 0
    }
    expect(wait('not-granted')).toBeGreaterThan(wait('throttled'))
  })

  it('waits at least as long as the server asks for', () => {
    const decision = afterFailure(
      { ...failure('throttled'), retryAfterMs: 45_000 },
      'attach',
      { tries: 1, ageMs: 0 },
      0,
    )
    expect(decision).toEqual({ action: 'retry', delayMs: 45_000 })
  })

  it.each([
    ['unknown', 'Brand.New'],
    ['busy', 'Operation.FailedAndTryAgain'],
  ] as const)('bounds %s (%s) by age and tries together', (kind, code) => {
    const at = (tries: number, minutes: number) =>
      afterFailure(failure(kind, code), 'attach', { tries, ageMs: minutes * 60_000 }, 0).action
    expect(at(50, 14)).toBe('retry')
    expect(at(2, 600)).toBe('retry')
    expect(at(3, 15)).toBe('fail')
  })

  it('jitters over the whole range, so that messages of one age do not return together', () => {
    const random = seeded(3)
    const waits = Array.from({ length: 200 }, () => {
      const decision = afterFailure(failure('busy'), 'attach', { tries: 5, ageMs: 20_000 }, random())
      return 'delayMs' in decision ? decision.delayMs : 0
    })
    expect(Math.min(...waits)).toBeLessThan(5_000)
    expect(Math.max(...waits)).toBeGreaterThan(25_000)
  })
})
