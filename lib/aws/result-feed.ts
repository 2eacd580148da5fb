/** Results as they come out of the topic, by way of a queue. */
import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { AttachmentResult } from '../attachment-result.js'
import { isRecord } from '../envelope.js'

/** How long one receive waits for a result, in seconds. */
const WAIT_SECONDS = 1

export interface ResultFeed {
  /** Up to 10 results, none after a second without any; `forget` ends their messages, once they are kept elsewhere. */
  receive(): Promise<{ results: AttachmentResult[]; forget(): Promise<void> }>
}

export function createResultFeed(sqs: SQSClient, QueueUrl: string): ResultFeed {
  return {
    async receive() {
      const command = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: WAIT_SECONDS }
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(command))
      return {
        results: Messages.flatMap(({ Body = '' }) => readResult(Body) ?? []),
        async forget() {
          if (Messages.length === 0) return
          const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
          await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
        },
      }
    },
  }
}

/** A result; undefined for what somebody else put on the queue. */
function readResult(body: string): AttachmentResult | undefined {
  try {
    const value: unknown = JSON.parse(body)
    const isResult = isRecord(value) && isRecord(value.data) && typeof value.data.requestId === 'string'
    return isResult ? (value as unknown as AttachmentResult) : undefined
  } catch {
    return undefined
  }
}
