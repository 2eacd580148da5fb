import { describe, expect, it } from 'vitest'
import { createConcurrencyLimit } from '../../lib/admission/concurrency-limit.js'

const TYPICAL_MS = 5_000

/** A CEN with `limit` attachments in progress since 0 ms that refused one more at 10 ms. */
function atLimit(limit: number, endMs: (index: number) => number) {
  const concurrencyLimit = createConcurrencyLimit(50)
  for (let index = 0; index < limit; index++) {
    concurrencyLimit.take(`on-${index}`, 0)
    concurrencyLimit.occupy(`on-${index}`, 1, TYPICAL_MS, endMs(index) - 1)
  }
  concurrencyLimit.take('over', 2)
  concurrencyLimit.refused('over', 10, TYPICAL_MS)
  return concurrencyLimit
}

describe('the concurrency limit of a CEN', () => {
  it('estimates a wait by the ends of the attachments in progress, and counts free permits first', () => {
    const concurrencyLimit = atLimit(5, (index) => (index + 1) * 1_000)
    expect(concurrencyLimit.estimateWaitMs(1, 20, TYPICAL_MS)).toBe(1_980)
    concurrencyLimit.release('on-4', true, 20)
    expect(concurrencyLimit.estimateWaitMs(0, 20, TYPICAL_MS)).toBe(0)
    expect(concurrencyLimit.estimateWaitMs(1, 20, TYPICAL_MS)).toBe(980)
  })

  it('yields to another client, and not if the limit was overestimated by a few percent', () => {
    const refusedTwice = (limit: number, fewer: number) => {
      const concurrencyLimit = atLimit(limit, () => 5_000)
      let left = limit
      for (const nowMs of [1_000, 2_000]) {
        for (let index = 0; index < fewer; index++) concurrencyLimit.release(`on-${--left}`, true, nowMs)
        concurrencyLimit.take(`again-${nowMs}`, nowMs + 1)
        concurrencyLimit.refused(`again-${nowMs}`, nowMs + 50, TYPICAL_MS)
      }
      return concurrencyLimit.available('next', 2_100) + left
    }
    expect(refusedTwice(20, 1)).toBe(18)
    // Another client takes five of twenty twice: a quarter of the remaining ten is left to it.
    expect(refusedTwice(20, 5)).toBe(7)
  })
})
