/** Random plans of faults for fast-check; a printed plan can be run again: `conserve({ … })`. */
import fc from 'fast-check'
import type { FaultPlanEntry } from '../../../lib/emulator/world/fault-plan.js'
import { breachesOf } from './invariants.js'
import { createSim, type SimOptions, seeded } from './sim.js'

export interface FaultScenario {
  readonly seed: number
  /** For each request: the CEN that it goes to, and how often its message is on the queue. */
  readonly requests: readonly { readonly cen: number; readonly copies: number }[]
  readonly faults: readonly FaultPlanEntry[]
  readonly refusals: NonNullable<SimOptions['refusals']>
  readonly workers: number
}

const ATTACH = 'AttachCenChildInstance'
const READS = ['DescribeCenAttachedChildInstanceAttribute', 'DescribeCenAttachedChildInstances'] as const

/** Transient faults: they strike some calls and do not change the state of the CEN. */
const passing = fc.oneof(
  fc
    .constantFrom(
      'Operation.Blocking',
      'IncorrectStatus.VpcSwitch',
      'IncorrectStatus.TransitRouter',
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
/** Final answers: every attach of that child instance gets them. */
const lasting = fc.constantFrom('Bid.NotFound', 'OperationFailed.InvalidTransitRouter', 'InvalidParameter')

const passingEntry = fc.record({
  action: fc.constantFrom(ATTACH, ...READS, '*'),
  nth: fc.integer({ min: 1, max: 12 }),
  times: fc.integer({ min: 1, max: 4 }),
  fault: passing,
})
const lastingEntry = fc
  .record({ child: fc.nat({ max: 11 }), code: lasting })
  .map(({ child, code }) => ({ action: ATTACH, match: { ChildInstanceId: `vpc-plan-${child}` }, fault: { code } }))
/** The first matching entry strikes, so lasting faults come before transient ones. */
const faultList = fc
  .tuple(fc.array(lastingEntry, { maxLength: 3 }), fc.array(passingEntry, { maxLength: 6 }))
  .map(([last, passes]): FaultPlanEntry[] => [...last, ...passes] as FaultPlanEntry[])

export const faultScenarios: fc.Arbitrary<FaultScenario> = fc.record({
  seed: fc.integer(),
  requests: fc.array(fc.record({ cen: fc.nat({ max: 2 }), copies: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  }),
  faults: faultList,
  refusals: fc.record({
    publish: fc.nat({ max: 5 }),
    deadLetter: fc.nat({ max: 3 }),
    retry: fc.nat({ max: 5 }),
    complete: fc.nat({ max: 3 }),
  }),
  workers: fc.integer({ min: 1, max: 2 }),
})

const bodyOf = (index: number, cen: number): string =>
  JSON.stringify({ cenId: `cen-${cen}`, childInstanceId: `vpc-plan-${index}`, childInstanceRegionId: 'cn-hangzhou' })

/** Runs a plan until the queue is empty; resolves to every breach of the invariants i–v and every delivery that was not reported. */
export async function conserve(plan: FaultScenario): Promise<string[]> {
  const random = seeded(plan.seed)
  const sim = createSim({
    world: { limits: { attachMs: 3_000 }, faults: plan.faults },
    refusals: { ...plan.refusals },
    random,
  })
  const bodies = plan.requests.map(({ cen }, index) => bodyOf(index, cen))
  for (const [index, { copies }] of plan.requests.entries()) sim.queue.send(bodies[index] ?? '', { copies })
  await sim.run({ workers: plan.workers, forMs: 30 * 3_600_000 })
  const struck = plan.faults.reduce((sum, { times = 1 }) => sum + times, 0)
  const breaches = breachesOf({
    bodies,
    results: sim.results,
    deadLetters: sim.queue.deadLetters,
    journal: sim.emulator.journal,
    records: sim.emulator.world.records(sim.clock.now()),
    left: sim.queue.size(),
    // Each fault, copy and refusal may cost one more, if the state was read as absent meanwhile.
    mostAttaches: 4 + struck + 3 + Object.values(plan.refusals).reduce((sum: number, count) => sum + (count ?? 0), 0),
  })
  return [...breaches, ...unreported(sim)]
}

/** Every delivery has one event, and every call is counted in one of them. */
export function unreported({ deliveries, queue, tally }: ReturnType<typeof createSim>): string[] {
  const names = new Set(deliveries.map(({ messageId, receiveCount }) => `${messageId}#${receiveCount}`))
  const calls = deliveries.reduce((sum, { apiCalls }) => sum + apiCalls, 0)
  return [
    ...(names.size === queue.receives() && deliveries.length === names.size
      ? []
      : [`${queue.receives()} deliveries have ${deliveries.length} events, for ${names.size} of them`]),
    ...(calls === tally.calls ? [] : [`${tally.calls} calls were made, and ${calls} are reported`]),
  ]
}
