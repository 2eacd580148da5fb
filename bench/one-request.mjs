/** How long one request takes from the queue to its result on an idle machine, and what it costs in API calls. */
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { awsPlaceOf } from '../dist/functions/wiring/aws-place.js'
import { startLocalCloud } from '../dist/functions/wiring/local-cloud.js'
import { runWorker } from '../dist/functions/wiring/run-worker.js'
import { createAwsClients } from '../dist/lib/aws/clients.js'
import { readConfig } from '../dist/lib/config.js'
import { readWorldFile } from '../dist/lib/emulator/world-file.js'

const ROUNDS = 20
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

async function measure(attachMs) {
  const { world } = readWorldFile(JSON.stringify({ limits: { attachMs } }))
  const cloud = await startLocalCloud(world)
  const { config } = readConfig({ ...cloud.env })
  const stop = new AbortController()
  const worker = runWorker({ config, env: cloud.env, log: quiet, stop: stop.signal, waitSeconds: 1 })
  const { sqs } = createAwsClients(awsPlaceOf(cloud.env))
  const samples = []
  for (let round = 0; round < ROUNDS; round++) {
    const body = { cenId: 'cen-bench', childInstanceId: `vpc-bench-${round}`, childInstanceRegionId: 'cn-hangzhou' }
    const before = performance.now()
    await sqs.send(
      new SendMessageCommand({ QueueUrl: cloud.queues.requestQueueUrl, MessageBody: JSON.stringify(body) }),
    )
    const { resultQueueUrl: QueueUrl } = cloud.queues
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    samples.push(performance.now() - before - attachMs)
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }))
  }
  const calls = cloud.emulator.journal.length / ROUNDS
  stop.abort()
  await worker
  await cloud.stop()
  // The first rounds find out how long this CEN takes.
  const settled = samples.slice(ROUNDS / 2).sort((a, b) => a - b)
  const at = (share) => settled[Math.floor(settled.length * share)].toFixed(0)
  return {
    attachMs,
    'beyond the attach, median ms': at(0.5),
    'range ms': `${at(0)} to ${settled.at(-1).toFixed(0)}`,
    'API calls each': calls,
  }
}

console.table([await measure(0), await measure(1_000), await measure(5_000)])
