import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budget, figure } from '../support/budget.js'
import { conserve, type FaultScenario, faultScenarios } from '../support/sim/fault-scenarios.js'

describe('conservation', () => {
  it('every message ends attached or dead-lettered, with one final result, under any plan of faults', async () => {
    let tried = 0
    let copies = 0
    const keeps = fc.asyncProperty(faultScenarios, async (plan) => {
      tried += 1
      copies += plan.requests.reduce((sum, request) => sum + request.copies - 1, 0)
      const breaches = await conserve(plan)
      if (breaches.length > 0) throw new Error(`${breaches.join('\n')}\npaste: conserve(${JSON.stringify(plan)})`)
    })
    await fc.assert(keeps, { numRuns: budget({ quick: 150, full: 3_000 }) })
    figure('fault plans tried (simulated)', tried)
    figure('duplicate deliveries injected (simulated)', copies)
  }, 900_000)

  /** Plans that failed before, as printed. */
  const regressions: [string, FaultScenario][] = [
    [
      'a decision that changes while the dead-letter queue refuses',
      {
        seed: 0,
        requests: [{ cen: 0, copies: 1 }],
        faults: [{ action: 'AttachCenChildInstance', nth: 1, times: 1, fault: { code: 'Bid.NotFound' } }],
        refusals: { publish: 1, deadLetter: 3, retry: 0, complete: 2 },
        workers: 1,
      },
    ],
  ]
  it.each(regressions)('holds for a plan that failed before: %s', async (_name, plan) => {
    expect(await conserve(plan)).toEqual([])
  })
})
