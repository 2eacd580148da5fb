/** Overhead: messages per second through the whole worker, a bare loop of the same SDK calls, and two libraries. */
import { PurgeQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { awsConnectionOf } from '../functions/compose/aws.js'
import { createAwsClients } from '../lib/aws/clients.js'
import { sendMessages } from '../lib/aws/send-messages.js'
import { systemClock } from '../lib/telemetry/system-clock.js'
import { type Child, startChild } from './child-process.js'
import type { LoopSetup, Round } from './overhead/job.js'
import type { Benchmark } from './report.js'
import { round, sampleQuantile } from './statistics.js'

const NAMES = ['floor', 'ours', 'sqsConsumer', 'powertools'] as const
type Name = (typeof NAMES)[number]

const ROUNDS = 5
/** Rounds before the measurement, so that code is compiled and limits are learnt. */
const WARM_UP = 1
const MESSAGES = 3_000
const CENS = 10
/** Concurrent senders that fill a queue, so that most of the time is that of the loops. */
const SENDERS = 4

interface Figure {
  /** Messages per second: the floor's median times the ratio to the floor within a round. */
  readonly perSecond: number
  readonly least: number
  readonly most: number
  /** CPU time of the process for each message, in microseconds, median. */
  readonly cpuMicros: number
  /** Rate and CPU time divided by those of the floor in the same round, medians: the machine's speed varies between rounds. */
  readonly ofFloor: { readonly rate: number; readonly cpu: number }
}
type Overhead = Record<Name, number> & { readonly spread: Record<Name, Figure> }

export const overhead: Benchmark = {
  name: 'overhead',
  about: `${MESSAGES.toLocaleString('en')} messages a round for ${CENS} CENs that answer at once, ${ROUNDS} rounds in turn after ${WARM_UP} to warm up, medians of what each comes to ÷ floor within a round (a rate is that, times the floor's median); each loop a process, queue server and emulator another. All attach, read the state, publish and delete. floor: a bare loop of SDK calls, 5 receivers of ten, one PublishBatch and one DeleteMessageBatch for each ten; ours: the whole worker with its log; sqsConsumer: sqs-consumer 14.2.8 with handleMessageBatch, 5 pollers, PublishBatch; powertools: @aws-lambda-powertools/batch 2.35.0, 5 batches at once, a Publish for each record, for it knows records only`,
  async run(progress) {
    const [servers, setups] = await startChild<Record<Name, LoopSetup>>('overhead/servers', { args: NAMES })
    const loops: { name: Name; setup: LoopSetup; loop: Child; rounds: Round[] }[] = []
    for (const name of NAMES) {
      const setup = setups[name]
      const env = { LOOP_SETUP: JSON.stringify(setup) }
      const [loop] = await startChild('overhead/child', { args: [name], env, ignoreOutput: name === 'ours' })
      loops.push({ name, setup, loop, rounds: [] })
    }
    const { sqs } = createAwsClients(awsConnectionOf(setups.floor.env))
    for (let index = 0; index < WARM_UP + ROUNDS; index++) {
      progress(`round ${index + 1} of ${WARM_UP + ROUNDS}`)
      // The order rotates between rounds.
      for (const { name, setup, loop, rounds } of [...loops.slice(index % 4), ...loops.slice(0, index % 4)]) {
        await fillQueue(sqs, setup.queues.requestQueueUrl, MESSAGES, `${name}-${index}`)
        const roundFigures = await loop.ask<Round>({ count: MESSAGES })
        if (index >= WARM_UP) rounds.push(roundFigures)
        await sqs.send(new PurgeQueueCommand({ QueueUrl: setup.queues.resultQueueUrl }))
      }
    }
    for (const { loop } of loops) loop.stop()
    servers.stop()
    const floor = loops.find(({ name }) => name === 'floor')?.rounds ?? []
    const figures = loops.map(({ name, rounds }) => [name, figureOf(rounds, floor)])
    const spread = Object.fromEntries(figures) as Overhead['spread']
    const perSecond = Object.fromEntries(NAMES.map((name) => [name, spread[name].perSecond])) as Record<Name, number>
    return { ...perSecond, spread }
  },
  table(result) {
    const { spread } = result as Overhead
    return [
      ['loop', 'messages per second', 'range', '÷ floor', 'CPU µs each', '÷ floor'],
      ...NAMES.map((name) => {
        const { perSecond, least, most, cpuMicros, ofFloor } = spread[name]
        return [
          name,
          String(perSecond),
          `${least} to ${most}`,
          ofFloor.rate.toFixed(2),
          String(cpuMicros),
          ofFloor.cpu.toFixed(2),
        ]
      }),
    ]
  },
}

/** Rejects if the queue does not accept all of them. */
export async function fillQueue(sqs: SQSClient, QueueUrl: string, count: number, id: string): Promise<void> {
  const messages = Array.from({ length: count }, (_, index) => ({
    body: JSON.stringify({
      cenId: `cen-${index % CENS}`,
      childInstanceId: `vpc-${id}-${index}`,
      childInstanceRegionId: 'cn-hangzhou',
    }),
    fairGroup: 'bench',
    orderGroup: 'bench',
    deduplicationId: `${id}-${index}`,
  }))
  const rules = { clock: systemClock, stop: new AbortController().signal }
  const share = Math.ceil(count / SENDERS)
  const shares = Array.from({ length: SENDERS }, (_, index) => messages.slice(index * share, (index + 1) * share))
  await Promise.all(shares.map((some) => sendMessages(sqs, QueueUrl, some, async () => undefined, rules)))
}

const median = (values: readonly number[]): number => sampleQuantile(values, 0.5)

function figureOf(rounds: readonly Round[], floor: readonly Round[]): Figure {
  const rateOf = ({ ms }: Round) => (MESSAGES * 1_000) / ms
  const byFloor = (of: (one: Round) => number) =>
    median(rounds.map((one, index) => of(one) / of(floor[index] as Round)))
  const rate = byFloor(rateOf)
  const rates = rounds.map(rateOf)
  return {
    perSecond: round(median(floor.map(rateOf)) * rate, 0),
    least: round(Math.min(...rates), 0),
    most: round(Math.max(...rates), 0),
    cpuMicros: round((median(rounds.map(({ cpuMs }) => cpuMs)) * 1_000) / MESSAGES, 0),
    ofFloor: {
      rate: round(rate, 3),
      cpu: round(
        byFloor(({ cpuMs }) => cpuMs),
        3,
      ),
    },
  }
}
