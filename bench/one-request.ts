/** The time of one request from the queue to its result on an idle machine, and its API calls. */
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { awsConnectionOf } from '../functions/compose/aws.js'
import { readTextFile } from '../functions/compose/process.js'
import { runWorker } from '../functions/compose/worker.js'
import { startLocalCloud } from '../functions/local/cloud.js'
import { createAwsClients } from '../lib/aws/clients.js'
import { readConfig } from '../lib/config/config.js'
import { readWorldFile } from '../lib/emulator/world/world-file.js'
import type { Log } from '../lib/telemetry/log.js'
import type { Benchmark } from './report.js'
import { sampleQuantile } from './statistics.js'

const ROUNDS = 6
const ATTACH_MS = [0, 1_000, 2_000]
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }

interface OneRequestRow {
  readonly attachMs: number
  readonly medianMs: number
  readonly leastMs: number
  readonly mostMs: number
  readonly callsEach: number
}

export const oneRequest: Benchmark = {
  name: 'oneRequest',
  about: `one request at a time from the queue to its result, over real sockets; milliseconds beyond the attachment itself, the last ${ROUNDS / 2} of ${ROUNDS}: the first ones learn the duration of an attachment`,
  async run(progress) {
    const rows: OneRequestRow[] = []
    for (const attachMs of ATTACH_MS) {
      progress(`${attachMs} ms`)
      rows.push(await measure(attachMs))
    }
    return rows
  },
  table: (result) => [
    ['attachment ms', 'beyond it, median ms', 'range ms', 'API calls each'],
    ...(result as OneRequestRow[]).map((row) => [
      String(row.attachMs),
      row.medianMs.toFixed(0),
      `${row.leastMs.toFixed(0)} to ${row.mostMs.toFixed(0)}`,
      row.callsEach.toFixed(2),
    ]),
  ],
}

async function measure(attachMs: number): Promise<OneRequestRow> {
  const world = readWorldFile(JSON.stringify({ editions: { default: 'Basic' }, limits: { attachMs } }))
  if (!world.ok) throw new Error(world.faults.join('; '))
  const cloud = await startLocalCloud(world.world)
  const reading = readConfig({ ...cloud.env }, readTextFile)
  if (!reading.ok) throw new Error(reading.faults.join('; '))
  const stop = new AbortController()
  const { config } = reading
  const worker = runWorker({ config, env: cloud.env, log: quiet, stop: stop.signal, waitSeconds: 1 })
  const { sqs } = createAwsClients(awsConnectionOf(cloud.env))
  const { requestQueueUrl, resultQueueUrl: QueueUrl } = cloud.queues
  const samples: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const body = { cenId: 'cen-bench', childInstanceId: `vpc-bench-${round}`, childInstanceRegionId: 'cn-hangzhou' }
    const before = performance.now()
    await sqs.send(new SendMessageCommand({ QueueUrl: requestQueueUrl, MessageBody: JSON.stringify(body) }))
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    samples.push(performance.now() - before - attachMs)
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }))
  }
  const callsEach = cloud.emulator.journal.length / ROUNDS
  stop.abort()
  await worker
  await cloud.stop()
  const at = (share: number) => sampleQuantile(samples.slice(ROUNDS / 2), share)
  return { attachMs, medianMs: at(0.5), leastMs: at(0), mostMs: at(1), callsEach }
}
