/** A campaign of n requests under the limits of a simulated provider, on the virtual clock. */
import { DEFAULT_CONCURRENCY } from '../../lib/config/config.js'
import { BOTH_ACTIONS } from '../../test/support/sim/detach.js'
import { createSim } from '../../test/support/sim/sim.js'
import { round } from '../statistics.js'
import { boundMs, movesAfterMs } from './bound.js'
import { type ProviderLimits, worldWithLimits } from './limits.js'
import { applyLikeTerraform } from './terraform-pattern.js'

interface CampaignFigures {
  readonly seconds: number
  /** The makespan divided by the bound. */
  readonly ratio: number
  /** The share of all calls that a limit refused. */
  readonly refusedShare: number
  readonly callsPerAttachment: number
}

export interface SimulatedCampaignOptions {
  readonly workers?: number
  readonly latencyMs?: number
}

const DAY_MS = 86_400_000
/** Enough timer steps for 100,000 requests. */
const MAX_STEPS = 200_000_000
/** The latency of a queue call in runs with many processes or messages, in milliseconds. */
const QUEUE_MS = 10

export const requestBodies = (n: number, cens: number): string[] =>
  Array.from({ length: n }, (_, index) =>
    JSON.stringify({
      cenId: `cen-${index % cens}`,
      childInstanceId: `vpc-${index}`,
      childInstanceRegionId: 'cn-hangzhou',
    }),
  )

/** The worker under constant limits, with a queue of realistic latency. */
export const createLimitedSim = (limits: ProviderLimits) =>
  createSim({
    world: worldWithLimits(limits, 0),
    concurrency: DEFAULT_CONCURRENCY,
    quiet: true,
    mostSteps: MAX_STEPS,
    queueMs: QUEUE_MS,
  })

/** The same networks detached: all are attached at first, and a detach takes as long as an attachment. Rejects as `ours`. */
export async function oursDetaching(
  n: number,
  limits: ProviderLimits,
  { latencyMs = 20 }: SimulatedCampaignOptions = {},
) {
  const bodies = requestBodies(n, limits.cens).map((body) => ({ ...JSON.parse(body), action: 'detach' }))
  const { limits: rates } = worldWithLimits(limits, movesAfterMs(n, limits)) as { limits: object }
  const sim = createSim({
    policy: BOTH_ACTIONS,
    world: {
      limits: { ...rates, detachMs: limits.attachMs },
      attached: bodies.map(({ cenId, childInstanceId }) => ({ cenId, childInstanceId })),
    },
    latencyMs,
    concurrency: DEFAULT_CONCURRENCY,
    quiet: true,
    mostSteps: MAX_STEPS,
  })
  const startedMs = sim.clock.now()
  for (const body of bodies) sim.queue.send(JSON.stringify(body))
  await sim.run({ forMs: DAY_MS, done: () => sim.results.length >= n })
  const detached = sim.results.filter(({ data }) => data.outcome === 'detached').length
  if (detached < n) throw new Error(`only ${detached} of ${n} are detached`)
  const seconds = Math.max(...sim.results.map(({ time }) => Date.parse(time) - startedMs)) / 1_000
  return figuresOf(n, limits, seconds, sim.tally)
}

/** The worker with its own poll loop and core. Rejects if not all are attached within a day. */
export async function ours(n: number, limits: ProviderLimits, options: SimulatedCampaignOptions = {}) {
  const { workers = 1, latencyMs = 20 } = options
  const world = worldWithLimits(limits, movesAfterMs(n, limits))
  // A queue without latency would deliver every message to the process that receives first.
  const queueMs = workers > 1 ? QUEUE_MS : 0
  const sim = createSim({
    world,
    latencyMs,
    concurrency: DEFAULT_CONCURRENCY,
    quiet: true,
    mostSteps: MAX_STEPS,
    queueMs,
  })
  const startedMs = sim.clock.now()
  for (const body of requestBodies(n, limits.cens)) sim.queue.send(body)
  await sim.run({ workers, forMs: DAY_MS, done: () => sim.results.length >= n })
  const attached = sim.results.filter(({ data }) => data.outcome === 'attached').length
  if (attached < n) throw new Error(`only ${attached} of ${n} are attached`)
  const seconds = Math.max(...sim.results.map(({ time }) => Date.parse(time) - startedMs)) / 1_000
  return {
    ...figuresOf(n, limits, seconds, sim.tally),
    receives: sim.queue.receives(),
    mostReceives: sim.queue.mostReceives(),
  }
}

/** The Terraform pattern, against the same emulator. */
export async function terraformPattern(
  n: number,
  limits: ProviderLimits,
  { latencyMs = 20 }: SimulatedCampaignOptions = {},
): Promise<CampaignFigures> {
  const world = worldWithLimits(limits, movesAfterMs(n, limits))
  const sim = createSim({ world, latencyMs, quiet: true, mostSteps: MAX_STEPS })
  const startedMs = sim.clock.now()
  let endedMs: number | undefined
  void applyLikeTerraform(requestBodies(n, limits.cens), sim.call('2017-09-12'), sim.clock).then(() => {
    endedMs = sim.clock.now()
  })
  await sim.clock.run(() => endedMs !== undefined, startedMs + DAY_MS)
  if (endedMs === undefined) throw new Error('the pattern did not end within a day')
  return figuresOf(n, limits, (endedMs - startedMs) / 1_000, sim.tally)
}

function figuresOf(
  n: number,
  limits: ProviderLimits,
  seconds: number,
  tally: { calls: number; refused: number },
): CampaignFigures {
  return {
    seconds: round(seconds, 1),
    ratio: round((seconds * 1_000) / boundMs(n, limits), 3),
    refusedShare: round(tally.refused / tally.calls, 4),
    callsPerAttachment: round(tally.calls / n, 2),
  }
}
