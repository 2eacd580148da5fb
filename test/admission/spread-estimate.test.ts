import { describe, expect, it } from 'vitest'
import { createOperationDurations, type Operation } from '../../lib/admission/operation-durations.js'

const ATTACH: Operation = {
  cenId: 'cen',
  kind: 'enterprise attach',
  holdsSlot: true,
  vary: true,
  longestMs: 900_000,
}
const LINK: Operation = { ...ATTACH, kind: 'enterprise route association' }

/** Reads operations of `ms` one after another when the estimate asks for it; the reads and the lateness of each. */
function learn(
  operation: Operation,
  ms: (index: number) => number,
  rounds: number,
  durations = createOperationDurations(),
) {
  let nowMs = 0
  return Array.from({ length: rounds }, (_, index) => {
    const [startMs, lengthMs] = [nowMs, ms(index)]
    durations.accepted(operation, 'k', nowMs)
    for (let reads = 1; ; reads++) {
      nowMs += durations.nextReadMs(operation, 'k', nowMs)
      if (nowMs - startMs >= lengthMs) {
        durations.completed('k', nowMs)
        return { reads, lateMs: nowMs - startMs - lengthMs, lengthMs }
      }
      durations.running(operation, 'k', nowMs)
    }
  })
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
/** Durations from 60 to 240 s, the same in each run. */
const spread = (index: number) => 60_000 + ((index * 7_919) % 181) * 1_000

describe('durations that differ', () => {
  it('are read soon at first, then ever later, while none is known', () => {
    const durations = createOperationDurations()
    durations.accepted(ATTACH, 'k', 0)
    const waits: number[] = []
    for (let nowMs = 0; nowMs < 60_000; ) {
      const waitMs = durations.nextReadMs(ATTACH, 'k', nowMs)
      waits.push(waitMs)
      nowMs += waitMs
      durations.running(ATTACH, 'k', nowMs)
    }
    expect(waits[0]).toBeLessThan(3_000)
    expect(waits.at(-1)).toBeGreaterThan(5_000)
    expect(waits.length).toBeLessThan(40)
  })

  it('are found late by a small share of their mean, with few reads each', () => {
    const last = learn(ATTACH, spread, 60).slice(-30)
    expect(mean(last.map(({ lateMs }) => lateMs))).toBeLessThan(0.06 * mean(last.map(({ lengthMs }) => lengthMs)))
    expect(mean(last.map(({ reads }) => reads))).toBeLessThan(16)
  })

  it('are not waited for as long as the longest: a short one is found in time', () => {
    const durations = createOperationDurations()
    const rounds = learn(ATTACH, (index) => (index === 30 ? 62_000 : spread(index)), 31, durations)
    expect(rounds.at(-1)?.lateMs).toBeLessThan(15_000)
  })

  it('are learnt again when they become shorter than any before', () => {
    const last = learn(ATTACH, (index) => (index < 20 ? 200_000 : 20_000), 140).slice(-10)
    expect(mean(last.map(({ lateMs }) => lateMs))).toBeLessThan(10_000)
  })

  it('that are short beside the slowest operation of the CEN are read about once', () => {
    const durations = createOperationDurations()
    learn(ATTACH, spread, 20, durations)
    const last = learn(LINK, (index) => 1_000 + ((index * 37) % 41) * 100, 60, durations).slice(-30)
    expect(mean(last.map(({ reads }) => reads))).toBeLessThan(1.3)
    expect(mean(last.map(({ lateMs }) => lateMs))).toBeLessThan(4_000)
  })

  it('of one CEN are read on one grid, so that one call answers many of them', () => {
    const durations = createOperationDurations()
    learn(ATTACH, spread, 20, durations)
    const dueMs = Array.from({ length: 40 }, (_, index) => {
      const nowMs = 10_000_000 + index * 1_700
      durations.accepted(ATTACH, `k${index}`, nowMs)
      return Math.round(nowMs + durations.nextReadMs(ATTACH, `k${index}`, nowMs))
    })
    expect(new Set(dueMs).size).toBeLessThan(15)
    expect(durations.shareMs('k0')).toBeGreaterThan(500)
    expect(durations.shareMs('unknown')).toBe(0)
  })
})
