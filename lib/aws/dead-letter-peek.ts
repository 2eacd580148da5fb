/** A look at the dead-letter queue that leaves it as it is: what is handed out is given back at once. */
import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'

export interface SeenLetter {
  readonly body: string
  readonly attributes: Readonly<Record<string, string>>
  /** When it came onto the queue, epoch milliseconds. */
  readonly atMs: number
}

/** Long enough to read a full queue; the hold ends by itself where this process dies. */
const HOLD_SECONDS = 60
const MOST = 20_000

/** Every letter that the queue shows, oldest first as far as it keeps order. */
export async function peekDeadLetters(sqs: SQSClient, QueueUrl: string): Promise<SeenLetter[]> {
  const held = new Map<string, Message>()
  try {
    while (held.size < MOST) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: HOLD_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      })
      const { Messages = [] } = await sqs.send(command)
      const before = held.size
      for (const message of Messages) held.set(message.MessageId ?? '', message)
      if (held.size === before) break
    }
    return [...held.values()].map(toLetter)
  } finally {
    await giveBack(sqs, QueueUrl, [...held.values()])
  }
}

const toLetter = ({ Body = '', MessageAttributes = {}, Attributes = {} }: Message): SeenLetter => ({
  body: Body,
  attributes: Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
  ),
  atMs: Number(Attributes.SentTimestamp ?? 0),
})

async function giveBack(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let first = 0; first < messages.length; first += 10) {
    const Entries = messages
      .slice(first, first + 10)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }))
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined)
  }
}
