/** Four ways to carry out the same job: receive, attach, read the state, publish, delete. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { SQSRecord } from 'aws-lambda'
import { Consumer } from 'sqs-consumer'
import { readTextFile } from '../../functions/compose/process.js'
import { buildWorker, work } from '../../functions/compose/worker.js'
import { startWorkerTelemetry } from '../../functions/compose/worker-telemetry.js'
import { readConfig } from '../../lib/config/config.js'
import { createJsonLog } from '../../lib/telemetry/json-log.js'
import { RECEIVERS, receiveAndDelete } from './bare-loop.js'
import { createJob, type LoopSetup } from './job.js'

/** Runs until `done` returns true; `done` is called with the number of messages that were deleted. */
type Loop = (done: (count: number) => boolean) => Promise<void>

export const LOOPS = {
  floor(setup: LoopSetup): Loop {
    const job = createJob(setup)
    return (done) =>
      receiveAndDelete(
        job,
        async (messages) => {
          await job.all(messages.map(({ Body = '' }) => Body))
          return messages
        },
        done,
      )
  },
  sqsConsumer(setup: LoopSetup): Loop {
    const job = createJob(setup)
    return async (done) => {
      const consumers = Array.from({ length: RECEIVERS }, () =>
        Consumer.create({
          queueUrl: job.queueUrl,
          sqs: job.sqs,
          batchSize: 10,
          waitTimeSeconds: 1,
          handleMessageBatch: async (messages) => {
            await job.all(messages.map(({ Body = '' }) => Body))
            return messages
          },
        }),
      )
      await new Promise<void>((resolve, reject) => {
        for (const consumer of consumers) {
          // `response_processed` follows the deletion of a batch, without the number of its messages.
          let count = 0
          consumer.on('message_received', () => {
            count += 1
          })
          consumer.on('response_processed', () => {
            if (done(count)) resolve()
            count = 0
          })
          consumer.on('error', reject)
          consumer.on('processing_error', reject)
          consumer.start()
        }
      })
      for (const consumer of consumers) consumer.stop()
    }
  },
  powertools(setup: LoopSetup): Loop {
    const job = createJob(setup)
    return (done) =>
      receiveAndDelete(
        job,
        async (messages) => {
          const Records = messages.map((message) => ({
            messageId: message.MessageId ?? '',
            receiptHandle: message.ReceiptHandle ?? '',
            body: message.Body ?? '',
            attributes: message.Attributes ?? {},
            messageAttributes: {},
            eventSource: 'aws:sqs',
          })) as unknown as SQSRecord[]
          const processor = new BatchProcessor(EventType.SQS)
          const { batchItemFailures } = await processPartialResponse(
            { Records },
            ({ body }: SQSRecord) => job.one(body),
            processor,
          )
          const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
          return messages.filter(({ MessageId = '' }) => !failed.has(MessageId))
        },
        done,
      )
  },
  async ours({ env }: LoopSetup): Promise<Loop> {
    const reading = readConfig(env, readTextFile)
    if (!reading.ok) throw new Error(reading.faults.join('; '))
    // The servers have no limits, so none are assumed; everything else is that of a real worker, also its log.
    const config = { ...reading.config, caps: { callsPerSecond: 100_000, atOncePerCen: 10_000 } }
    const log = createJsonLog(config.logLevel)
    const worker = buildWorker(config, env, log, (await startWorkerTelemetry(config, log)).observer)
    return async (done) => {
      const stop = new AbortController()
      const complete: typeof worker.queue.complete = async (message) => {
        await worker.queue.complete(message)
        if (done(1)) stop.abort()
      }
      await work({ ...worker, queue: { ...worker.queue, complete } }, config, { stop: stop.signal, waitSeconds: 1 })
    }
  },
} as const
