/** Recovery: the time from the kill of a worker to the last outcome. */
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { awsConnectionOf } from '../functions/compose/aws.js'
import { createAwsClients } from '../lib/aws/clients.js'
import { type Child, startChild } from './child-process.js'
import type { LoopSetup } from './overhead/job.js'
import { fillQueue } from './overhead.js'
import type { Benchmark } from './report.js'
import { round } from './statistics.js'

const MESSAGES = 600
/** The shares of outcomes at which the worker is killed. */
const KILLS = [0.25, 0.75]
const VISIBILITY_SECONDS = 5
const PATIENCE_MS = 60_000

interface RecoveryRow {
  readonly killedAt: number
  readonly visibilitySeconds: number
  /** From the kill to the last outcome. */
  readonly seconds: number
  readonly results: number
  readonly repeated: number
}

export const recovery: Benchmark = {
  name: 'recovery',
  about: `${MESSAGES} messages, the worker killed (SIGKILL) when a share of them has its outcome, another one started at once. The messages of the killed worker are visible again at most ${VISIBILITY_SECONDS} s after its last heartbeat: that is the floor, which no worker can beat`,
  async run(progress) {
    const names = KILLS.map((share) => `killed-${share * 100}`)
    const [servers, setups] = await startChild<Record<string, LoopSetup>>('overhead/servers', { args: names })
    const rows: RecoveryRow[] = []
    for (const [index, name] of names.entries()) {
      progress(name)
      rows.push(await killAt(KILLS[index] ?? 0, setups[name] as LoopSetup, name))
    }
    servers.stop()
    return rows
  },
  table: (result) => [
    ['killed at', 'floor s', 'last outcome after s', 'results', 'repeated'],
    ...(result as RecoveryRow[]).map((row) => [
      `${row.killedAt * 100} %`,
      String(row.visibilitySeconds),
      row.seconds.toFixed(1),
      String(row.results),
      String(row.repeated),
    ]),
  ],
}

async function killAt(share: number, setup: LoopSetup, name: string): Promise<RecoveryRow> {
  const { requestQueueUrl: QueueUrl } = setup.queues
  const { sqs } = createAwsClients(awsConnectionOf(setup.env))
  const Attributes = { VisibilityTimeout: String(VISIBILITY_SECONDS) }
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
  await fillQueue(sqs, QueueUrl, MESSAGES, name)
  const results = collectResults(sqs, setup)
  const first = await startWorker(setup)
  await results.until(share * MESSAGES)
  first.stop()
  const killedAtMs = Date.now()
  const second = await startWorker(setup)
  await results.until(MESSAGES)
  second.stop()
  const seconds = round((Math.max(...results.times()) - killedAtMs) / 1_000, 1)
  return {
    killedAt: share,
    visibilitySeconds: VISIBILITY_SECONDS,
    seconds,
    results: MESSAGES,
    repeated: results.repeated(),
  }
}

async function startWorker(setup: LoopSetup): Promise<Child> {
  const env = { LOOP_SETUP: JSON.stringify(setup) }
  const [worker] = await startChild('overhead/child', { args: ['ours'], env, ignoreOutput: true })
  // Its answer is not awaited, because it is killed.
  worker.ask({ count: Number.MAX_SAFE_INTEGER }).catch(() => undefined)
  return worker
}

type Sqs = ReturnType<typeof createAwsClients>['sqs']

/** Receives results from the topic's queue, each counted once. */
function collectResults(sqs: Sqs, { queues: { resultQueueUrl: QueueUrl } }: LoopSetup) {
  const timeOf = new Map<string, number>()
  let received = 0
  const receive = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    )
    for (const { Body = '{}' } of Messages) {
      const { id, time } = JSON.parse(Body) as { id: string; time: string }
      received += 1
      if (!timeOf.has(id)) timeOf.set(id, Date.parse(time))
    }
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  }
  return {
    times: () => timeOf.values(),
    repeated: () => received - timeOf.size,
    async until(count: number) {
      for (const endMs = Date.now() + PATIENCE_MS; timeOf.size < count; ) {
        if (Date.now() > endMs) throw new Error(`only ${timeOf.size} of ${count} results came`)
        await receive()
      }
    },
  }
}
