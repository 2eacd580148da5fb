/** Sends requests to the request queue, one batch after the other, at most so many a second. */
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Clock } from '../ports.js'
import { batchesOf } from './batch-size.js'
import { toMessageAttributes } from './message-attributes.js'
import { type BatchReport, type OutgoingMessage, sendBatch } from './send-batches.js'

export interface Outgoing {
  readonly body: string
  /** Whose share of a fair queue it takes (a standard queue accepts a MessageGroupId for this); at most 128 characters. */
  readonly fairGroup: string
  /** What must keep its order on a FIFO queue, and by what a repetition is known there. */
  readonly orderGroup: string
  readonly deduplicationId: string
  readonly redriveCount?: number
}

export interface SendingRules {
  readonly clock: Clock
  /** At most so many a second; absent: as fast as the queue takes them. */
  readonly perSecond?: number | undefined
  /** After it aborts no batch is begun. */
  readonly stop: AbortSignal
  /** False: no groups, so that a standard queue shares its capacity with no regard to accounts. */
  readonly groups?: boolean | undefined
  /** Told once where the queue refuses groups; what is sent from then on has none. */
  readonly ungrouped?: () => void
}

/**
 * A queue that knows groups on FIFO queues only: SQS before July 2025, ElasticMQ before 1.7, some VPC endpoints. SQS's text
 * is "The request include parameter that is not valid for this queue type"; some name MessageGroupId in it.
 */
const REFUSES_GROUPS = /not valid for this queue type|MessageGroupId/

/**
 * Sends one batch after the other. `taken` is told of the indexes that the queue took, and when the call began, before
 * anything else is sent: whoever writes them down loses at most one batch to a crash. Resolves to how many were sent;
 * rejects where the queue goes on refusing some.
 */
export async function sendMessages(
  sqs: SQSClient,
  QueueUrl: string,
  messages: readonly Outgoing[],
  taken: (indexes: readonly number[], atMs: number) => Promise<void>,
  { clock, perSecond = Number.POSITIVE_INFINITY, stop, groups = true, ungrouped }: SendingRules,
): Promise<number> {
  const fifo = QueueUrl.endsWith('.fifo')
  const entries = messages.map((message, index) => ({ index, ...toEntry(message, fifo) }))
  let grouped = groups || fifo
  const send = (batch: typeof entries): Promise<BatchReport<(typeof entries)[number]>> =>
    sendBatch(sqs, QueueUrl, grouped ? batch : batch.map(({ groupId: _, ...entry }) => entry), {
      clock,
      stop,
      taken: (some, atMs) =>
        taken(
          some.map(({ index }) => index),
          atMs,
        ),
    })
  /** What is refused for its group, as a batch or by the entry, had no effect: it is sent again without. */
  const sendAny: typeof send = async (batch) => {
    if (!grouped || fifo) return send(batch)
    const report = await send(batch).catch((error: Error) => {
      if (!REFUSES_GROUPS.test(error.message)) throw error
      return { sent: [], refused: batch.map((message) => ({ message, why: error.message })) }
    })
    const again = report.refused.filter(({ why }) => REFUSES_GROUPS.test(why)).map(({ message }) => message)
    if (again.length === 0) return report
    grouped = false
    ungrouped?.()
    const second = await send(again)
    const refused = report.refused.filter(({ message }) => !again.includes(message))
    return { sent: [...report.sent, ...second.sent], refused: [...refused, ...second.refused] }
  }
  let count = 0
  for (const batch of batchesOf(entries, Math.max(1, Math.floor(perSecond)))) {
    const { sent, refused } = await sendAny(batch)
    count += sent.length
    if (stop.aborted) return count
    if (refused[0])
      throw new Error(`${count} of ${messages.length} requests were sent, then the queue refused: ${refused[0].why}`)
    if (perSecond < Number.POSITIVE_INFINITY && count < messages.length)
      await clock.sleep((batch.length * 1_000) / perSecond, stop)
  }
  return count
}

function toEntry({ body, redriveCount, ...message }: Outgoing, fifo: boolean): OutgoingMessage {
  return {
    body,
    groupId: fifo ? message.orderGroup : message.fairGroup,
    ...(fifo && { deduplicationId: message.deduplicationId }),
    ...(redriveCount !== undefined && { attributes: toMessageAttributes({ redriveCount: String(redriveCount) }) }),
  }
}
