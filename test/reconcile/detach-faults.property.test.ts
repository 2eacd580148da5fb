/** Detaches under faults: a worker that dies between any two calls, duplicates, two workers, transient faults. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import type { FaultPlanEntry } from '../../lib/emulator/world/fault-plan.js'
import { budget } from '../support/budget.js'
import { detach, detachSim, ENTERPRISE, OWNER, VPC } from '../support/sim/detach.js'
import { type SimOptions, seeded } from '../support/sim/sim.js'

const BYSTANDER = 'vpc-other'
const DETACH_MS = 5_000
const WORLD = {
  attached: [VPC, BYSTANDER].map((childInstanceId) => ({ cenId: 'cen-one', childInstanceId })),
  childInstances: [{ childInstanceId: VPC, ownerId: OWNER }],
  roles: [{ roleName: 'grantor', accountId: OWNER }],
  limits: { detachMs: DETACH_MS },
}
const ROUTING = [
  'DeleteCenChildInstanceRouteEntryToAttachment',
  'DisableTransitRouterRouteTablePropagation',
  'DissociateTransitRouterAttachmentFromRouteTable',
]
/** The plan of each edition: every write, with what tells one from another. */
const EDITIONS = {
  basic: { world: WORLD, plan: ['DetachCenChildInstance ', 'RevokeInstanceFromCen '] },
  enterprise: {
    world: { ...ENTERPRISE, ...WORLD },
    plan: [
      ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((cidr) => `${ROUTING[0]} ${cidr}`),
      `${ROUTING[1]} `,
      `${ROUTING[2]} `,
      'DeleteTransitRouterVpcAttachment ',
      'RevokeInstanceFromTransitRouter ',
    ],
  },
} as const
type Edition = keyof typeof EDITIONS

const BODY = detach({ childInstanceOwnerId: OWNER, revokeGrant: true })
const READS = /^(?:Describe|List|Get|Check|AssumeRole)/

const simOf = (edition: Edition, { world, ...options }: SimOptions = {}) =>
  detachSim({ grantRole: 'grantor', quiet: true, ...options, world: { ...EDITIONS[edition].world, ...world } })
type Sim = ReturnType<typeof simOf>

/** What is wrong: an outcome that is not reported under one id, a write beyond the plan, a step that was left out, harm to others. */
function breachesOf(sim: Sim, edition: Edition): string[] {
  const breaches: string[] = []
  const { journal, world } = sim.emulator
  const nowMs = sim.clock.now()
  const final = sim.results.filter(({ data }) => data.outcome !== 'grant-required')
  if (new Set(final.map(({ id }) => id)).size !== 1 || final.some(({ data }) => data.outcome !== 'detached'))
    breaches.push(`reported ${final.map(({ data }) => `${data.outcome} ${data.error?.code ?? ''}`)}`)
  const effective = journal.filter(
    ({ action, code, fault }) => !READS.test(action) && code === 'OK' && !(fault && 'code' in fault),
  )
  const writes = effective.map(({ action, parameters }) => `${action} ${parameters.DestinationCidrBlock ?? ''}`)
  const { plan } = EDITIONS[edition]
  for (const write of new Set(writes))
    if (!(plan as readonly string[]).includes(write)) breaches.push(`beyond the plan: ${write}`)
  for (const step of plan) if (!writes.includes(step)) breaches.push(`not done: ${step}`)
  // A call that is repeated with its token is one call; a revoke has no token, and taking back nothing changes nothing.
  const once = new Set(
    effective.map(
      ({ action, parameters: { DestinationCidrBlock: cidr, ClientToken: token } }, index) =>
        `${action} ${cidr ?? ''} ${token ?? index}`,
    ),
  )
  for (const step of plan.filter((one) => !one.startsWith('Revoke')))
    if ([...once].filter((one) => one.startsWith(`${step} `)).length > 1) breaches.push(`twice: ${step}`)
  const sentMs = Math.min(
    ...effective.flatMap(({ action, atMs }) => (/^De(?:tach|leteTransit)/.test(action) ? [atMs] : [])),
  )
  if (sim.published.some(({ atMs }) => atMs < sentMs + DETACH_MS)) breaches.push('reported before it was gone')
  if (
    effective.some(
      ({ parameters }) =>
        parameters.Force !== undefined || Object.values(parameters).some((value) => value.includes(BYSTANDER)),
    )
  )
    breaches.push('a write forces, or names another network')
  const { records } = world.enterprise
  const left = [...world.records(nowMs), ...records.attachments.all(nowMs)].map(
    ({ childInstanceId }) => childInstanceId,
  )
  if (left.join() !== BYSTANDER) breaches.push(`attached at the end: ${left}`)
  const kept = edition === 'basic' ? [0, 0, 0] : [3, 1, 1]
  const there = [records.networkRoutes, records.propagations, records.associations].map((one) => one.all(nowMs).length)
  if (there.join() !== kept.join())
    breaches.push(`routes, propagations and associations of the other network: ${there}`)
  if (sim.queue.size() > 0) breaches.push(`${sim.queue.size()} messages are left`)
  return breaches
}

