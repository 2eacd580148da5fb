/** Figures that must not get worse and do not depend on the machine: makespan by bound, refused calls, calls per attachment. */
import { describe, expect, it } from 'vitest'
import { boundMs, constantBoundMs } from '../../bench/simulation/bound.js'
import { ours, oursDetaching, terraformPattern } from '../../bench/simulation/campaign.js'
import { LIMITS_GRID, limitsName, type ProviderLimits } from '../../bench/simulation/limits.js'

const N = 200
const LIMITS: ProviderLimits[] = [
  { ratePerSecond: 3, atOncePerCen: 5, cens: 1, attachMs: 11_000 },
  { ratePerSecond: 10, atOncePerCen: 20, cens: 1, attachMs: 11_000 },
  { ratePerSecond: 10, atOncePerCen: 5, cens: 5, attachMs: 29_000 },
  { ratePerSecond: 10, atOncePerCen: 20, cens: 5, attachMs: 2_000 },
  { ratePerSecond: 50, atOncePerCen: 1, cens: 5, attachMs: 11_000 },
]

describe('limits that the worker does not know', () => {
  it.each(LIMITS.map((limits) => [limitsName(limits), limits] as const))(
    'are used to within a quarter of the bound: %s',
    async (_name, limits) => {
      const { ratio, refusedShare, callsPerAttachment } = await ours(N, limits)
      expect(ratio).toBeLessThan(1.25)
      expect(refusedShare).toBeLessThan(0.06)
      expect(callsPerAttachment).toBeLessThan(2.7)
    },
  )

  it.each(LIMITS.slice(0, 2).map((limits) => [limitsName(limits), limits] as const))(
    'are used to within a quarter of the bound by detaches, too: %s',
    async (_name, limits) => {
      const { ratio, refusedShare } = await oursDetaching(N, limits)
      expect(ratio).toBeLessThan(1.25)
      expect(refusedShare).toBeLessThan(0.06)
    },
  )

  it('are learnt again when they change', async () => {
    const { ratio } = await ours(N, {
      ratePerSecond: 10,
      atOncePerCen: 5,
      cens: 1,
      attachMs: 10_000,
      moves: { atOncePerCen: 20 },
    })
    expect(ratio).toBeLessThan(1.35)
  })

  it('are learnt on every CEN soon after the first, if they change on all of them', async () => {
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
    'are shared by %i processes without coordination, which read the states of others in pages',
    async (workers, maxRatio, maxCalls) => {
      const limits = { ratePerSecond: 10, atOncePerCen: 20, cens: 5, attachMs: 10_000 }
      const { ratio, callsPerAttachment } = await ours(1_000, limits, { workers, latencyMs: 18 })
      expect(ratio).toBeLessThan(maxRatio)
      expect(callsPerAttachment).toBeLessThan(maxCalls)
    },
  )

  it('refuse a fifth of the calls of the Terraform pattern in the same emulator', async () => {
    const limits: ProviderLimits = { ratePerSecond: 3, atOncePerCen: 5, cens: 1, attachMs: 11_000 }
    const { refusedShare } = await terraformPattern(50, limits)
    expect(refusedShare).toBeGreaterThan(0.2)
  })
})

describe('the bound', () => {
  it('agrees with simple counts', () => {
    const limits = { ratePerSecond: 10, atOncePerCen: 5, cens: 1, attachMs: 2_000 }
    expect(boundMs(10, { ...limits, atOncePerCen: 10 })).toBe(2_000)
    expect(boundMs(11, { ...limits, atOncePerCen: 20 })).toBe(3_000)
    expect(boundMs(10, limits)).toBe(4_000)
    // 2 s with five at once, then ten at once.
    expect(boundMs(20, { ...limits, moves: { atOncePerCen: 10 } })).toBe(6_000)
  })

  it('is at least the bound by rate or concurrency alone, and at most one attachment and a second above', () => {
    for (const { moves: _, ...limits } of LIMITS_GRID) {
      const least = constantBoundMs(500, limits)
      expect(boundMs(500, limits)).toBeGreaterThanOrEqual(least)
      expect(boundMs(500, limits)).toBeLessThanOrEqual(least + limits.attachMs + 1_000)
    }
  })
})
