/** The bare loop: only SDK calls, five receivers of ten messages, each of which deletes what it has published. */
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Job } from './job.js'

export const RECEIVERS = 5

/** Receives ten messages at a time until `done`, and deletes those that `handle` returns. */
export async function receiveAndDelete(
  { sqs, queueUrl: QueueUrl }: Job,
  handle: (messages: readonly Message[]) => Promise<readonly Message[]>,
  done: (count: number) => boolean,
): Promise<void> {
  const receiver = async () => {
    for (let over = false; !over; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['All'],
        }),
      )
      const handled = Messages.length > 0 ? await handle(Messages) : []
      if (handled.length > 0) {
        const Entries = handled.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
      }
      over = done(handled.length)
    }
  }
  await Promise.all(Array.from({ length: RECEIVERS }, receiver))
}
