/**
 * Answers of Enterprise Edition that are not whole: a field that is missing or of another type, an unknown status, a
 * list that is huge or never ends, entries that were not asked for, no list at all. Nothing in them is a lie, so that no
 * request may end otherwise than by what is true.
 */
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Body, RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import { budget, figure } from '../support/budget.js'
import { gapsOf, strayWrites, untrueOf } from '../support/sim/enterprise-invariants.js'
import { HOSTILE_ENTRIES, type Mangling, mangle } from '../support/sim/hostile-entries.js'
import { createSim, request, seeded } from '../support/sim/sim.js'

const REGION = { cenId: 'cen-one', childInstanceRegionId: 'cn-hangzhou' }
const BODIES = [
  { childInstanceId: 'vpc-a' },
  {
    childInstanceId: 'vpc-b',
    zoneMappings: [{ zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-b-h' }],
    associationRouteTableId: 'vtb-named',
  },
  { childInstanceId: 'vpc-there', vpcRoutes: ['10.8.0.0/16'] },
  { childInstanceId: 'vbr-a' },
].map((fields) => request({ ...REGION, ...fields }))

const WORLD = {
  editions: { default: 'Enterprise' },
  cens: [
    {
      cenId: 'cen-one',
      transitRouters: [{ regionId: 'cn-hangzhou', routeTables: [{ routeTableId: 'vtb-named' }] }],
    },
  ],
  childInstances: ['vpc-there', 'vpc-foreign'].map((childInstanceId) => ({ childInstanceId, regionId: 'cn-hangzhou' })),
  attached: [
    { cenId: 'cen-one', childInstanceId: 'vpc-there', vpcRoutes: 'none', propagationRouteTableIds: 'none' },
    { cenId: 'cen-two', childInstanceId: 'vpc-foreign' },
  ],
}

const MANGLING: fc.Arbitrary<Mangling> = fc.record({
  action: fc.constantFrom(...(Object.keys(HOSTILE_ENTRIES) as Mangling['action'][])),
  nth: fc.integer({ min: 1, max: 6 }),
  times: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(1e9)),
  how: fc.constantFrom('drop', 'drop', 'junk', 'junk', 'status', 'foreign', 'endless', 'huge', 'body', 'no-list'),
  place: fc.nat({ max: 200 }),
  junk: fc.oneof(fc.constantFrom(null, 0, -1, '', {}, true, 1e15), fc.jsonValue({ maxDepth: 2 })),
})
const PLAN = fc.record({ manglings: fc.array(MANGLING, { minLength: 1, maxLength: 8 }), seed: fc.nat() })
type Plan = typeof PLAN extends fc.Arbitrary<infer T> ? T : never

async function breachesOf({ manglings, seed }: Plan): Promise<string[]> {
  const breaches: string[] = []
  const seen = manglings.map(() => 0)
  const between =
    (call: RpcCall): RpcCall =>
    async (action, query, limits) => {
      const answer = await call(action, query, limits)
      const due = manglings.filter((one, index) => {
        if (one.action !== action) return false
        seen[index] = (seen[index] ?? 0) + 1
        return (seen[index] ?? 0) >= one.nth && (seen[index] ?? 0) < one.nth + one.times
      })
      if (!answer.ok) return answer
      return { ok: true, value: due.reduce((body: Body, one) => mangle(body, one, query), answer.value) }
    }
  const sim = createSim({
    world: WORLD,
    between,
    random: seeded(seed),
    ttlMs: 1_800_000,
    onResult: (result) => breaches.push(...untrueOf(result, sim.emulator.world, BODIES, sim.clock.now())),
  })
  for (const body of BODIES) sim.queue.send(body)
  await sim.run({ forMs: 2 * 3_600_000 })
  const nowMs = sim.clock.now()
  breaches.push(...strayWrites(sim.emulator, BODIES, nowMs, { mostSent: 12 }))
  breaches.push(
    ...sim.lines.filter(({ event }) => event === 'message:crashed').map(({ fields }) => `crashed: ${fields.error}`),
  )
  if (sim.queue.size() > 0) breaches.push(`${sim.queue.size()} messages are left`)
  const passes = manglings.every(({ times }) => times < 1e9)
  for (const { data } of sim.results)
    if (data.outcome !== 'attached' && (passes || data.error?.code !== 'RequestExpired'))
      breaches.push(`${data.attachment.childInstanceId} ended as ${data.error?.code}: ${data.error?.message}`)
  if (passes)
    for (const body of BODIES)
      breaches.push(...gapsOf(sim.emulator.world, body, nowMs).map((gap) => `at the end ${gap}`))
  return breaches
}

describe('under answers of Enterprise Edition that are not whole', () => {
  it('nothing is written that was not asked for, and every request ends by what is true', async () => {
    let tried = 0
    await fc.assert(
      fc.asyncProperty(PLAN, async (plan) => {
        tried += 1
        const breaches = await breachesOf(plan)
        if (breaches.length > 0) throw new Error(`${breaches.join('\n')}\nplan: ${JSON.stringify(plan)}`)
      }),
      { numRuns: budget({ quick: 60, full: 1_500 }) },
    )
    figure('plans of answers that are not whole, on Enterprise Edition (simulated)', tried)
  }, 1_800_000)
})
