import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLimiter, type LimitedRequest } from '../../lib/admission/limiter.js'
import { failureOf } from '../../lib/domain/failure.js'

const child = (index: number, cen: number): LimitedRequest => ({
  attachment: {
    cenId: `cen-${cen}`,
    childInstanceId: `vpc-${index}`,
    childInstanceType: 'VPC',
    childInstanceRegionId: 'cn-hangzhou',
  },
  idempotencyKey: `${cen}/${index}`,
})
const BLOCKING = failureOf({ code: 'Operation.Blocking' })

/** A CEN that accepts `places` attachments of `attachMs` at once; each is tried again after the wait that the limiter returns. */
function drive(facts: { places: number; ceiling: number; attachMs: number; count: number; closedMs?: number }) {
  const { places, ceiling, attachMs, count, closedMs = 0 } = facts
  const limiter = createLimiter({ callsPerSecond: 1_000, atOncePerCen: ceiling })
  const waiting = Array.from({ length: count }, (_, index) => ({ one: child(index, 0), dueMs: 0 }))
  const underWay: { one: LimitedRequest; endMs: number }[] = []
  let most = 0
  let refused = 0
  let nowMs = 0
  for (; waiting.length + underWay.length > 0 && nowMs < 3_600_000; nowMs += 5) {
    for (const { one } of underWay.filter(({ endMs }) => endMs <= nowMs)) limiter.ended(one, true)
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

describe('the limiter, for any limit of the CEN', () => {
  const limits = fc.record({
    places: fc.integer({ min: 1, max: 30 }),
    ceiling: fc.integer({ min: 1, max: 30 }),
    attachMs: fc.integer({ min: 200, max: 8_000 }),
    count: fc.integer({ min: 1, max: 60 }),
  })

  it('never exceeds its ceiling, starves no request, and is seldom refused', () => {
    fc.assert(
      fc.property(limits, (facts) => {
        const { most, refused, left } = drive(facts)
        expect(most).toBeLessThanOrEqual(facts.ceiling)
        expect(left).toBe(0)
        expect(refused).toBeLessThanOrEqual(8 + facts.count / 4)
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it('continues within seconds after a CEN that accepted nothing accepts some again', () => {
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
