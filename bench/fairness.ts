/** Fairness: what a large tenant does to a small one, and how several processes share one wall. */
import { boundMs } from './bound.js'
import { bodies, round, simOf } from './campaign.js'
import { percent } from './makespan.js'
import type { Part } from './part.js'
import type { Wall } from './walls.js'

const WALL: Wall = { ratePerSecond: 10, atOncePerCen: 20, cens: 5, attachMs: 10_000 }
const MANY = 10_000
const SINGLE_AFTER_MS = 120_000
const SHARED = 1_000

interface Single {
  readonly single: string
  /** From sent to attached, less the attachment itself. */
  readonly delaySeconds: number
}
interface Sharing {
  readonly workers: number
  readonly jain: number
  readonly ratio: number
  readonly refusedShare: number
  readonly callsPerAttachment: number
}

export const fairness: Part = {
  name: 'fairness',
  about: `one owner has ${MANY.toLocaleString('en')} requests queued for one CEN, and after two minutes another owner sends a single one; then ${SHARED.toLocaleString('en')} requests and 1, 2 and 4 processes at one wall (10/s, 20 at once on each of 5 CENs, 10 s) that do not talk to each other`,
  async run(progress) {
    const singles: Single[] = []
    for (const [single, cenId] of [
      ['same CEN', 'cen-0'],
      ['another CEN', 'cen-other'],
    ] as const) {
      progress(single)
      singles.push({ single, delaySeconds: await delayOfSingle(cenId) })
    }
    const sharing: Sharing[] = []
    for (const workers of [1, 2, 4]) {
      progress(`${workers} processes`)
      sharing.push(await share(workers))
    }
    return { singles, sharing }
  },
  table(result) {
    const { singles, sharing } = result as { singles: Single[]; sharing: Sharing[] }
    return [
      ['case', 'delay of the single one', "Jain's index", '÷ bound', 'refused', 'calls each'],
      ...singles.map(({ single, delaySeconds }) => [single, `${delaySeconds} s`, '', '', '', '']),
      ...sharing.map(({ workers, jain, ratio, refusedShare, callsPerAttachment }) => [
        `${workers} process${workers > 1 ? 'es' : ''}`,
        '',
        jain.toFixed(3),
        ratio.toFixed(2),
        percent(refusedShare),
        callsPerAttachment.toFixed(2),
      ]),
    ]
  },
}

async function delayOfSingle(cenId: string): Promise<number> {
  const sim = simOf(WALL)
  const request = (index: number, fields: object) =>
    JSON.stringify({ childInstanceId: `vpc-${index}`, childInstanceRegionId: 'cn-hangzhou', ...fields })
  for (let index = 0; index < MANY; index++)
    sim.queue.send(request(index, { cenId: 'cen-0', childInstanceOwnerId: '1700000000000001' }))
  await sim.run({ done: () => false, forMs: SINGLE_AFTER_MS })
  const sentMs = sim.clock.now()
  sim.queue.send(request(MANY, { cenId, childInstanceOwnerId: '1700000000000002' }))
  const single = () => sim.results.find(({ data }) => data.attachment.childInstanceId === `vpc-${MANY}`)
  await sim.run({ done: () => single() !== undefined, forMs: 3_600_000 })
  return round((Date.parse(single()?.time ?? '') - sentMs - WALL.attachMs) / 1_000, 1)
}

async function share(workers: number): Promise<Sharing> {
  const sim = simOf(WALL)
  const startedMs = sim.clock.now()
  for (const body of bodies(SHARED, WALL.cens)) sim.queue.send(body)
  await sim.run({ workers, done: () => sim.results.length >= SHARED, forMs: 86_400_000 })
  const endMs = Math.max(...sim.results.map(({ time }) => Date.parse(time)))
  const shares = sim.tallies.map(({ attaches }) => attaches)
  const sum = shares.reduce((a, b) => a + b, 0)
  return {
    workers,
    jain: round(sum ** 2 / (shares.length * shares.reduce((a, b) => a + b ** 2, 0)), 3),
    ratio: round((endMs - startedMs) / boundMs(SHARED, WALL), 3),
    refusedShare: round(sim.tally.refused / sim.tally.calls, 4),
    callsPerAttachment: round(sim.tally.calls / SHARED, 2),
  }
}
