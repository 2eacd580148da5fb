/**
 * An event source mapping of SQS: polls the queue, gathers batches, invokes the function, deletes what it did not name as
 * failed (Lambda developer guide, "Using Lambda with Amazon SQS" and "Implementing partial batch responses").
 */
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { toRecord } from './bundle-host.js'
import type { InvocationOutcome } from './environment.js'

export interface MappingSettings {
  readonly batchSize: number
  readonly windowSeconds: number
  /** At least 2 at AWS. */
  readonly maximumConcurrency: number
}

export interface Batch {
  readonly ids: readonly string[]
  readonly failed: readonly string[]
  readonly outcome: InvocationOutcome
}

export interface Mapping {
  readonly batches: readonly Batch[]
  /** The most invocations that were under way together. */
  mostAtOnce(): number
  /** Ends polling, and waits for what is under way. */
  stop(): Promise<void>
}

const MAX_RECEIVED = 10
/** AWS polls for 20 s. The queue server here wakes a poll for what is sent, not for what becomes visible again, so polls are short. */
const WAIT_SECONDS = 1

export function startMapping(
  queue: { readonly sqs: SQSClient; readonly url: string; readonly arn: string },
  { batchSize, windowSeconds, maximumConcurrency }: MappingSettings,
  invoke: (event: unknown) => Promise<InvocationOutcome>,
): Mapping {
  const { sqs, url: QueueUrl, arn } = queue
  const stopped = new AbortController()
  const batches: Batch[] = []
  let atOnce = 0
  let mostAtOnce = 0

  const receive = async (most: number, WaitTimeSeconds: number): Promise<Message[]> => {
    const receiveInput = { QueueUrl, MaxNumberOfMessages: Math.min(MAX_RECEIVED, most), WaitTimeSeconds }
    const command = new ReceiveMessageCommand({
      ...receiveInput,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    const { Messages = [] } = await sqs.send(command, { abortSignal: stopped.signal })
    return Messages
  }
  const collectBatch = async (): Promise<Message[]> => {
    const batch = await receive(batchSize, WAIT_SECONDS)
    const endMs = performance.now() + windowSeconds * 1_000
    while (batch.length > 0 && batch.length < batchSize) {
      const leftMs = endMs - performance.now()
      if (leftMs <= 0 || stopped.signal.aborted) break
      const more = await receive(batchSize - batch.length, 0)
      batch.push(...more)
      if (more.length === 0) await new Promise((resolve) => setTimeout(resolve, Math.min(50, leftMs)))
    }
    return batch
  }
  const settle = async (messages: readonly Message[]): Promise<void> => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce)
    const outcome = await invoke({ Records: messages.map((message) => toRecord(message, arn)) })
    atOnce -= 1
    const ids = messages.map(({ MessageId = '' }) => MessageId)
    const failed = outcome.ok ? failedOf(outcome.answer, ids) : ids
    batches.push({ ids, failed, outcome })
    const done = messages.filter(({ MessageId = '' }) => !failed.includes(MessageId))
    for (let at = 0; at < done.length; at += MAX_RECEIVED) {
      const Entries = done
        .slice(at, at + MAX_RECEIVED)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    }
  }
  const poll = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const messages = await collectBatch().catch((error) => {
        if (stopped.signal.aborted) return []
        throw error
      })
      if (messages.length > 0) await settle(messages)
    }
  }
  const pollers = Array.from({ length: maximumConcurrency }, poll)
  return {
    batches,
    mostAtOnce: () => mostAtOnce,
    async stop() {
      stopped.abort()
      await Promise.all(pollers)
    },
  }
}

/** Which messages an answer names as failed: none by an empty answer, all of them by one that Lambda cannot read. */
export function failedOf(answer: unknown, ids: readonly string[]): readonly string[] {
  if (answer === null || answer === undefined || answer === '') return []
  if (typeof answer !== 'object') return ids
  const { batchItemFailures } = answer as { batchItemFailures?: unknown }
  if (batchItemFailures === undefined || batchItemFailures === null) return []
  if (!Array.isArray(batchItemFailures)) return ids
  const named = batchItemFailures.map((one: { itemIdentifier?: unknown } | null) => one?.itemIdentifier)
  return named.every((id): id is string => typeof id === 'string' && ids.includes(id)) ? named : ids
}
