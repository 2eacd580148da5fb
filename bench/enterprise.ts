/** Enterprise Edition: makespan divided by its bound, and what one VPC costs in calls. */
import { formatPercent } from './makespan.js'
import type { Benchmark } from './report.js'
import type { EnterpriseFigures, EnterpriseLimits } from './simulation/enterprise.js'
import { withSimulationPool } from './simulation/pool.js'
import { sampleQuantile } from './statistics.js'

const DURATIONS = { attachMs: [60_000, 240_000], associateMs: [1_000, 5_000], routeMs: [1_000, 5_000] } as const
const SEEDS = [1, 2, 3]
const GRID: readonly EnterpriseLimits[] = [
  ...[1, 5, 20].flatMap((atOnce) => SEEDS.map((seed) => ({ n: 60, atOnce, seed, ...DURATIONS }))),
  { n: 500, atOnce: 20, seed: 1, ...DURATIONS },
]

type EnterpriseRow = Pick<EnterpriseLimits, 'n' | 'atOnce' | 'seed'> & EnterpriseFigures

export const enterprise: Benchmark = {
  name: 'enterprise',
  about:
    'VPCs on one Enterprise Edition transit router on the virtual clock: an attachment takes 60 to 240 s, an association, a propagation or a route entry 1 to 5 s, each its own time; the bound: list scheduling in the order of the queue, with the limit known in advance and calls that take no time',
  run: (progress) =>
    withSimulationPool(async (pool) => {
      let finished = 0
      const rowOf = async (limits: EnterpriseLimits): Promise<EnterpriseRow> => {
        const figures = await pool.enterprise(limits)
        finished += 1
        progress(`${finished} of ${GRID.length}`)
        const { n, atOnce, seed } = limits
        return { n, atOnce, seed, ...figures }
      }
      return Promise.all(GRID.map(rowOf))
    }),
  table(result) {
    const rows = result as EnterpriseRow[]
    return [
      ['VPCs', 'at once', 'seed', 'bound s', 'makespan ÷ bound', 'refused', 'writes each', 'reads each'],
      ...rows.map(({ n, atOnce, seed, boundSeconds, ratio, refusedShare, writesPerVpc, readsPerVpc }) => [
        ...[n, atOnce, seed, boundSeconds].map(String),
        ratio.toFixed(2),
        formatPercent(refusedShare),
        writesPerVpc.toFixed(2),
        readsPerVpc.toFixed(2),
      ]),
    ]
  },
  summary(result) {
    const rows = result as EnterpriseRow[]
    const ratios = rows.map(({ ratio }) => ratio)
    const refused = Math.max(...rows.map(({ refusedShare }) => refusedShare))
    const largest = rows.reduce((most, row) => (row.n > most.n ? row : most))
    return [
      `median ${sampleQuantile(ratios, 0.5)} × bound, worst ${Math.max(...ratios)}; refused at most ${formatPercent(refused)}`,
      `${largest.n} VPCs on one router: ${largest.writesPerVpc} writes and ${largest.readsPerVpc} reads each`,
    ]
  },
}
