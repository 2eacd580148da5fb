import { describe, expect, it } from 'vitest'
import { createOperationDurations, type Operation } from '../../lib/admission/operation-durations.js'

const CEN: Operation = { cenId: 'cen', kind: 'basic attach', holdsSlot: true, vary: false, longestMs: 60_000 }

/** Reads attachments of `ms` when the estimate asks for it; returns the number of reads and the lateness of each. */
function learn(ms: (count: number) => number, rounds: number) {
  const durations = createOperationDurations()
  let nowMs = 0
  return Array.from({ length: rounds }, (_, count) => {
    const startMs = nowMs
    durations.accepted(CEN, 'k', nowMs)
    for (let reads = 1; ; reads++) {
      nowMs += durations.nextReadMs(CEN, 'k', nowMs)
      if (nowMs - startMs >= ms(count)) {
        durations.completed('k', nowMs)
        return { reads, lateMs: nowMs - startMs - ms(count) }
      }
      durations.running(CEN, 'k', nowMs)
    }
  })
}

describe('operation durations', () => {
  it.each([500, 2_000, 20_000, 45_000])('of %i ms are learnt: little more than one read each, and not late', (ms) => {
    const last = learn(() => ms, 60).slice(-20)
    const mean = (pick: (one: (typeof last)[number]) => number) =>
      last.reduce((sum, one) => sum + pick(one), 0) / last.length
    expect(mean(({ reads }) => reads)).toBeLessThan(1.5)
    expect(mean(({ lateMs }) => lateMs)).toBeLessThan(Math.max(300, ms * 0.25))
  })

  it('of a fast CEN lead to early reads that share their times', () => {
    const durations = createOperationDurations()
    durations.accepted(CEN, 'first', 0)
    durations.completed('first', 30)
    const reads = Array.from({ length: 50 }, (_, index) => {
      const nowMs = 1_000 + index * 10
      durations.accepted(CEN, `k${index}`, nowMs)
      return { nowMs, inMs: durations.nextReadMs(CEN, `k${index}`, nowMs) }
    })
    expect(Math.max(...reads.map(({ inMs }) => inMs))).toBeLessThanOrEqual(140)
    expect(new Set(reads.map(({ nowMs, inMs }) => Math.round(nowMs + inMs))).size).toBeLessThanOrEqual(7)
  })

  it('fall again after a slow operation', () => {
    const runs = learn((count) => (count === 0 ? 600_000 : 1_000), 45)
    expect(runs.at(-1)?.lateMs).toBeLessThan(2_000)
  })

  it('of an unknown CEN lead to an early read, then to ever fewer reads', () => {
    const [first] = learn(() => 20_000, 1)
    expect(first?.reads).toBeLessThan(16)
  })
})
