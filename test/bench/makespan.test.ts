/** What must not get worse and does not depend on the machine: makespan by bound, refused calls, calls per attachment. */
import { describe, expect, it } from 'vitest'
import { boundMs, constantBoundMs } from '../../bench/simulation/bound.js'
import { ours, terraformPattern } from '../../bench/simulation/campaign.js'
import { LIMITS_GRID, limitsName, type ProviderLimits } from '../../bench/simulation/limits.js'

const N = 200
const LIMITS: ProviderLimits[] = [
  { ratePerSecond: 3, atOncePerCen: 5, cens: 1, attachMs: 11_000 },
  { ratePerSecond: 10, atOncePerCen: 20, cens: 1, attachMs: 11_000 },
  { ratePerSecond: 10, atOncePerCen: 5, cens: 5, attachMs: 29_000 },
  { ratePerSecond: 10, atOncePerCen: 20, cens: 5, attachMs: 2_000 },
  { ratePerSecond: 50, atOncePerCen: 1, cens: 5, attachMs: 11_000 },
]

describe('a wall that the worker is not told', () => {
  it.each(LIMITS.map((limits) => [limitsName(limits), limits] as const))('is run along: %s', async (_name, limits) => {
    const { ratio, refusedShare, callsPerAttachment } = await ours(N, limits)
    expect(ratio).toBeLessThan(1.25)
    expect(refusedShare).toBeLessThan(0.06)
    expect(callsPerAttachment).toBeLessThan(2.7)
  })

  it('is found again when it moves', async () => {
    const { ratio } = await ours(N, {
      ratePerSecond: 10,
      atOncePerCen: 5,
      cens: 1,
      attachMs: 10_000,
      moves: { atOncePerCen: 20 },
    })
    expect(ratio).toBeLessThan(1.35)
  })

  it('is found on every CEN soon after the first, where it moves on all of them', async () => {
    const { ratio } = await ours(500, {
      ratePerSecond: 50,
      atOncePerCen: 1,
      cens: 5,
      attachMs: 2_000,
      moves: { atOncePerCen: 5 },
    })
    expect(ratio).toBeLessThan(1.25)
  })

  it.each([
    [2, 1.4, 2.8],
    [4, 1.6, 3.1],
  ])(
    'is shared by %i processes that do not talk, and what comes from another is read in pages',
    async (workers, most, calls) => {
      const limits = { ratePerSecond: 10, atOncePerCen: 20, cens: 5, attachMs: 10_000 }
      const { ratio, callsPerAttachment } = await ours(1_000, limits, { workers, latencyMs: 18 })
      expect(ratio).toBeLessThan(most)
      expect(callsPerAttachment).toBeLessThan(calls)
    },
  )

  it('is what the pattern that people use today runs into, in the same emulator', async () => {
    const limits: ProviderLimits = { ratePerSecond: 3, atOncePerCen: 5, cens: 1, attachMs: 11_000 }
    const { refusedShare } = await terraformPattern(50, limits)
    expect(refusedShare).toBeGreaterThan(0.2)
  })
})

describe('the bound', () => {
  it('is what a simple count gives', () => {
    const limits = { ratePerSecond: 10, atOncePerCen: 5, cens: 1, attachMs: 2_000 }
    expect(boundMs(10, { ...limits, atOncePerCen: 10 })).toBe(2_000)
    expect(boundMs(11, { ...limits, atOncePerCen: 20 })).toBe(3_000)
    expect(boundMs(10, limits)).toBe(4_000)
    // Half of 4 s with five places, then ten.
    expect(boundMs(20, { ...limits, moves: { atOncePerCen: 10 } })).toBe(6_000)
  })

  it('is never below what rate and places ask for alone, and not far above', () => {
    for (const { moves: _, ...limits } of LIMITS_GRID) {
      const least = constantBoundMs(500, limits)
      expect(boundMs(500, limits)).toBeGreaterThanOrEqual(least)
      expect(boundMs(500, limits)).toBeLessThanOrEqual(least + limits.attachMs + 1_000)
    }
  })
})
