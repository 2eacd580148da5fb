/** Plans of faults as fast-check draws them, and as they can be pasted: `conserve({ … })`. */
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

/** Faults that pass: they strike some calls and leave the truth as it is. */
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
/** Answers that are final for a child: they are the truth of the CEN, so every attach of that child meets them. */
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
/** The first entry that matches strikes: what is true of a child comes before what passes. */
const faultList = fc
  .tuple(fc.array(lastingEntry, { maxLength: 3 }), fc.array(passingEntry, { maxLength: 6 }))
  .map(([truth, trouble]): FaultPlanEntry[] => [...truth, ...trouble] as FaultPlanEntry[])

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

/** Runs a plan to idle on the virtual clock; resolves to every breach of i–v, and what was not told. */
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
    // Each fault may cost one more; so may each copy and each refusal, where the state said absent meanwhile.
    mostAttaches: 4 + struck + 3 + Object.values(plan.refusals).reduce((sum: number, count) => sum + (count ?? 0), 0),
  })
  return [...breaches, ...untold(sim)]
}

/** Every receipt has one event, and every call is told of with one of them. */
function untold({ deliveries, queue, tally }: ReturnType<typeof createSim>): string[] {
  const names = new Set(deliveries.map(({ messageId, receiveCount }) => `${messageId}#${receiveCount}`))
  const calls = deliveries.reduce((sum, { apiCalls }) => sum + apiCalls, 0)
  return [
    ...(names.size === queue.receives() && deliveries.length === names.size
      ? []
      : [`${queue.receives()} receipts have ${deliveries.length} events, of ${names.size} of them`]),
    ...(calls === tally.calls ? [] : [`${tally.calls} calls were made, and ${calls} are told of`]),
  ]
}
