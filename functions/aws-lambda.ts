/** The door of AWS Lambda: an SQS event in, the ids of the messages that come back out. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { fromLambdaRecord } from '../lib/aws/sqs-message.js'
import { readConfig } from '../lib/config.js'
import { retryAfter } from '../lib/disposition.js'
import { handleMessage } from '../lib/handle-message.js'
import { createJsonLog } from '../lib/host/json-log.js'
import type { MessageQueue } from '../lib/ports.js'
import { openReceipt } from '../lib/receipt.js'
import { settleBatch } from '../lib/settle-batch.js'
import { buildHouse } from './wiring/house.js'
import { watchLambda } from './wiring/lambda-watch.js'
import { readTextFile } from './wiring/text-file.js'

/** Lambda cannot stop the queue from calling it: while the intake is paused messages are handed back for a quarter of an hour. */
const PAUSED_DELAY_MS = 15 * 60_000
const PATIENCE_MS = 2_000

const reading = readConfig(process.env, readTextFile)
if (!reading.ok) throw new Error(`cen-attach cannot start: ${reading.faults.join('; ')}`)
const { config } = reading
const log = createJsonLog(config.logLevel)
const name = process.env.AWS_LAMBDA_FUNCTION_NAME || 'cen-attach'
const watch = watchLambda(name, config, log, (line) => void process.stdout.write(line))
const { house, queue, missing } = buildHouse(config, process.env, log, {
  pausedDelayMs: PAUSED_DELAY_MS,
  patienceMs: PATIENCE_MS,
  inHandMs: 0,
  observer: watch.observer,
})

/** Lambda deletes what is not named as failed. */
const lambdaQueue: MessageQueue = { ...queue, complete: async () => undefined }

/** Answers for every batch and never throws: a function that throws makes the whole batch come back, and Lambda scale down. */
export async function handler(
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'> & Partial<Pick<Context, 'awsRequestId'>>,
): Promise<SQSBatchResponse> {
  const nowMs = house.clock.now()
  await watch.ready
  const deadlineMs = nowMs + context.getRemainingTimeInMillis()
  const records = Array.isArray(event?.Records) ? event.Records : []
  const received = records.flatMap((record) => fromLambdaRecord(record, nowMs) ?? [])
  const messages = received.map((message) => openReceipt(message, house))
  const fifo = records.some((record) => record?.eventSourceARN?.endsWith('.fifo'))
  const faults = await missing()
  if (faults.length > 0) log.error('start:refused', { faults })
  const handle = async (message: (typeof messages)[number]) =>
    faults.length > 0 ? retryAfter(PAUSED_DELAY_MS, faults.join('; ')) : handleMessage(message, house, deadlineMs)
  const returned = await settleBatch({ messages, handle, queue: lambdaQueue, fifo, deadlineMs }, house)
  await watch.tell({ startedMs: nowMs, deadlineMs, awsRequestId: context.awsRequestId })
  return { batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) }
}
