/** Throughput and the estimated time left of a campaign, from seconds to minutes a row. */
import { describe, expect, it } from 'vitest'
import { createThroughputMeter, rateText } from '../../../lib/campaigns/facts/throughput.js'

describe('the throughput of a campaign', () => {
  it('is unknown until a row is settled, however long the first one takes, and then gives the time left', () => {
    let nowMs = 0
    const throughput = createThroughputMeter(() => nowMs)
    expect(throughput(2, 62)).toEqual({ perSecond: 0 })
    nowMs = 240_000
    expect(throughput(2, 62)).toEqual({ perSecond: 0 })
    nowMs = 600_000
    expect(throughput(32, 62)).toEqual({ perSecond: 0.05, leftMs: 600_000 })
  })

  it.each([
    [0, '0.0 rows/s'],
    [12.34, '12.3 rows/s'],
    [0.1, '0.1 rows/s'],
    [0.05, '3.0 rows/min'],
    [1 / 240, '0.3 rows/min'],
  ])('of %d rows a second is printed as %s', (perSecond, text) => {
    expect(rateText(perSecond)).toBe(text)
  })
})
