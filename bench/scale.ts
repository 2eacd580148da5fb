/** Scale, simulated: thousands of requests on the virtual clock, and their cost on SQS and Lambda. */
import type { Benchmark } from './report.js'
import { boundMs } from './simulation/bound.js'
import { createLimitedSim, requestBodies } from './simulation/campaign.js'
import type { ProviderLimits } from './simulation/limits.js'
import { round } from './statistics.js'

const LIMITS: ProviderLimits = { ratePerSecond: 10, atOncePerCen: 20, cens: 20, attachMs: 10_000 }
/** A larger run is optional: BENCH_SCALE=100000 takes some five minutes. */
const COUNTS = [10_000]
/** The most messages in flight of a standard queue (AWS, quotas of Amazon SQS). */
const IN_FLIGHT_CAP = 120_000

/**
 * List prices of us-east-1 in US dollars as of November 2026, recalled from the public pages aws.amazon.com/sqs/pricing and
 * aws.amazon.com/lambda/pricing, without a free tier: check them before you rely on the sum.
 */
const PRICES = { sqsMillionRequests: 0.4, lambdaMillionInvocations: 0.2, lambdaGbSecond: 0.000_016_666_7 }
/** A Lambda function of 512 MB and batches of ten; the seconds per batch are one API call and its settling. */
const LAMBDA = { gb: 0.5, batch: 10, secondsPerBatch: 0.3 }

interface ScaleRow {
  readonly n: number
  readonly boundSeconds: number
  readonly makespanSeconds: number
  readonly ratio: number
  readonly receivesEach: number
  readonly mostReceives: number
  readonly inFlightAtMost: number
  readonly callsPerAttachment: number
  readonly sqsDollars: number
  readonly lambdaDollars: number
}

export const scale: Benchmark = {
  name: 'scale',
  onRequest: true,
  about: `one process, 20 CENs, 10 calls a second, 20 at once per CEN, 10 s each, 10 ms to the queue; SQS at $${PRICES.sqsMillionRequests} a million requests (receives, returns and deletes in tens), Lambda of 512 MB at $${PRICES.lambdaMillionInvocations} a million and $${PRICES.lambdaGbSecond} a GB second, ${LAMBDA.secondsPerBatch} s a batch of ten (us-east-1 list prices, from memory, no free tier); in flight against the cap of ${IN_FLIGHT_CAP.toLocaleString('en')}`,
  async run(progress) {
    const rows: ScaleRow[] = []
    for (const n of [...COUNTS, ...(process.env.BENCH_SCALE ? [Number(process.env.BENCH_SCALE)] : [])]) {
      progress(n.toLocaleString('en'))
      rows.push(await simulate(n))
    }
    return rows
  },
  table: (result) => [
    [
      'requests',
      'bound s',
      'makespan s',
      '÷ bound',
      'receives each',
      'most',
      'in flight at most',
      'calls each',
      'SQS $',
      'Lambda $',
    ],
    ...(result as ScaleRow[]).map((row) => [
      row.n.toLocaleString('en'),
      String(row.boundSeconds),
      String(row.makespanSeconds),
      row.ratio.toFixed(2),
      row.receivesEach.toFixed(1),
      String(row.mostReceives),
      row.inFlightAtMost.toLocaleString('en'),
      row.callsPerAttachment.toFixed(2),
      row.sqsDollars.toFixed(3),
      row.lambdaDollars.toFixed(3),
    ]),
  ],
}

async function simulate(n: number): Promise<ScaleRow> {
  const sim = createLimitedSim(LIMITS)
  const startedMs = sim.clock.now()
  for (const body of requestBodies(n, LIMITS.cens)) sim.queue.send(body)
  await sim.run({ done: () => sim.results.length >= n, forMs: 7 * 86_400_000 })
  const makespanMs = Math.max(...sim.results.map(({ time }) => Date.parse(time))) - startedMs
  const receives = sim.queue.receives()
  const returns = receives - n
  const sqsRequests = n / 10 + receives / 10 + returns / 10 + n / 10
  const batches = receives / LAMBDA.batch
  return {
    n,
    boundSeconds: round(boundMs(n, LIMITS) / 1_000, 1),
    makespanSeconds: round(makespanMs / 1_000, 1),
    ratio: round(makespanMs / boundMs(n, LIMITS), 3),
    receivesEach: round(receives / n, 2),
    mostReceives: sim.queue.mostReceives(),
    inFlightAtMost: sim.queue.mostInFlight(),
    callsPerAttachment: round(sim.tally.calls / n, 2),
    sqsDollars: round((sqsRequests / 1e6) * PRICES.sqsMillionRequests, 3),
    lambdaDollars: round(
      (batches / 1e6) * PRICES.lambdaMillionInvocations +
        batches * LAMBDA.secondsPerBatch * LAMBDA.gb * PRICES.lambdaGbSecond,
      3,
    ),
  }
}
