/** Results as they come out of the topic, by way of a queue of their own. */
import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { AttachmentResult } from '../attachment-result.js'

/** Yields batches of results, empty ones too, so that a reader can look at its clock; ends when `stop` aborts. */
export async function* readResults(
  sqs: SQSClient,
  QueueUrl: string,
  stop: AbortSignal,
): AsyncGenerator<AttachmentResult[]> {
  while (!stop.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    )
    yield Messages.map(({ Body }) => JSON.parse(Body ?? '{}') as AttachmentResult)
    if (Messages.length === 0) continue
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  }
}
