import { describe, expect, it } from 'vitest'
import { createLimiter } from '../../lib/admission/limiter.js'
import { createRateLimiter } from '../../lib/admission/rate-limiter.js'
import type { Attachment } from '../../lib/domain/attachment.js'
import { failureOf } from '../../lib/domain/failure.js'

const child = (index: number, cenId = 'cen-1'): Attachment => ({
  cenId,
  childInstanceId: `vpc-${index}`,
  childInstanceType: 'VPC',
  childInstanceRegionId: 'cn-hangzhou',
})
const blocking = failureOf({ code: 'Operation.Blocking' })
const throttled = failureOf({ code: 'Throttling.User', retryAfterMs: 2_000 })

describe('the limiter', () => {
  it('lets five at once onto a CEN, and the sixth wait its turn; another CEN is not held up', () => {
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
    limiter.ended(child(0), true, 300)
    expect(limiter.admit(child(9), 400, 1_000)).toBe(0)
  })

  it('learns from Operation.Blocking how many a CEN takes', () => {
    const limiter = createLimiter()
    for (let index = 0; index < 5; index++) limiter.admit(child(index), 0, 1_000)
    for (const index of [3, 4]) limiter.refused(child(index), blocking, 50, 1_000)
    expect(limiter.admit(child(8), 100, 1_000)).toBeGreaterThan(0)
    limiter.ended(child(0), true, 1_000)
    expect(limiter.admit(child(8), 1_001, 1_000)).toBe(0)
    expect(limiter.admit(child(9), 1_002, 1_000)).toBeGreaterThan(0)
  })

  it('tries for more again once the wall has moved', () => {
    const limiter = createLimiter()
    for (let index = 0; index < 5; index++) limiter.admit(child(index), 0, 1_000)
    for (const index of [1, 2, 3, 4]) limiter.refused(child(index), blocking, 50, 1_000)
    limiter.ended(child(0), true, 60)
    let nowMs = 20_000
    let most = 0
    for (let round = 0; round < 40; round++) {
      const admitted = Array.from({ length: 10 }, (_, index) => child(index)).filter(
        (one) => limiter.admit(one, nowMs, 1_000) === 0,
      )
      most = Math.max(most, admitted.length)
      for (const one of admitted) limiter.underWay(one, nowMs, 1_000, 1_000)
      nowMs += 1_000
      for (const one of admitted) limiter.ended(one, true, nowMs)
    }
    expect(most).toBeGreaterThanOrEqual(5)
  })

  it('holds every CEN for as long as a throttled answer asks', () => {
    const limiter = createLimiter()
    limiter.admit(child(0), 0, 1_000)
    limiter.refused(child(0), throttled, 10, 1_000)
    expect(limiter.admit(child(1, 'cen-2'), 20, 1_000)).toBeGreaterThan(1_900)
    expect(limiter.admit(child(1, 'cen-2'), 2_020, 1_000)).toBe(0)
  })

  it('frees a slot whose end it did not see after half as long again as it should take', () => {
    const limiter = createLimiter({ callsPerSecond: 100, atOncePerCen: 5 })
    for (let index = 0; index < 5; index++) {
      limiter.admit(child(index), 0, 20_000)
      limiter.underWay(child(index), 0, 20_000, 20_000)
    }
    expect(limiter.admit(child(9), 32_000, 20_000)).toBeGreaterThan(0)
    expect(limiter.admit(child(9), 33_000, 20_000)).toBe(0)
  })

  it('has those behind a slot that waits for the rate ask again when the rate may let them, not with each answer', () => {
    const limiter = createLimiter({ callsPerSecond: 2, atOncePerCen: 50 })
    for (let index = 0; index < 5; index++) limiter.admit(child(index, 'cen-2'), 0, 10_000)
    const waits = Array.from({ length: 40 }, (_, index) => limiter.admit(child(index), 0, 10_000))
    // Two a second: who stands behind forty has twenty seconds to go, and stays in hand meanwhile.
    expect(waits[39]).toBe(5_000)
  })

  it('finds back within a minute to ten a second from a rate of one in seconds', () => {
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

  it('lets ten that come together pass a gate that is fast', () => {
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
