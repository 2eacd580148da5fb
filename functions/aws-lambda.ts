/** Entry point of AWS Lambda: handles an SQS event, and returns the ids of the messages to requeue. */
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { fromLambdaRecord } from '../lib/aws/sqs-message.js'
import { readConfig } from '../lib/config/config.js'
import { MINUTE_MS } from '../lib/domain/clock.js'
import { openDelivery } from '../lib/messaging/delivery-span.js'
import { retryAfter } from '../lib/messaging/disposition.js'
import type { MessageQueue } from '../lib/messaging/message-queue.js'
import { settleBatch } from '../lib/messaging/settle-batch.js'
import { handleMessage } from '../lib/reconcile/handle-message.js'
import { createJsonLog } from '../lib/telemetry/json-log.js'
import { buildContext } from './compose/context.js'
import { startLambdaTelemetry } from './compose/lambda-telemetry.js'
import { readTextFile } from './compose/process.js'

/** Lambda cannot stop its event source: while the circuit breaker is open, messages are requeued for a quarter of an hour. */
const PAUSED_DELAY_MS = 15 * MINUTE_MS
const SETTLE_RETRY_MS = 2_000

const reading = readConfig(process.env, readTextFile)
if (!reading.ok) throw new Error(`cen-attach cannot start: ${reading.faults.join('; ')}`)
const { config } = reading
const log = createJsonLog(config.logLevel)
const name = process.env.AWS_LAMBDA_FUNCTION_NAME || 'cen-attach'
const telemetry = startLambdaTelemetry(name, config, log, (line) => void process.stdout.write(line))
const { context, queue, missing } = buildContext(config, process.env, log, {
  pausedDelayMs: PAUSED_DELAY_MS,
  settleRetryMs: SETTLE_RETRY_MS,
  holdMs: 0,
  observer: telemetry.observer,
})

/** Lambda deletes what is not named as failed. */
const lambdaQueue: MessageQueue = { ...queue, complete: async () => undefined }

/** Answers every batch and never throws: after an error the whole batch is redelivered, and Lambda scales down. */
export async function handler(
  event: SQSEvent,
  lambdaContext: Pick<Context, 'getRemainingTimeInMillis'> & Partial<Pick<Context, 'awsRequestId'>>,
): Promise<SQSBatchResponse> {
  const nowMs = context.clock.now()
  await telemetry.ready
  const deadlineMs = nowMs + lambdaContext.getRemainingTimeInMillis()
  const records = Array.isArray(event?.Records) ? event.Records : []
  const received = records.flatMap((record) => fromLambdaRecord(record, nowMs) ?? [])
  const messages = received.map((message) => openDelivery(message, context))
  const fifo = records.some((record) => record?.eventSourceARN?.endsWith('.fifo'))
  const faults = await missing()
  if (faults.length > 0) log.error('start:refused', { faults })
  const handle = async (message: (typeof messages)[number]) =>
    faults.length > 0 ? retryAfter(PAUSED_DELAY_MS, faults.join('; ')) : handleMessage(message, context, deadlineMs)
  const returned = await settleBatch({ messages, handle, queue: lambdaQueue, fifo, deadlineMs }, context)
  await telemetry.record({ startedMs: nowMs, deadlineMs, awsRequestId: lambdaContext.awsRequestId })
  return { batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) }
}
