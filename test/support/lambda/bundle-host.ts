/** The built Lambda bundle in a process of its own, and a stand-in for the event source mapping that feeds it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { TestCloud } from '../cloud.js'

export interface LambdaAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

export interface LambdaHost {
  readonly child: ChildProcess
  /** Rejects where the handler throws. */
  invoke(records: readonly object[], remainingMs?: number): Promise<LambdaAnswer>
  /** One round of the mapping: receives up to ten, invokes, deletes what is not named as failed. */
  round(remainingMs?: number): Promise<{ readonly received: number; readonly failed: readonly string[] }>
  /** Milliseconds of the handler in the last invocation. */
  handlerMs(): number
  stop(): void
}

const TIMEOUT_MS = 30_000

/** `queueArn` is the queue that the mapping names. */
export async function startLambda(
  cloud: Pick<TestCloud, 'env' | 'queues' | 'sqs'> & { readonly queueArn?: string | undefined },
  env: Readonly<Record<string, string>> = {},
): Promise<LambdaHost> {
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', LOG_LEVEL: 'error' }
  const child = fork('test/support/lambda/bundle-host.cjs', [], {
    env: { ...cloud.env, ...quiet, ...env },
    silent: true,
  })
  // A host that has exited sends no message; waiting for one rejects then.
  const ended = new AbortController()
  child.once('exit', (code) => ended.abort(new Error(`the host of the bundle exited with ${code}`)))
  const nextMessage = () => once(child, 'message', { signal: ended.signal })
  await nextMessage()
  let handlerMs = Number.NaN
  const invoke = async (records: readonly object[], remainingMs = TIMEOUT_MS): Promise<LambdaAnswer> => {
    child.send({ event: { Records: records }, remainingMs })
    const [reply] = (await nextMessage()) as [{ answer: LambdaAnswer; ms: number; error?: string }]
    if (reply.error !== undefined) throw new Error(reply.error)
    handlerMs = reply.ms
    return reply.answer
  }
  const round = async (remainingMs?: number) => {
    const QueueUrl = cloud.queues.requestQueueUrl
    const receive = {
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 2,
      MessageSystemAttributeNames: ['All' as const],
      MessageAttributeNames: ['All'],
    }
    const { Messages = [] } = await cloud.sqs.send(new ReceiveMessageCommand(receive))
    if (Messages.length === 0) return { received: 0, failed: [] }
    const { batchItemFailures } = await invoke(
      Messages.map((message) => toRecord(message, cloud.queueArn)),
      remainingMs,
    )
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    for (const { MessageId, ReceiptHandle } of Messages) {
      if (!failed.includes(MessageId ?? '')) await cloud.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
    return { received: Messages.length, failed }
  }
  return { child, invoke, round, handlerMs: () => handlerMs, stop: () => void child.kill('SIGKILL') }
}

/** A message as a record of the event that Lambda makes of it. */
export const toRecord = (message: Message, queueArn = 'arn:aws:sqs:us-east-1:000000000000:cen-attach-requests') => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType: dataType, StringValue: stringValue }]) => [
      name,
      { dataType, stringValue },
    ]),
  ),
  eventSourceARN: queueArn,
})
