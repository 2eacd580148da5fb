/** Fairness: the delay of a small tenant behind a large one, and how several processes share the limits. */
import { formatPercent } from './makespan.js'
import type { Benchmark } from './report.js'
import { withSimulationPool } from './simulation/pool.js'
import { MANY_REQUESTS, SHARED_REQUESTS, type Sharing } from './simulation/runs.js'

const SINGLES = [
  ['same CEN', 'cen-0'],
  ['another CEN', 'cen-other'],
] as const
const PROCESSES = [1, 2, 4]

interface Single {
  readonly single: string
  /** From sent to attached, without the duration of the attachment. */
  readonly delaySeconds: number
}

export const fairness: Benchmark = {
  name: 'fairness',
  about: `one owner has ${MANY_REQUESTS.toLocaleString('en')} requests queued for one CEN, and after two minutes another owner sends a single one; then ${SHARED_REQUESTS.toLocaleString('en')} requests and 1, 2 and 4 processes without coordination under the same limits (10/s, 20 at once on each of 5 CENs, 10 s)`,
  run: (progress) =>
    withSimulationPool(async ({ singleRequestDelay, share }) => {
      progress(`${SINGLES.length + PROCESSES.length} simulations`)
      return {
        singles: await Promise.all(
          SINGLES.map(async ([single, cenId]) => ({ single, delaySeconds: await singleRequestDelay(cenId) })),
        ),
        sharing: await Promise.all(PROCESSES.map((workers) => share(workers))),
      }
    }),
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
        formatPercent(refusedShare),
        callsPerAttachment.toFixed(2),
      ]),
    ]
  },
}
