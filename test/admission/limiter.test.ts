import { describe, expect, it } from 'vitest'
import { createLimiter, type LimitedRequest } from '../../lib/admission/limiter.js'
import { failureOf } from '../../lib/domain/failure.js'

const child = (index: number, cenId = 'cen-1'): LimitedRequest => ({
  attachment: {
    cenId,
    childInstanceId: `vpc-${index}`,
    childInstanceType: 'VPC',
    childInstanceRegionId: 'cn-hangzhou',
  },
  idempotencyKey: `${cenId}/${index}`,
})
const blocking = failureOf({ code: 'Operation.Blocking' })
const throttled = failureOf({ code: 'Throttling.User', retryAfterMs: 2_000 })

describe('the limiter', () => {
  it('admits five at once to a CEN and makes the sixth wait, but not another CEN', () => {
    const limiter = createLimiter()
    const waits = Array.from({ length: 7 }, (_, index) => limiter.admit(child(index), index, 1_000))
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
    expect(waits[5]).toBeGreaterThan(0)
    expect(waits[6]).toBeGreaterThanOrEqual(waits[5] ?? 0)
    expect(limiter.admit(child(0, 'cen-2'), 10, 1_000)).toBe(0)
  })

  it('keeps the slot of an accepted attachment until it has ended', () => {
    const limiter = createLimiter()
    for (let index = 0; index < 5; index++) limiter.admit(child(index), 0, 1_000)
    limiter.underWay(child(0), 100, 1_000, 1_000)
    expect(limiter.admit(child(9), 200, 1_000)).toBeGreaterThan(0)
    limiter.ended(child(0), true)
    expect(limiter.admit(child(9), 400, 1_000)).toBe(0)
  })

  it('serves one whose later call is refused before those that have not begun, however long it was under way', () => {
    const limiter = createLimiter()
    for (let index = 0; index < 5; index++) limiter.admit(child(index), 0, 1_000)
    for (let nowMs = 0; nowMs <= 600_000; nowMs += 60_000) {
      for (let index = 0; index < 5; index++) limiter.underWay(child(index), nowMs, 600_000, 60_000)
      for (let index = 5; index < 50; index++) limiter.joinQueue(child(index), nowMs, 600_000)
    }
    limiter.refused(child(0), blocking, 600_000, 600_000)
    limiter.joinQueue(child(0), 600_001, 600_000)
    expect([0, 49].map((index) => limiter.isNext(child(index)))).toEqual([true, false])
  })

  it('learns from Operation.Blocking how many a CEN accepts', () => {
    const limiter = createLimiter()
    for (let index = 0; index < 5; index++) limiter.admit(child(index), 0, 1_000)
    for (const index of [3, 4]) limiter.refused(child(index), blocking, 50, 1_000)
    expect(limiter.admit(child(8), 100, 1_000)).toBeGreaterThan(0)
    limiter.ended(child(0), true)
    expect(limiter.admit(child(8), 1_001, 1_000)).toBe(0)
    expect(limiter.admit(child(9), 1_002, 1_000)).toBeGreaterThan(0)
  })

  it('probes for more again once the limit has risen', () => {
    const limiter = createLimiter()
    for (let index = 0; index < 5; index++) limiter.admit(child(index), 0, 1_000)
    for (const index of [1, 2, 3, 4]) limiter.refused(child(index), blocking, 50, 1_000)
    limiter.ended(child(0), true)
    let nowMs = 20_000
    let most = 0
    for (let round = 0; round < 40; round++) {
      const admitted = Array.from({ length: 10 }, (_, index) => child(index)).filter(
        (one) => limiter.admit(one, nowMs, 1_000) === 0,
      )
      most = Math.max(most, admitted.length)
      for (const one of admitted) limiter.underWay(one, nowMs, 1_000, 1_000)
      nowMs += 1_000
      for (const one of admitted) limiter.ended(one, true)
    }
    expect(most).toBeGreaterThanOrEqual(5)
  })

  it('holds back every CEN for as long as a throttled answer asks', () => {
    const limiter = createLimiter()
    limiter.admit(child(0), 0, 1_000)
    limiter.refused(child(0), throttled, 10, 1_000)
    expect(limiter.admit(child(1, 'cen-2'), 20, 1_000)).toBeGreaterThan(1_900)
    expect(limiter.admit(child(1, 'cen-2'), 2_020, 1_000)).toBe(0)
  })

  it('frees a slot whose end was not observed after 1.5 times its duration', () => {
    const limiter = createLimiter({ callsPerSecond: 100, atOncePerCen: 5 })
    for (let index = 0; index < 5; index++) {
      limiter.admit(child(index), 0, 20_000)
      limiter.underWay(child(index), 0, 20_000, 20_000)
    }
    expect(limiter.admit(child(9), 32_000, 20_000)).toBeGreaterThan(0)
    expect(limiter.admit(child(9), 33_000, 20_000)).toBe(0)
  })

  it('estimates the wait behind reserved slots from the rate', () => {
    const limiter = createLimiter({ callsPerSecond: 2, atOncePerCen: 50 })
    for (let index = 0; index < 5; index++) limiter.admit(child(index, 'cen-2'), 0, 10_000)
    const waits = Array.from({ length: 40 }, (_, index) => limiter.admit(child(index), 0, 10_000))
    // At two a second the fortieth waits 20 s, of which it spends 5 s in memory before the next estimate.
    expect(waits[39]).toBe(5_000)
  })
})
