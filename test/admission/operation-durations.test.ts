import { describe, expect, it } from 'vitest'
import { createOperationDurations } from '../../lib/admission/operation-durations.js'

/** Runs attachments that take `ms` through the looks that it asks for; resolves to looks and lateness of the last ones. */
function learn(ms: (count: number) => number, rounds: number) {
  const durations = createOperationDurations()
  let nowMs = 0
  return Array.from({ length: rounds }, (_, count) => {
    const startMs = nowMs
    durations.accepted('cen', 'k', nowMs)
    for (let reads = 1; ; reads++) {
      nowMs += durations.nextReadMs('cen', 'k', nowMs)
      if (nowMs - startMs >= ms(count)) {
        durations.attached('cen', 'k', nowMs)
        return { reads, lateMs: nowMs - startMs - ms(count) }
      }
      durations.attaching('cen', 'k', nowMs)
    }
  })
}

describe('the usual attach time', () => {
  it.each([500, 2_000, 20_000, 45_000])(
    'of a CEN that takes %i ms is found: hardly more than one look each, and not late',
    (ms) => {
      const last = learn(() => ms, 60).slice(-20)
      const mean = (pick: (one: (typeof last)[number]) => number) =>
        last.reduce((sum, one) => sum + pick(one), 0) / last.length
      expect(mean(({ reads }) => reads)).toBeLessThan(1.5)
      expect(mean(({ lateMs }) => lateMs)).toBeLessThan(Math.max(300, ms * 0.25))
    },
  )

  it('of a CEN that answers at once is asked for soon, and seldom: many of them together', () => {
    const durations = createOperationDurations()
    durations.accepted('cen', 'first', 0)
    durations.attached('cen', 'first', 30)
    const reads = Array.from({ length: 50 }, (_, index) => {
      const nowMs = 1_000 + index * 10
      durations.accepted('cen', `k${index}`, nowMs)
      return { nowMs, inMs: durations.nextReadMs('cen', `k${index}`, nowMs) }
    })
    expect(Math.max(...reads.map(({ inMs }) => inMs))).toBeLessThanOrEqual(140)
    expect(new Set(reads.map(({ nowMs, inMs }) => Math.round(nowMs + inMs))).size).toBeLessThanOrEqual(7)
  })

  it('falls again after one that was slow', () => {
    const runs = learn((count) => (count === 0 ? 600_000 : 1_000), 45)
    expect(runs.at(-1)?.lateMs).toBeLessThan(2_000)
  })

  it('an unknown CEN is looked at soon, and then ever less often', () => {
    const [first] = learn(() => 20_000, 1)
    expect(first?.reads).toBeLessThan(16)
  })
})
