/** Makespan by bound, on a grid of walls that the worker is not told; and what people use today on the same. */
import { boundMs } from './bound.js'
import { type CampaignOptions, round } from './campaign.js'
import { quantile } from './fit.js'
import type { Part } from './part.js'
import { withSims } from './sims.js'
import { GRID, nameOf, type Wall } from './walls.js'

const N = 500
/** One latency is one throw of the dice: walls that are run along worse than this are run at others, too, and the run in the middle counts. */
const DOUBTFUL = 1.1
const OTHER_LATENCIES_MS = [17, 18, 22, 23]

export const makespan: Part = {
  name: 'makespan',
  about: `${N} requests on the virtual clock, 20 ms to the API and 20 ms back; what is above ${DOUBTFUL} × is the middle one of five latencies from 17 to 23 ms (in brackets: the least and the most of ours); the bound: when the last is over where each call leaves as soon as the wall, known in advance, allows`,
  run: (progress) =>
    withSims(async (sims) => {
      let over = 0
      const rowOf = async (wall: Wall): Promise<MakespanRow> => {
        const runs = await runsOf(wall, sims.ours)
        const { receives: _, mostReceives: __, ...figures } = middle(runs)
        const spread = [runs[0]?.ratio ?? 0, runs.at(-1)?.ratio ?? 0]
        const terraformPattern = middle(await runsOf(wall, sims.terraformPattern))
        over += 1
        progress(`${over} of ${GRID.length}`)
        return {
          wall: nameOf(wall),
          n: N,
          boundSeconds: round(boundMs(N, wall) / 1_000, 1),
          ours: figures,
          ...(runs.length > 1 && { spread }),
          terraformPattern,
        }
      }
      return Promise.all(GRID.map(rowOf))
    }),
  table(result) {
    const rows = result as MakespanRow[]
    return [
      ['wall', 'bound s', 'ours ÷ bound', 'refused', 'calls each', 'Terraform ÷ bound', 'refused', 'calls each'],
      ...rows.map((row) => {
        const [ratio = '', ...rest] = cells(row.ours)
        const spread = row.spread ? ` (${row.spread.map((one) => one.toFixed(2)).join(' to ')})` : ''
        return [row.wall, String(row.boundSeconds), ratio + spread, ...rest, ...cells(row.terraformPattern)]
      }),
    ]
  },
  summary(result) {
    const rows = result as MakespanRow[]
    const most = Math.max(...rows.flatMap(({ ours: { ratio }, spread: [, worst = 0] = [] }) => [ratio, worst]))
    const lines = (['ours', 'terraformPattern'] as const).map((who) => {
      const ratios = rows.map((row) => row[who].ratio)
      const refused = Math.max(...rows.map((row) => row[who].refusedShare))
      const calls = Math.max(...rows.map((row) => row[who].callsPerAttachment))
      return `${who}: median ${quantile(ratios, 0.5)} × bound, nine in ten under ${quantile(ratios, 0.9)}, worst ${Math.max(...ratios)}; refused at most ${percent(refused)}; at most ${calls} calls each`
    })
    return [...lines, `ours at the worst of five latencies: ${most} × bound`]
  },
}

const middle = <T>(runs: readonly T[]): T => runs[runs.length >> 1] as T

/** One run, or those of all latencies, the nearest to the bound first. */
async function runsOf<T extends Row>(
  wall: Wall,
  run: (n: number, wall: Wall, options?: CampaignOptions) => Promise<T>,
): Promise<T[]> {
  const first = await run(N, wall)
  if (first.ratio <= DOUBTFUL) return [first]
  const others = await Promise.all(OTHER_LATENCIES_MS.map((latencyMs) => run(N, wall, { latencyMs })))
  return [first, ...others].sort((one, other) => one.ratio - other.ratio)
}

interface MakespanRow {
  readonly wall: string
  readonly n: number
  readonly boundSeconds: number
  readonly ours: Row
  /** The least and the most at several latencies; absent where one says enough. */
  readonly spread?: readonly number[]
  readonly terraformPattern: Row
}
interface Row {
  readonly ratio: number
  readonly refusedShare: number
  readonly callsPerAttachment: number
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const cells = ({ ratio, refusedShare, callsPerAttachment }: Row): string[] => [
  ratio.toFixed(2),
  percent(refusedShare),
  callsPerAttachment.toFixed(2),
]
