import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_WAIT_MS } from '../../lib/domain/backoff.js'
import { FAILURE_KINDS, type FailureKind } from '../../lib/domain/error-codes.js'
import type { Failure } from '../../lib/domain/failure.js'
import { decide } from '../../lib/reconcile/retry-policy.js'
import { seeded } from '../support/sim/sim.js'

const failure = (kind: FailureKind, code = 'Some.Code'): Failure => ({ kind, code, message: '', advice: '' })
const LIFE_MS = 72 * 3_600_000

describe('what is done about a failure', () => {
  it('uses at most 500 receives in the longest life, whatever the kind and the luck', () => {
    const unlucky = () => 0
    const lucky = () => 0.999_999
    for (const kind of FAILURE_KINDS) {
      for (const random of [unlucky, lucky, seeded(7)]) {
        let tries = 0
        for (let ageMs = 0; ageMs < LIFE_MS; ) {
          tries += 1
          const decision = decide(failure(kind), { tries, ageMs }, random)
          if (!('delayMs' in decision)) break
          ageMs += Math.ceil(decision.delayMs / 1_000) * 1_000
        }
        expect(tries).toBeLessThanOrEqual(500)
      }
    }
  })

  it('uses no more although the clock of the worker is behind and hides the age', () => {
    for (const kind of FAILURE_KINDS) {
      let tries = 0
      for (let spentMs = 0; spentMs < LIFE_MS; ) {
        tries += 1
        const decision = decide(failure(kind), { tries, ageMs: 0 }, () => 0)
        if (!('delayMs' in decision)) break
        spentMs += Math.ceil(decision.delayMs / 1_000) * 1_000
      }
      expect(tries).toBeLessThanOrEqual(500)
    }
  })

  it('never waits longer than an hour, nor less than a second, at any age', () => {
    const progress = fc.record({
      tries: fc.integer({ min: 1, max: 1_000 }),
      ageMs: fc.integer({ min: 0, max: LIFE_MS }),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...FAILURE_KINDS),
        progress,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (kind, at, chance) => {
          const decision = decide(failure(kind), at, () => chance)
          if ('delayMs' in decision) {
            expect(decision.delayMs).toBeGreaterThanOrEqual(1_000)
            expect(decision.delayMs).toBeLessThanOrEqual(MAX_WAIT_MS)
          }
        },
      ),
    )
  })

  it('a message not yet granted waits 10 s, 20 s, 40 s …, at most an hour', () => {
    const waits: number[] = []
    for (let tries = 1, ageMs = 0; tries <= 12; tries++) {
      const decision = decide(failure('not-granted'), { tries, ageMs }, () => 0)
      if (!('delayMs' in decision)) throw new Error('parks')
      waits.push(decision.delayMs / 1_000)
      ageMs += decision.delayMs
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600])
  })

  it('a message not yet granted waits longer than a throttled one', () => {
    const at = { tries: 3, ageMs: 60_000 }
    const wait = (kind: FailureKind) => {
      const decision = decide(failure(kind), at, () => 0.999)
      return 'delayMs' in decision ? decision.delayMs : 0
    }
    expect(wait('not-granted')).toBeGreaterThan(wait('throttled'))
  })

  it('waits at least as long as the server asks for', () => {
    const decision = decide({ ...failure('throttled'), retryAfterMs: 45_000 }, { tries: 1, ageMs: 0 }, () => 0)
    expect(decision).toEqual({ action: 'retry', delayMs: 45_000 })
  })

  it.each([
    ['unknown', 'Brand.New'],
    ['busy', 'Operation.FailedAndTryAgain'],
  ] as const)('bounds %s (%s) by age and tries together', (kind, code) => {
    const at = (tries: number, minutes: number) =>
      decide(failure(kind, code), { tries, ageMs: minutes * 60_000 }, () => 0).action
    expect(at(50, 14)).toBe('retry')
    expect(at(2, 600)).toBe('retry')
    expect(at(3, 15)).toBe('fail')
  })

  it('jitters over the whole range: two messages of one age do not come back together', () => {
    const random = seeded(3)
    const waits = Array.from({ length: 200 }, () => {
      const decision = decide(failure('busy'), { tries: 5, ageMs: 20_000 }, random)
      return 'delayMs' in decision ? decision.delayMs : 0
    })
    expect(Math.min(...waits)).toBeLessThan(5_000)
    expect(Math.max(...waits)).toBeGreaterThan(25_000)
  })
})
