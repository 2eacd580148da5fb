/** Random plans of faults on Enterprise Edition; a printed plan can be run again: `conserveRouted({ … })`. */
import fc from 'fast-check'
import type { FaultPlanEntry } from '../../../lib/emulator/world/fault-plan.js'
import { strayWrites, untrueOf } from './enterprise-invariants.js'
import { unreported } from './fault-scenarios.js'
import { breachesOf } from './invariants.js'
import { createSim, type SimOptions, seeded } from './sim.js'

/** What a request asks for besides its six fields. */
const ASKS = {
  plain: {},
  named: { associationRouteTableId: 'vtb-named', propagationRouteTableIds: ['vtb-named', 'vtb-other'] },
  list: { vpcRoutes: ['10.8.0.0/16', '10.9.0.0/16'] },
  published: { vpcRoutes: 'published' },
  none: { associationRouteTableId: 'none', propagationRouteTableIds: 'none', vpcRoutes: 'none' },
} as const

export interface RoutedScenario {
  readonly seed: number
  readonly requests: readonly {
    readonly type: 'vpc' | 'vbr'
    readonly ask: keyof typeof ASKS
    readonly copies: number
  }[]
  /** The transit router at the start; `upgraded`: a Basic one becomes an Enterprise one meanwhile. */
  readonly router: 'there' | 'absent' | 'upgraded'
  /** The limits of the CEN, which move while the requests run. */
  readonly atOnce: readonly number[]
  readonly faults: readonly FaultPlanEntry[]
  readonly refusals: NonNullable<SimOptions['refusals']>
  readonly workers: number
}

const CREATE = 'CreateTransitRouterVpcAttachment'
const ROUTE = 'CreateCenChildInstanceRouteEntryToAttachment'
const WRITES = [
  CREATE,
  ROUTE,
  'CreateTransitRouter',
  'CreateTransitRouterVbrAttachment',
  'AssociateTransitRouterAttachmentWithRouteTable',
  'EnableTransitRouterRouteTablePropagation',
] as const
const READS = [
  'ListTransitRouters',
  'ListTransitRouterAvailableResource',
  'ListTransitRouterRouteTables',
  'ListTransitRouterVpcAttachments',
  'ListTransitRouterVbrAttachments',
  'ListTransitRouterRouteTableAssociations',
  'ListTransitRouterRouteTablePropagations',
  'DescribeVSwitches',
  'DescribeRouteTableList',
  'DescribeRouteEntryList',
] as const

/** They strike some calls and do not change the state. */
const passing = fc.oneof(
  fc
    .constantFrom(
      'Operation.Blocking',
      'IncorrectStatus.Status',
      'IncorrectStatus.VpcRouteTable',
      'IncorrectStatus.TransitRouter',
      'TokenProcessing',
      'InternalError',
      'Brand.New',
    )
    .map((code) => ({ code })),
  fc.record({ code: fc.constant('Throttling.User'), retryAfterMs: fc.integer({ min: 1, max: 5_000 }) }),
  fc.constantFrom('before', 'after').map((reset) => ({ reset })),
  fc.constantFrom('before', 'after').map((silence) => ({ silence })),
  fc.constantFrom(500, 502, 503).map((html) => ({ html })),
  fc.record({ delayMs: fc.integer({ min: 1, max: 20_000 }) }),
)
const strikes = { nth: fc.integer({ min: 1, max: 10 }), times: fc.integer({ min: 1, max: 4 }) }
const passingEntry = fc.record({ action: fc.constantFrom(...WRITES, ...READS, '*'), ...strikes, fault: passing })
/** A 200 that does nothing. */
const ignoredEntry = fc.record({
  action: fc.constantFrom(...WRITES),
  ...strikes,
  fault: fc.constant({ ignored: true as const }),
})
/** Final answers: every call for that network gets them. */
const FINAL = ['InsufficientIpAddr.vsw', 'QuotaExceeded.CenQuotaVpcAttachPerTransitRouter', 'InvalidParameter']
const lastingEntry = fc
  .record({ index: fc.nat({ max: 5 }), code: fc.constantFrom(...FINAL) })
  .map(({ index, code }) => ({ action: CREATE, match: { VpcId: `vpc-plan-${index}` }, fault: { code } }))

