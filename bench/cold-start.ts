/** Cold start: how long until the handler is there, beside what no such function can do without. */
import { round } from './campaign.js'
import { buildStarts, FILES, loadMs, type Start } from './cold-starts.js'
import { quantile } from './fit.js'
import type { Part } from './part.js'
import { zipBytes } from './zip-size.js'

const ROUNDS = 15
const STARTS = Object.keys(FILES) as Start[]

interface Row {
  readonly medianMs: number
  readonly leastMs: number
  readonly mostMs: number
}
type Figures = Readonly<Record<`${Start}Ms`, number>> & {
  readonly zipKiB: number
  readonly zipWithCacheKiB: number
  readonly spread: Readonly<Record<Start, Row>>
}

const NAMES: Readonly<Record<Start, string>> = {
  empty: 'an empty handler',
  awsClients: 'the clients of SQS and SNS, bundled',
  ours: 'cen-attach, with a code cache that fits',
  oursWithoutCache: 'cen-attach, without one',
  naive: 'cen-attach, imported from node_modules',
}

export const coldStart: Part = {
  name: 'coldStart',
  about: `milliseconds from asking for a function's file until its handler is there, in ${ROUNDS} fresh processes each, by turns, on a warm page cache; the code cache is made on this machine, so it fits`,
  async run(progress) {
    await buildStarts()
    const samples = new Map<Start, number[]>(STARTS.map((start) => [start, []]))
    // The first round warms the page cache, and is dropped.
    for (let turn = 0; turn <= ROUNDS; turn++) {
      progress(`${turn} of ${ROUNDS}`)
      for (const start of STARTS) {
        const ms = await loadMs(start)
        if (turn > 0) samples.get(start)?.push(ms)
      }
    }
    const spread = Object.fromEntries(STARTS.map((start) => [start, rowOf(samples.get(start) ?? [])]))
    return {
      ...Object.fromEntries(STARTS.map((start) => [`${start}Ms`, spread[start]?.medianMs])),
      zipKiB: kibOf(FILES.oursWithoutCache),
      zipWithCacheKiB: kibOf(FILES.ours),
      spread,
    }
  },
  table(result) {
    const { spread } = result as Figures
    const { awsClients, naive } = spread
    return [
      ['loaded', 'median ms', 'range ms', '÷ AWS clients', '÷ node_modules'],
      ...STARTS.map((start) => [
        NAMES[start],
        spread[start].medianMs.toFixed(1),
        `${spread[start].leastMs.toFixed(1)} to ${spread[start].mostMs.toFixed(1)}`,
        (spread[start].medianMs / awsClients.medianMs).toFixed(2),
        (spread[start].medianMs / naive.medianMs).toFixed(2),
      ]),
    ]
  },
  summary(result) {
    const { zipKiB, zipWithCacheKiB } = result as Figures
    return [`the upload: a zip of ${zipKiB} KiB, ${zipWithCacheKiB} KiB with the code cache`]
  },
}

const kibOf = (file: string): number => round(zipBytes(file.slice(0, file.lastIndexOf('/'))) / 1_024, 1)

function rowOf(samples: readonly number[]): Row {
  const at = (share: number) => round(quantile(samples, share), 1)
  return { medianMs: at(0.5), leastMs: at(0), mostMs: at(1) }
}
