/** Makespan of detaches divided by its lower bound, on the same grid of limits as that of attachments. */
import { formatPercent } from './makespan.js'
import type { Benchmark } from './report.js'
import { boundMs } from './simulation/bound.js'
import { LIMITS_GRID, limitsName, type ProviderLimits } from './simulation/limits.js'
import { withSimulationPool } from './simulation/pool.js'
import { round, sampleQuantile } from './statistics.js'

const N = 500

export const detach: Benchmark = {
  name: 'detach',
  onRequest: true,
  about: `${N} detaches on Basic Edition, on the virtual clock, 20 ms to the API and 20 ms back; a detach takes as long as an attachment of the grid; the bound as for attachments: the reading before each detach counts`,
  run: (progress) =>
    withSimulationPool(async (pool) => {
      let finished = 0
      const rowOf = async (limits: ProviderLimits): Promise<DetachRow> => {
        const { ratio, refusedShare, callsPerAttachment } = await pool.oursDetaching(N, limits)
        finished += 1
        progress(`${finished} of ${LIMITS_GRID.length}`)
        const boundSeconds = round(boundMs(N, limits) / 1_000, 1)
        return { limits: limitsName(limits), boundSeconds, ratio, refusedShare, callsEach: callsPerAttachment }
      }
      return Promise.all(LIMITS_GRID.map(rowOf))
    }),
  table(result) {
    const rows = result as DetachRow[]
    return [
      ['limits', 'bound s', 'cen-attach ÷ bound', 'refused', 'calls each'],
      ...rows.map(({ limits, boundSeconds, ratio, refusedShare, callsEach }) => [
        limits,
        String(boundSeconds),
        ratio.toFixed(2),
        formatPercent(refusedShare),
        callsEach.toFixed(2),
      ]),
    ]
  },
  summary(result) {
    const rows = result as DetachRow[]
    const ratios = rows.map(({ ratio }) => ratio)
    const refused = Math.max(...rows.map(({ refusedShare }) => refusedShare))
    const calls = Math.max(...rows.map(({ callsEach }) => callsEach))
    return [
      `median ${sampleQuantile(ratios, 0.5)} × bound, nine in ten under ${sampleQuantile(ratios, 0.9)}, worst ${Math.max(...ratios)}; refused at most ${formatPercent(refused)}; at most ${calls} calls each`,
    ]
  },
}

interface DetachRow {
  readonly limits: string
  readonly boundSeconds: number
  readonly ratio: number
  readonly refusedShare: number
  readonly callsEach: number
}
