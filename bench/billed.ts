/** What Lambda bills for one attachment: the time of the handler over all deliveries, with a few refusals of Alibaba. */
import { execFileSync } from 'node:child_process'
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { startCloud, type TestCloud } from '../test/support/cloud.js'
import { type LambdaHost, startLambda, toRecord } from '../test/support/lambda/bundle-host.js'
import type { Benchmark } from './report.js'
import { round } from './statistics.js'

const REFUSALS = [0, 3, 10]
const IDS = ['vpc-0', 'vpc-1', 'vpc-2', 'vpc-3', 'vpc-4', 'vpc-5', 'vpc-6']
const REFUSED = 'IncorrectStatus.VpcSwitch'

interface BilledRow {
  readonly retries: number
  readonly billedMs: number
  readonly leastMs: number
  readonly mostMs: number
  readonly invocations: number
}

interface Spent {
  readonly ms: number
  readonly invocations: number
}

export const billed: Benchmark = {
  name: 'billedMs',
  onRequest: true,
  about: `what Lambda bills for one attachment, in milliseconds of the built handler, each invocation rounded up to 1 ms, after so many answers \`${REFUSED}\`; ${IDS.length} attachments, a message an invocation; what a message waits on the queue is not billed; the emulator and the queue answer at once, on the same machine`,
  async run(progress) {
    execFileSync(process.execPath, ['deploy/bundle.mjs', 'lambda'])
    progress('minutes, because the waits on the queue are real')
    return Promise.all(REFUSALS.map(measure))
  },
  table: (result) => [
    ['refused', 'billed ms, median', 'range ms', 'invocations'],
    ...(result as BilledRow[]).map((row) => [
      String(row.retries),
      String(row.billedMs),
      `${row.leastMs} to ${row.mostMs}`,
      row.invocations.toFixed(1),
    ]),
  ],
}

async function measure(retries: number): Promise<BilledRow> {
  const faults = IDS.map((ChildInstanceId) => ({
    action: 'AttachCenChildInstance',
    match: { ChildInstanceId },
    nth: 1,
    times: retries,
    fault: { code: REFUSED, http: 400 },
  }))
  const cloud = await startCloud({ limits: { attachMs: 0 }, faults: retries > 0 ? faults : [] })
  const lambda = await startLambda(cloud)
  const spent = await attachAll(cloud, lambda)
  lambda.stop()
  await cloud.stop()
  const sorted = [...spent.values()].map(({ ms }) => ms).sort((a, b) => a - b)
  const invocations = [...spent.values()].reduce((sum, each) => sum + each.invocations, 0)
  return {
    retries,
    billedMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    leastMs: sorted[0] ?? Number.NaN,
    mostMs: sorted.at(-1) ?? Number.NaN,
    invocations: round(invocations / sorted.length, 1),
  }
}

/** Sends a request for each, and invokes with one message at a time, in the order of delivery, until all have ended. */
async function attachAll({ sqs, queues, send }: TestCloud, lambda: LambdaHost): Promise<Map<string, Spent>> {
  const QueueUrl = queues.requestQueueUrl
  const spent = new Map<string, Spent>()
  // A CEN each, so that a refusal of one does not affect the others.
  for (const childInstanceId of IDS)
    await send(
      JSON.stringify({ cenId: `cen-${childInstanceId}`, childInstanceId, childInstanceRegionId: 'cn-hangzhou' }),
    )
  for (let over = 0; over < IDS.length; ) {
    const receive = { QueueUrl, WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All' as const] }
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand(receive))
    if (!message) continue
    const { childInstanceId } = JSON.parse(message.Body ?? '{}') as { childInstanceId: string }
    const { batchItemFailures } = await lambda.invoke([toRecord(message)])
    const { ms, invocations } = spent.get(childInstanceId) ?? { ms: 0, invocations: 0 }
    spent.set(childInstanceId, { ms: ms + Math.ceil(lambda.handlerMs()), invocations: invocations + 1 })
    if (batchItemFailures.length > 0) continue
    over++
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
  }
  return spent
}
