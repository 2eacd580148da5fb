import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRateLimiter } from '../../lib/admission/rate-limiter.js'

describe('the rate limiter', () => {
  it('stays close to the rate of the server, above and below', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), (perSecond) => {
        const rateLimiter = createRateLimiter(200)
        const passed: number[] = []
        let refused = 0
        let nowMs = 0
        for (; nowMs < 60_000; ) {
          const waitMs = rateLimiter.waitMs(0, nowMs)
          if (waitMs > 0) {
            nowMs += waitMs
            continue
          }
          rateLimiter.take(nowMs)
          const recent = passed.filter((at) => at > nowMs - 1_000)
          if (recent.length < perSecond) passed.push(nowMs)
          else {
            refused += 1
            rateLimiter.refused(nowMs, (recent[0] ?? nowMs) + 1_000 - nowMs)
          }
        }
        expect(passed.length / 60 / perSecond).toBeGreaterThan(0.88)
        expect(refused / (passed.length + refused)).toBeLessThan(0.05)
      }),
      { numRuns: 30 },
    )
  })

  it('calls a server without Retry-After less and less often while it refuses, and never stops', () => {
    const rateLimiter = createRateLimiter(100)
    const at: number[] = []
    for (let nowMs = 0; nowMs < 600_000; ) {
      const waitMs = rateLimiter.waitMs(0, nowMs)
      nowMs += waitMs
      if (waitMs > 0) continue
      at.push(nowMs)
      rateLimiter.take(nowMs)
      rateLimiter.refused(nowMs)
    }
    expect(at.length).toBeLessThan(60)
    expect(600_000 - (at.at(-1) ?? 0)).toBeLessThan(61_000)
  })

  it('does not slow down much after one refusal at little traffic', () => {
    const rateLimiter = createRateLimiter(100)
    rateLimiter.take(0)
    rateLimiter.refused(20)
    expect(rateLimiter.waitMs(0, 20)).toBeLessThan(1_000)
    rateLimiter.take(1_000)
    expect(rateLimiter.waitMs(0, 1_000)).toBeLessThan(1_000)
  })

  it('returns to ten a second within a minute after a long outage', () => {
    const rateLimiter = createRateLimiter(100)
    let nowMs = 0
    const call = (isRefused: boolean) => {
      for (; rateLimiter.waitMs(0, nowMs) > 0; nowMs += 10);
      rateLimiter.take(nowMs)
      if (isRefused) rateLimiter.refused(nowMs, 2_000)
    }
    for (let index = 0; index < 20; index++) call(true)
    nowMs += 60_000
    const openedMs = nowMs
    const passed: number[] = []
    for (; nowMs < openedMs + 60_000; ) {
      call(false)
      passed.push(nowMs)
    }
    expect(passed.filter((at) => at > openedMs + 59_000).length).toBeGreaterThanOrEqual(10)
  })

  it('admits a burst of ten at a high rate', () => {
    const rateLimiter = createRateLimiter(100_000)
    let nowMs = 0
    for (; nowMs < 12_000; nowMs += 10) if (rateLimiter.waitMs(5_000, nowMs) === 0) rateLimiter.take(nowMs)
    nowMs += 1_000
    const waits = Array.from({ length: 10 }, () => {
      const waitMs = rateLimiter.waitMs(0, nowMs)
      rateLimiter.take(nowMs)
      return waitMs
    })
    expect(waits).toEqual(waits.map(() => 0))
  })
})
