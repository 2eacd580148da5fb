/** Both clouds in the test's process, and calls on them. */
import {
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { awsConnectionOf } from '../../functions/compose/aws.js'
import { type LocalCloud, startLocalCloud } from '../../functions/local/cloud.js'
import { createAwsClients } from '../../lib/aws/clients.js'
import type { AttachmentResult } from '../../lib/domain/messages/result.js'
import { readWorldFile } from '../../lib/emulator/world/world-file.js'
import { basicEverywhere } from './basic-world.js'

export interface TestCloud extends LocalCloud {
  readonly sqs: SQSClient
  send(...bodies: string[]): Promise<void>
  /** Results in the order of arrival, once there are `count` of them. */
  results(count: number, withinMs?: number): Promise<AttachmentResult[]>
  /** All results, once no more arrive. */
  allResults(): Promise<AttachmentResult[]>
  deadLetters(): Promise<{ body: string; attributes: Record<string, string> }[]>
  /** Messages on the request queue, visible or not. */
  left(): Promise<number>
  until(done: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>
}

export async function startCloud(world: object = {}): Promise<TestCloud> {
  const reading = readWorldFile(JSON.stringify(basicEverywhere(world)))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const cloud = await startLocalCloud(reading.world)
  const { sqs } = createAwsClients(awsConnectionOf(cloud.env))
  const { requestQueueUrl, deadLetterQueueUrl, resultQueueUrl } = cloud.queues
  const seen: AttachmentResult[] = []

  const drain = async (QueueUrl: string) => {
    const command = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], VisibilityTimeout: 600 }
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(command))
    return Messages
  }
  const until = async (done: () => boolean | Promise<boolean>, withinMs = 30_000) => {
    for (const end = Date.now() + withinMs; !(await done()); ) {
      if (Date.now() > end) throw new Error('it did not come to be in time')
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
  const takeResults = async () => {
    const messages = await drain(resultQueueUrl)
    for (const { Body } of messages) seen.push(JSON.parse(Body ?? '{}'))
    return messages.length
  }
  return {
    ...cloud,
    sqs,
    until,
    async send(...bodies) {
      for (const MessageBody of bodies)
        await sqs.send(new SendMessageCommand({ QueueUrl: requestQueueUrl, MessageBody }))
    },
    async results(count, withinMs) {
      await until(async () => {
        await takeResults()
        return seen.length >= count
      }, withinMs)
      return seen
    },
    async allResults() {
      while ((await takeResults()) > 0);
      return seen
    },
    async deadLetters() {
      const letters: Message[] = []
      for (let more = await drain(deadLetterQueueUrl); more.length > 0; more = await drain(deadLetterQueueUrl))
        letters.push(...more)
      return letters.map(({ Body = '', MessageAttributes = {} }) => ({
        body: Body,
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
        ),
      }))
    },
    async left() {
      const names = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ] as const
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: requestQueueUrl, AttributeNames: [...names] }),
      )
      return names.reduce((sum, name) => sum + Number(Attributes[name]), 0)
    },
  }
}
