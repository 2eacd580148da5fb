/** Figures of Enterprise Edition that must not get worse and do not depend on the machine. */
import { describe, expect, it } from 'vitest'
import { enterprise, enterpriseBoundMs } from '../../bench/simulation/enterprise.js'

describe('the bound of Enterprise Edition', () => {
  const job = (attachMs: number) => ({ attachMs, linkMs: [1_000, 1_000], routesMs: 500 })

  it('is that of list scheduling: each VPC when a slot is free, and its routes without a slot', () => {
    expect(enterpriseBoundMs([job(8_000)], 1)).toBe(10_500)
    expect(enterpriseBoundMs([job(8_000), job(3_000)], 1)).toBe(15_500)
    expect(enterpriseBoundMs([job(8_000), job(3_000), job(1_000)], 2)).toBe(10_500)
  })
})

describe('an Enterprise Edition router whose limit the worker does not know', () => {
  it.each([[5, 30]])('is used to within a quarter of the bound at %i at once', async (atOnce, n) => {
    const figures = await enterprise({
      n,
      atOnce,
      attachMs: [60_000, 240_000],
      associateMs: [1_000, 5_000],
      routeMs: [1_000, 5_000],
      seed: 1,
    })
    expect(figures.ratio).toBeLessThan(1.25)
    expect(figures.refusedShare).toBeLessThan(0.05)
    expect(figures.writesPerVpc).toBe(6)
    expect(figures.mostReceives).toBeLessThan(500)
  })
})
