import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLimiter } from '../../lib/admission/limiter.js'
import { createRateLimiter } from '../../lib/admission/rate-limiter.js'
import type { Attachment } from '../../lib/domain/attachment.js'
import { failureOf } from '../../lib/domain/failure.js'

const child = (index: number, cen: number): Attachment => ({
  cenId: `cen-${cen}`,
  childInstanceId: `vpc-${index}`,
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
})
const BLOCKING = failureOf({ code: 'Operation.Blocking' })

/** A CEN of `places` places against a limiter; attachments take `attachMs`, each asks again when it is told to. */
function drive(facts: { places: number; ceiling: number; attachMs: number; count: number; closedMs?: number }) {
  const { places, ceiling, attachMs, count, closedMs = 0 } = facts
  const limiter = createLimiter({ callsPerSecond: 1_000, atOncePerCen: ceiling })
  const waiting = Array.from({ length: count }, (_, index) => ({ one: child(index, 0), dueMs: 0 }))
  const underWay: { one: Attachment; endMs: number }[] = []
  let most = 0
  let refused = 0
  let nowMs = 0
  for (; waiting.length + underWay.length > 0 && nowMs < 3_600_000; nowMs += 5) {
    for (const { one } of underWay.filter(({ endMs }) => endMs <= nowMs)) limiter.ended(one, true, nowMs)
    underWay.splice(0, underWay.length, ...underWay.filter(({ endMs }) => endMs > nowMs))
    for (const entry of waiting.filter(({ dueMs }) => dueMs <= nowMs)) {
      const waitMs = limiter.admit(entry.one, nowMs, attachMs)
      entry.dueMs = nowMs + waitMs
      if (waitMs > 0) continue
      if (nowMs < closedMs || underWay.length >= places) {
        refused += 1
        limiter.refused(entry.one, BLOCKING, nowMs, attachMs)
        entry.dueMs = nowMs + 5
        continue
      }
      waiting.splice(waiting.indexOf(entry), 1)
      underWay.push({ one: entry.one, endMs: nowMs + attachMs })
      limiter.underWay(entry.one, nowMs, attachMs, attachMs)
      most = Math.max(most, underWay.length)
    }
  }
  return { most, refused, left: waiting.length, endMs: nowMs }
}

describe('the limiter, over all walls', () => {
  const walls = fc.record({
    places: fc.integer({ min: 1, max: 30 }),
    ceiling: fc.integer({ min: 1, max: 30 }),
    attachMs: fc.integer({ min: 200, max: 8_000 }),
    count: fc.integer({ min: 1, max: 60 }),
  })

  it('never has more under way than its ceiling, starves nobody, and is seldom refused', () => {
    fc.assert(
      fc.property(walls, (facts) => {
        const { most, refused, left } = drive(facts)
        expect(most).toBeLessThanOrEqual(facts.ceiling)
        expect(left).toBe(0)
        expect(refused).toBeLessThanOrEqual(8 + facts.count / 4)
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it('goes on within seconds after a CEN that took nothing takes some again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 120_000 }), (closedMs) => {
        const { left, endMs } = drive({ places: 5, ceiling: 20, attachMs: 1_000, count: 10, closedMs })
        expect(left).toBe(0)
        expect(endMs - closedMs).toBeLessThan(45_000)
      }),
      { numRuns: 30 },
    )
  })
})

describe('a gate', () => {
  it('passes hardly more than the rate that it was refused beyond, and not much less', () => {
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

  it('asks a server that gives no time ever less often while it refuses, and never stops', () => {
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

  it('takes one refusal at little traffic for what it is', () => {
    const rateLimiter = createRateLimiter(100)
    rateLimiter.take(0)
    rateLimiter.refused(20)
    expect(rateLimiter.waitMs(0, 20)).toBeLessThan(1_000)
    rateLimiter.take(1_000)
    expect(rateLimiter.waitMs(0, 1_000)).toBeLessThan(1_000)
  })
})