export const routedScenarios: fc.Arbitrary<RoutedScenario> = fc.record({
  seed: fc.integer(),
  requests: fc.array(
    fc.record({
      type: fc.constantFrom('vpc', 'vpc', 'vpc', 'vbr'),
      ask: fc.constantFrom(...(Object.keys(ASKS) as (keyof typeof ASKS)[])),
      copies: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  router: fc.constantFrom('there', 'there', 'absent', 'upgraded'),
  atOnce: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }),
  // The first matching entry strikes, so lasting faults come before transient ones.
  faults: fc
    .tuple(
      fc.array(lastingEntry, { maxLength: 2 }),
      fc.array(fc.oneof(passingEntry, passingEntry, ignoredEntry), { maxLength: 6 }),
    )
    .map(([last, passes]): FaultPlanEntry[] => [...last, ...passes] as FaultPlanEntry[]),
  refusals: fc.record({
    publish: fc.nat({ max: 4 }),
    deadLetter: fc.nat({ max: 3 }),
    retry: fc.nat({ max: 4 }),
    complete: fc.nat({ max: 3 }),
  }),
  workers: fc.integer({ min: 1, max: 2 }),
})

/** Named tables are of a router that exists; what is for Enterprise Edition does not fit a Basic one. */
function bodiesOf({ requests, router }: RoutedScenario): string[] {
  return requests.map(({ type, ask }, index) => {
    const { vpcRoutes, ...links } = { vpcRoutes: undefined, ...ASKS[router === 'there' ? ask : 'plain'] }
    return JSON.stringify({
      cenId: 'cen-plan',
      childInstanceId: `${type}-plan-${index}`,
      childInstanceRegionId: 'cn-hangzhou',
      ...links,
      ...(type === 'vpc' && { vpcRoutes }),
    })
  })
}

const ROUTERS = {
  there: { routeTables: [{ routeTableId: 'vtb-named' }, { routeTableId: 'vtb-other' }] },
  absent: { type: 'None' },
  upgraded: { type: 'Basic', enterpriseAfterMs: 20_000 },
} as const

function worldOf({ atOnce: [first, ...later], router, faults }: RoutedScenario): object {
  const moves = later.map((attachesAtOnce, index) => ({ afterMs: (index + 1) * 30_000, attachesAtOnce }))
  return {
    editions: { default: 'Enterprise' },
    cens: [{ cenId: 'cen-plan', transitRouters: [{ regionId: 'cn-hangzhou', ...ROUTERS[router] }] }],
    limits: {
      attachMs: 3_000,
      enterpriseAttachMs: [5_000, 60_000],
      associateMs: [300, 4_000],
      routeMs: [200, 3_000],
      attachesAtOnce: first,
      ...(moves.length > 0 && { moves }),
    },
    // The emulator does not take a Basic attachment over into the upgraded router, so that its refusal would be a second outcome.
    faults: router === 'upgraded' ? faults.filter(({ match }) => match === undefined) : faults,
  }
}

/** Runs a plan until the queue is empty; resolves to every breach. */
export async function conserveRouted(plan: RoutedScenario): Promise<string[]> {
  const bodies = bodiesOf(plan)
  const breaches: string[] = []
  const sim = createSim({
    world: worldOf(plan),
    refusals: { ...plan.refusals },
    random: seeded(plan.seed),
    onResult: (result) =>
      breaches.push(...untrueOf(result, sim.emulator.world, bodies, sim.clock.now()), ...mistakesOf(result, plan)),
  })
  for (const [index, { copies }] of plan.requests.entries()) sim.queue.send(bodies[index] ?? '', { copies })
  await sim.run({ workers: plan.workers, forMs: 30 * 3_600_000 })
  const struck = plan.faults.reduce((sum, { times = 1 }) => sum + times, 0)
  const refused = Object.values(plan.refusals).reduce((sum: number, count) => sum + (count ?? 0), 0)
  // Each fault, copy and refusal may cost one more, if the state was read as absent meanwhile.
  const mostSent = 4 + struck + 3 + refused
  const nowMs = sim.clock.now()
  breaches.push(
    ...breachesOf({
      bodies,
      results: sim.results,
      deadLetters: sim.queue.deadLetters,
      journal: sim.emulator.journal,
      records: sim.emulator.world.records(nowMs),
      left: sim.queue.size(),
      mostAttaches: mostSent,
    }),
    ...strayWrites(sim.emulator, bodies, nowMs, { mostSent }),
    ...sim.lines.filter(({ event }) => event === 'message:crashed').map(({ fields }) => `crashed: ${fields.error}`),
    ...unreported(sim),
  )
  return breaches
}

/** A failure that the plan has no reason for. */
function mistakesOf(
  { data: { outcome, error, attachment } }: ReturnType<typeof createSim>['results'][number],
  { faults }: RoutedScenario,
): string[] {
  if (outcome === 'attached') return []
  const final = faults.filter(({ match }) => match?.VpcId === attachment.childInstanceId)
  if (final.some(({ fault }) => 'code' in fault && fault.code === error?.code)) return []
  return [`${attachment.childInstanceId} ended as ${outcome}: ${error?.code}: ${error?.message}`]
}
