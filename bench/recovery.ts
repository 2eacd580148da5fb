/** Recovery: a worker that is killed in the middle, and how long after that the last outcome is there. */
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { awsPlaceOf } from '../functions/wiring/aws-place.js'
import { createAwsClients } from '../lib/aws/clients.js'
import { round } from './campaign.js'
import { type Child, startChild } from './child.js'
import type { Place } from './overhead/place.js'
import { fill } from './overhead.js'
import type { Part } from './part.js'

const MESSAGES = 600
/** Killed when so many of them, as a share, have their outcome. */
const KILLS = [0.25, 0.75]
const VISIBILITY_SECONDS = 5
const PATIENCE_MS = 60_000

interface Row {
  readonly killedAt: number
  readonly visibilitySeconds: number
  /** From the kill to the last outcome. */
  readonly seconds: number
  readonly results: number
  readonly repeated: number
}

export const recovery: Part = {
  name: 'recovery',
  about: `${MESSAGES} messages, the worker killed (SIGKILL) when a share of them has its outcome, another one started at once. What the dead one had in hand is visible again ${VISIBILITY_SECONDS} s after its last heartbeat at the latest: that is the floor, and no worker can be sooner`,
  async run(progress) {
    const names = KILLS.map((share) => `killed-${share * 100}`)
    const [servers, places] = await startChild<Record<string, Place>>('overhead/servers', { args: names })
    const rows: Row[] = []
    for (const [index, name] of names.entries()) {
      progress(name)
      rows.push(await killAt(KILLS[index] ?? 0, places[name] as Place, name))
    }
    servers.stop()
    return rows
  },
  table: (result) => [
    ['killed at', 'floor s', 'last outcome after s', 'results', 'told again'],
    ...(result as Row[]).map((row) => [
      `${row.killedAt * 100} %`,
      String(row.visibilitySeconds),
      row.seconds.toFixed(1),
      String(row.results),
      String(row.repeated),
    ]),
  ],
}

async function killAt(share: number, place: Place, name: string): Promise<Row> {
  const { requestQueueUrl: QueueUrl } = place.queues
  const { sqs } = createAwsClients(awsPlaceOf(place.env))
  const Attributes = { VisibilityTimeout: String(VISIBILITY_SECONDS) }
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
  await fill(sqs, QueueUrl, MESSAGES, name)
  const results = hearResults(sqs, place)
  const first = await startWorker(place)
  await results.until(share * MESSAGES)
  first.stop()
  const killedAtMs = Date.now()
  const second = await startWorker(place)
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

async function startWorker(place: Place): Promise<Child> {
  const env = { PLACE: JSON.stringify(place) }
  const [worker] = await startChild('overhead/child', { args: ['ours'], env, unread: true })
  // Nobody waits for its answer: it is killed.
  worker.ask({ count: Number.MAX_SAFE_INTEGER }).catch(() => undefined)
  return worker
}

type Sqs = ReturnType<typeof createAwsClients>['sqs']

/** Takes results from the topic's queue as they come, each once. */
function hearResults(sqs: Sqs, { queues: { resultQueueUrl: QueueUrl } }: Place) {
  const timeOf = new Map<string, number>()
  let heard = 0
  const hear = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    )
    for (const { Body = '{}' } of Messages) {
      const { id, time } = JSON.parse(Body) as { id: string; time: string }
      heard += 1
      if (!timeOf.has(id)) timeOf.set(id, Date.parse(time))
    }
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  }
  return {
    times: () => timeOf.values(),
    repeated: () => heard - timeOf.size,
    async until(count: number) {
      for (const endMs = Date.now() + PATIENCE_MS; timeOf.size < count; ) {
        if (Date.now() > endMs) throw new Error(`only ${timeOf.size} of ${count} results came`)
        await hear()
      }
    },
  }
}