/** The first process hangs for ever at its call `k`: before it is sent, or before its answer arrives. */
function dying(k: number, moment: 'before' | 'after') {
  let [processes, calls, died] = [0, 0, false]
  const between = (call: RpcCall): RpcCall => {
    processes += 1
    if (processes > 1) return call
    return async (...args) => {
      calls += 1
      if (calls < k) return call(...args)
      if (moment === 'after' && calls === k) await call(...args)
      died = true
      return new Promise<never>(() => undefined)
    }
  }
  return { between, died: () => died }
}

describe.each(Object.keys(EDITIONS) as Edition[])('a detach on %s Edition', (edition) => {
  it.each(['before', 'after'] as const)(
    'whose worker dies %s any of its calls is finished by the next one',
    async (moment) => {
      const breaches: string[] = []
      const stride = budget({ quick: 3, full: 1 })
      let k = 1 - stride
      for (let isOver = false; !isOver; ) {
        k += stride
        const death = dying(k, moment)
        const sim = simOf(edition, { between: death.between })
        sim.queue.send(BODY)
        await sim.run({ done: () => death.died() || sim.queue.size() === 0 })
        isOver = !death.died()
        sim.restart()
        await sim.run()
        breaches.push(...breachesOf(sim, edition).map((breach) => `${moment} call ${k}: ${breach}`))
      }
      expect(breaches).toEqual([])
      expect(k).toBeGreaterThan(edition === 'basic' ? 5 : 20)
    },
    120_000,
  )

  it('under transient faults, with duplicates and two workers is gone once and reported under one id', async () => {
    const passing = fc.oneof(
      fc
        .constantFrom(
          'Operation.Blocking',
          'IncorrectStatus.Vpc',
          'IncorrectStatus.Status',
          'TokenProcessing',
          'InternalError',
          'Brand.New',
        )
        .map((code) => ({ code })),
      fc.record({ code: fc.constant('Throttling.User'), retryAfterMs: fc.integer({ min: 1, max: 5_000 }) }),
      fc.constantFrom('before', 'after').map((reset) => ({ reset })),
      fc.constantFrom('before', 'after').map((silence) => ({ silence })),
      fc.constant({ html: 503 }),
      fc.record({ delayMs: fc.integer({ min: 1, max: 20_000 }) }),
    )
    const actions = [...new Set(EDITIONS[edition].plan.map((step) => step.split(' ')[0] ?? ''))]
    const entry = fc.record({
      action: fc.constantFrom('*', ...actions, 'ListTransitRouters', 'DescribeGrantRulesToCen'),
      nth: fc.integer({ min: 1, max: 6 }),
      times: fc.integer({ min: 1, max: 3 }),
      fault: passing,
    })
    const plans = fc.record({
      seed: fc.integer(),
      copies: fc.integer({ min: 1, max: 3 }),
      workers: fc.integer({ min: 1, max: 2 }),
      faults: fc.array(entry, { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(plans, async ({ seed, copies, workers, faults }) => {
        const sim = simOf(edition, { random: seeded(seed), world: { faults: faults as FaultPlanEntry[] } })
        sim.queue.send(BODY, { copies })
        await sim.run({ workers, forMs: 30 * 3_600_000 })
        expect(breachesOf(sim, edition)).toEqual([])
      }),
      { numRuns: budget({ quick: 25, full: 400 }) },
    )
  }, 240_000)
})
