import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budget, figure } from '../support/budget.js'
import { conserveRouted, type RoutedScenario, routedScenarios } from '../support/sim/enterprise-scenarios.js'

describe('conservation on Enterprise Edition', () => {
  it('every message ends attached and routed, or dead-lettered, with one final result, under any plan of faults', async () => {
    let tried = 0
    const keeps = fc.asyncProperty(routedScenarios, async (plan) => {
      tried += 1
      const breaches = await conserveRouted(plan)
      if (breaches.length > 0) throw new Error(`${breaches.join('\n')}\npaste: conserveRouted(${JSON.stringify(plan)})`)
    })
    await fc.assert(keeps, { numRuns: budget({ quick: 60, full: 1_000 }) })
    figure('fault plans tried on Enterprise Edition (simulated)', tried)
  }, 1_800_000)

  /** Plans that failed before, as printed. */
  const regressions: [string, RoutedScenario][] = [
    [
      'a CEN that takes one change at once, two workers, three copies',
      {
        seed: 0,
        requests: [1, 3, 1, 1].map((copies, index) => ({ type: index === 2 ? 'vbr' : 'vpc', ask: 'plain', copies })),
        router: 'there',
        atOnce: [1],
        faults: [],
        refusals: { publish: 0, deadLetter: 0, retry: 2, complete: 0 },
        workers: 2,
      },
    ],
    [
      'two requests of one network, old ones, of which one writes a route that the other has just written',
      {
        seed: -202045390,
        requests: [3, 2, 2, 2, 1].map((copies) => ({ type: 'vpc', ask: 'plain', copies })),
        router: 'absent',
        atOnce: [1, 1, 4, 1],
        faults: [
          { action: 'AssociateTransitRouterAttachmentWithRouteTable', nth: 7, times: 1, fault: { ignored: true } },
          {
            action: 'ListTransitRouterVpcAttachments',
            nth: 7,
            times: 2,
            fault: { code: 'Throttling.User', retryAfterMs: 3_283 },
          },
          { action: 'EnableTransitRouterRouteTablePropagation', nth: 5, times: 4, fault: { ignored: true } },
        ],
        refusals: { publish: 2, deadLetter: 0, retry: 0, complete: 2 },
        workers: 1,
      },
    ],
  ]
  it.each(regressions)('holds for a plan that failed before: %s', async (_name, plan) => {
    expect(await conserveRouted(plan)).toEqual([])
  })
})
