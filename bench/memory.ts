/** Memory: the worker's heap after a garbage collection, over its running time. */
import { awsConnectionOf } from '../functions/compose/aws.js'
import { createAwsClients } from '../lib/aws/clients.js'
import { systemClock } from '../lib/telemetry/system-clock.js'
import { startChild } from './child-process.js'
import type { LoopSetup, Round } from './overhead/job.js'
import { fillQueue } from './overhead.js'
import type { Benchmark } from './report.js'
import { round, slopeOf } from './statistics.js'

const MESSAGES = Number(process.env.BENCH_MEMORY ?? 6_000)
const SAMPLES = 3
/** Messages before the measurement, so that limits are learnt and code is compiled. */
const WARM_UP = 2_000
/** The wait until pending calls and batches have ended, in milliseconds. */
const SETTLED_MS = 1_000
const PARTLY = Math.ceil(MESSAGES / SAMPLES)

interface Memory {
  readonly messages: number
  readonly bytesPerMessage: number
  /** The heap after each third of the messages. */
  readonly heapMiB: readonly number[]
}

export const memory: Benchmark = {
  name: 'memory',
  about: `the whole worker, ${MESSAGES.toLocaleString('en')} messages after ${WARM_UP.toLocaleString('en')} to warm up; its heap after a collection (--expose-gc) at each third, once no call is under way, and the slope of the straight line through these. BENCH_MEMORY=100000 runs as many`,
  async run(progress) {
    const [servers, { ours }] = await startChild<{ ours: LoopSetup }>('overhead/servers', { args: ['ours'] })
    const env = { LOOP_SETUP: JSON.stringify(ours) }
    const [worker] = await startChild('overhead/child', {
      args: ['ours'],
      env,
      execArgv: ['--expose-gc'],
      ignoreOutput: true,
    })
    const { sqs } = createAwsClients(awsConnectionOf(ours.env))
    const handle = async (count: number, name: string): Promise<void> => {
      await fillQueue(sqs, ours.queues.requestQueueUrl, count, name)
      await worker.ask<Round>({ count })
    }
    await handle(WARM_UP, 'warm')
    const points: [number, number][] = []
    for (let index = 1; index <= SAMPLES; index++) {
      progress(`${index} of ${SAMPLES}`)
      await handle(PARTLY, `part-${index}`)
      await systemClock.sleep(SETTLED_MS)
      points.push([index * PARTLY, await worker.ask<number>({ heap: true })])
    }
    worker.stop()
    servers.stop()
    return {
      messages: MESSAGES,
      bytesPerMessage: round(slopeOf(points), 1),
      heapMiB: points.map(([, bytes]) => round(bytes / 2 ** 20, 1)),
    }
  },
  table(result) {
    const { messages, bytesPerMessage, heapMiB } = result as Memory
    return [
      ['messages', 'bytes each, by the slope', 'heap MiB at each third'],
      [messages.toLocaleString('en'), String(bytesPerMessage), heapMiB.join(', ')],
    ]
  },
}
