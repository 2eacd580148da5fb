/** A campaign on Enterprise Edition: attach, associate, propagate and route, under limits that the worker does not know. */
import { DEFAULT_CONCURRENCY } from '../../lib/config/config.js'
import { createSim, seeded } from '../../test/support/sim/sim.js'
import { round } from '../statistics.js'

export interface EnterpriseLimits {
  readonly n: number
  /** Concurrent changes of the CEN: attachments, associations and propagations together. */
  readonly atOnce: number
  /** The shortest and the longest attachment; every VPC takes its own time, in milliseconds. */
  readonly attachMs: readonly [number, number]
  readonly associateMs: readonly [number, number]
  readonly routeMs: readonly [number, number]
  readonly seed: number
}

export interface EnterpriseFigures {
  readonly boundSeconds: number
  readonly ratio: number
  readonly refusedShare: number
  readonly writesPerVpc: number
  readonly readsPerVpc: number
  readonly mostReceives: number
}

const DAY_MS = 86_400_000
const CALLS_A_SECOND = 50
/** Routes to 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16. */
const ROUTES = 3
const READ = /^(?:List|Describe|Check|Get)/

/** Durations of one VPC, in the order of its steps. */
interface Steps {
  readonly attachMs: number
  /** The association, then the propagation. */
  readonly linkMs: readonly number[]
  /** All routes of a VPC are in progress together. */
  readonly routesMs: number
}

/**
 * The bound: list scheduling (Graham) with advance knowledge of the limit. The VPCs are served in the order of the queue,
 * each step begins when the one before has ended, and each VPC when a slot is free. Calls, reads and learning take no
 * time. A VPC's routes change no CEN, so they hold no slot.
 */
export function enterpriseBoundMs(jobs: readonly Steps[], atOnce: number): number {
  const slots = Array.from({ length: atOnce }, () => 0)
  const ends = jobs.map(({ attachMs, linkMs, routesMs }) => {
    const freeMs = Math.min(...slots)
    const linkedMs = freeMs + attachMs + sum(linkMs)
    slots[slots.indexOf(freeMs)] = linkedMs
    return linkedMs + routesMs
  })
  return Math.max(...ends)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** The worker with its own poll loop and core. Rejects if not all are attached within two days. */
export async function enterprise(limits: EnterpriseLimits): Promise<EnterpriseFigures> {
  const { n, atOnce, attachMs, associateMs, routeMs, seed } = limits
  const random = seeded(seed)
  const drawn = ([from, to]: readonly [number, number]) => Math.round(from + random() * (to - from))
  const childInstances = Array.from({ length: n }, (_, index) => ({
    childInstanceId: `vpc-${index}`,
    regionId: 'cn-hangzhou',
    attachMs: drawn(attachMs),
  }))
  const world = {
    editions: { default: 'Enterprise' },
    childInstances,
    limits: {
      attachesAtOnce: atOnce,
      associateMs,
      routeMs,
      throttle: { calls: CALLS_A_SECOND, windowMs: 1_000, eachAction: true },
    },
  }
  const sim = createSim({ world, concurrency: DEFAULT_CONCURRENCY, quiet: true, mostSteps: 200_000_000, random })
  const startedMs = sim.clock.now()
  for (const { childInstanceId } of childInstances)
    sim.queue.send(JSON.stringify({ cenId: 'cen-0', childInstanceId, childInstanceRegionId: 'cn-hangzhou' }))
  await sim.run({ forMs: 2 * DAY_MS, done: () => sim.results.length >= n })
  const attached = sim.results.filter(({ data }) => data.outcome === 'attached').length
  if (attached < n) throw new Error(`only ${attached} of ${n} are attached`)
  const seconds = Math.max(...sim.results.map(({ time }) => Date.parse(time) - startedMs)) / 1_000
  const { journal } = sim.emulator
  const mean = ([from, to]: readonly [number, number]) => (from + to) / 2
  const jobs = childInstances.map(
    (child): Steps => ({
      attachMs: child.attachMs,
      linkMs: [mean(associateMs), mean(associateMs)],
      // The longest of three.
      routesMs: routeMs[0] + ((routeMs[1] - routeMs[0]) * ROUTES) / (ROUTES + 1),
    }),
  )
  const boundMs = enterpriseBoundMs(jobs, atOnce)
  const writes = journal.filter(({ action, code }) => !READ.test(action) && code === 'OK').length
  const reads = journal.filter(({ action }) => READ.test(action)).length
  return {
    boundSeconds: round(boundMs / 1_000, 1),
    ratio: round((seconds * 1_000) / boundMs, 3),
    refusedShare: round(sim.tally.refused / sim.tally.calls, 4),
    writesPerVpc: round(writes / n, 2),
    readsPerVpc: round(reads / n, 2),
    mostReceives: sim.queue.mostReceives(),
  }
}
