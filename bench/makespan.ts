/** Makespan divided by its lower bound, on a grid of limits that the worker does not know, for the worker and for Terraform. */
import type { Benchmark } from './report.js'
import { boundMs } from './simulation/bound.js'
import type { SimulatedCampaignOptions } from './simulation/campaign.js'
import { LIMITS_GRID, limitsName, type ProviderLimits } from './simulation/limits.js'
import { withSimulationPool } from './simulation/pool.js'
import { round, sampleQuantile } from './statistics.js'

const N = 500
/** A result depends on the latency by chance: above this ratio the run is repeated at other latencies, and the median counts. */
const RERUN_RATIO = 1.1
const OTHER_LATENCIES_MS = [17, 18, 22, 23]
const NAMES = { ours: 'cen-attach', terraformPattern: 'Terraform' } as const

export const makespan: Benchmark = {
  name: 'makespan',
  about: `${N} requests on the virtual clock, 20 ms to the API and 20 ms back; a ratio above ${RERUN_RATIO} is the median of five latencies from 17 to 23 ms (in brackets: the minimum and the maximum of cen-attach); the bound: the end of the last attachment if each call is made as soon as the limits, known in advance, allow`,
  run: (progress) =>
    withSimulationPool(async (pool) => {
      let finished = 0
      const rowOf = async (limits: ProviderLimits): Promise<MakespanRow> => {
        const runs = await runsOf(limits, pool.ours)
        const { receives: _, mostReceives: __, ...figures } = median(runs)
        const spread = [runs[0]?.ratio ?? 0, runs.at(-1)?.ratio ?? 0]
        const terraformPattern = median(await runsOf(limits, pool.terraformPattern))
        finished += 1
        progress(`${finished} of ${LIMITS_GRID.length}`)
        return {
          limits: limitsName(limits),
          n: N,
          boundSeconds: round(boundMs(N, limits) / 1_000, 1),
          ours: figures,
          ...(runs.length > 1 && { spread }),
          terraformPattern,
        }
      }
      return Promise.all(LIMITS_GRID.map(rowOf))
    }),
  table(result) {
    const rows = result as MakespanRow[]
    return [
      [
        'limits',
        'bound s',
        'cen-attach ÷ bound',
        'refused',
        'calls each',
        'Terraform ÷ bound',
        'refused',
        'calls each',
      ],
      ...rows.map((row) => {
        const [ratio = '', ...rest] = cells(row.ours)
        const spread = row.spread ? ` (${row.spread.map((one) => one.toFixed(2)).join(' to ')})` : ''
        return [row.limits, String(row.boundSeconds), ratio + spread, ...rest, ...cells(row.terraformPattern)]
      }),
    ]
  },
  summary(result) {
    const rows = result as MakespanRow[]
    const worst = Math.max(
      ...rows.flatMap(({ ours: { ratio }, spread: [, worstRatio = 0] = [] }) => [ratio, worstRatio]),
    )
    const lines = (['ours', 'terraformPattern'] as const).map((who) => {
      const ratios = rows.map((row) => row[who].ratio)
      const refused = Math.max(...rows.map((row) => row[who].refusedShare))
      const calls = Math.max(...rows.map((row) => row[who].callsPerAttachment))
      return `${NAMES[who]}: median ${sampleQuantile(ratios, 0.5)} × bound, nine in ten under ${sampleQuantile(ratios, 0.9)}, worst ${Math.max(...ratios)}; refused at most ${formatPercent(refused)}; at most ${calls} calls each`
    })
    return [...lines, `cen-attach at the worst of five latencies: ${worst} × bound`]
  },
}

const median = <T>(runs: readonly T[]): T => runs[runs.length >> 1] as T

/** One run, or the runs at all latencies in ascending order of their ratio. */
async function runsOf<T extends RunFigures>(
  limits: ProviderLimits,
  run: (n: number, limits: ProviderLimits, options?: SimulatedCampaignOptions) => Promise<T>,
): Promise<T[]> {
  const first = await run(N, limits)
  if (first.ratio <= RERUN_RATIO) return [first]
  const others = await Promise.all(OTHER_LATENCIES_MS.map((latencyMs) => run(N, limits, { latencyMs })))
  return [first, ...others].sort((one, other) => one.ratio - other.ratio)
}

interface MakespanRow {
  readonly limits: string
  readonly n: number
  readonly boundSeconds: number
  readonly ours: RunFigures
  /** The minimum and maximum over the latencies; absent for a single run. */
  readonly spread?: readonly number[]
  readonly terraformPattern: RunFigures
}
interface RunFigures {
  readonly ratio: number
  readonly refusedShare: number
  readonly callsPerAttachment: number
}

export const formatPercent = (share: number): string => `${(share * 100).toFixed(1)} %`

const cells = ({ ratio, refusedShare, callsPerAttachment }: RunFigures): string[] => [
  ratio.toFixed(2),
  formatPercent(refusedShare),
  callsPerAttachment.toFixed(2),
]
