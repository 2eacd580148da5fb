/** Simulations of shared limits: a large and a small owner, or several processes without coordination. */
import { round } from '../statistics.js'
import { boundMs } from './bound.js'
import { createLimitedSim, ours, oursDetaching, requestBodies, terraformPattern } from './campaign.js'
import { enterprise } from './enterprise.js'
import type { ProviderLimits } from './limits.js'

const LIMITS: ProviderLimits = { ratePerSecond: 10, atOncePerCen: 20, cens: 5, attachMs: 10_000 }
export const MANY_REQUESTS = 10_000
const SINGLE_AFTER_MS = 120_000
export const SHARED_REQUESTS = 1_000

export interface Sharing {
  readonly workers: number
  readonly jain: number
  readonly ratio: number
  readonly refusedShare: number
  readonly callsPerAttachment: number
}

/** The delay of one owner's single request behind `MANY_REQUESTS` of another owner, in seconds. */
export async function singleRequestDelay(cenId: string): Promise<number> {
  const sim = createLimitedSim(LIMITS)
  const request = (index: number, fields: object) =>
    JSON.stringify({ childInstanceId: `vpc-${index}`, childInstanceRegionId: 'cn-hangzhou', ...fields })
  for (let index = 0; index < MANY_REQUESTS; index++)
    sim.queue.send(request(index, { cenId: 'cen-0', childInstanceOwnerId: '1700000000000001' }))
  await sim.run({ done: () => false, forMs: SINGLE_AFTER_MS })
  const sentMs = sim.clock.now()
  sim.queue.send(request(MANY_REQUESTS, { cenId, childInstanceOwnerId: '1700000000000002' }))
  const single = () => sim.results.find(({ data }) => data.attachment.childInstanceId === `vpc-${MANY_REQUESTS}`)
  await sim.run({ done: () => single() !== undefined, forMs: 3_600_000 })
  return round((Date.parse(single()?.time ?? '') - sentMs - LIMITS.attachMs) / 1_000, 1)
}

/** How several processes share the limits without coordination; `jain` is Jain's fairness index of their attaches. */
export async function share(workers: number): Promise<Sharing> {
  const sim = createLimitedSim(LIMITS)
  const startedMs = sim.clock.now()
  for (const body of requestBodies(SHARED_REQUESTS, LIMITS.cens)) sim.queue.send(body)
  await sim.run({ workers, done: () => sim.results.length >= SHARED_REQUESTS, forMs: 86_400_000 })
  const endMs = Math.max(...sim.results.map(({ time }) => Date.parse(time)))
  const shares = sim.tallies.map(({ attaches }) => attaches)
  const sum = shares.reduce((a, b) => a + b, 0)
  return {
    workers,
    jain: round(sum ** 2 / (shares.length * shares.reduce((a, b) => a + b ** 2, 0)), 3),
    ratio: round((endMs - startedMs) / boundMs(SHARED_REQUESTS, LIMITS), 3),
    refusedShare: round(sim.tally.refused / sim.tally.calls, 4),
    callsPerAttachment: round(sim.tally.calls / SHARED_REQUESTS, 2),
  }
}

export const RUNS = { ours, oursDetaching, terraformPattern, enterprise, singleRequestDelay, share } as const
