/** The built Lambda bundle, fed from a real queue as an event source mapping feeds it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { request } from '../support/sim.js'

let cloud: TestCloud
let host: ChildProcess

afterEach(async () => {
  host?.kill('SIGKILL')
  await cloud.stop()
})

async function startHost(env: Record<string, string> = {}) {
  host = fork('test/support/lambda-host.cjs', { env: { ...cloud.env, LOG_LEVEL: 'error', ...env }, silent: true })
  await once(host, 'message')
}

const toRecord = (message: Message) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: {},
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:requests',
})

async function invoke(
  records: object[],
  remainingMs = 30_000,
): Promise<{ batchItemFailures: { itemIdentifier: string }[] }> {
  host.send({ event: { Records: records }, remainingMs })
  const [said] = await once(host, 'message')
  if (said.error) throw new Error(said.error)
  return said.answer
}

/** One round of the mapping: receive, invoke, delete what is not named as failed. */
async function round(remainingMs?: number) {
  const QueueUrl = cloud.queues.requestQueueUrl
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 2,
      MessageSystemAttributeNames: ['All'],
    }),
  )
  if (Messages.length === 0) return { received: 0, failed: [] as string[] }
  const { batchItemFailures } = await invoke(Messages.map(toRecord), remainingMs)
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  for (const { MessageId, ReceiptHandle } of Messages) {
    if (!failed.includes(MessageId ?? '')) await cloud.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }
  return { received: Messages.length, failed }
}

describe('the Lambda door', () => {
  it('attaches by way of the queue: accepted, handed back with a delay, then told of as attached', async () => {
    cloud = await startCloud({ limits: { attachMs: 500 } })
    await startHost()
    await cloud.send(request(), 'no request', request())
    expect(await round()).toMatchObject({ received: 3, failed: [expect.any(String), expect.any(String)] })
    while ((await cloud.left()) > 0) await round()
    const results = await cloud.results(3)
    expect(results.map(({ data }) => [data.outcome, data.receiveCount]).sort()).toEqual([
      ['attached', 2],
      ['attached', 2],
      ['failed', 1],
    ])
    expect(await cloud.deadLetters()).toHaveLength(1)
  })

  it('never sleeps out an attach: an invocation ends in moments although the attach takes a minute', async () => {
    cloud = await startCloud({ limits: { attachMs: 60_000 } })
    await startHost()
    await cloud.send(request())
    const before = Date.now()
    await round()
    expect(Date.now() - before).toBeLessThan(5_000)
  })

  it('answers before its time is over, and names what did not end', async () => {
    cloud = await startCloud({
      faults: [
        { action: 'AttachCenChildInstance', match: { ChildInstanceId: 'vpc-slow' }, fault: { silence: 'before' } },
      ],
    })
    await startHost()
    await cloud.send(request(), request({ childInstanceId: 'vpc-slow' }), '[]')
    const before = Date.now()
    const { failed } = await round(4_000)
    expect(Date.now() - before).toBeLessThan(4_000)
    expect(failed).toHaveLength(2)
  })

  it('begins nothing where no time is left, and hands everything back at once', async () => {
    cloud = await startCloud()
    await startHost()
    await cloud.send(request(), request())
    expect((await round(800)).failed).toHaveLength(2)
    expect(cloud.emulator.journal).toEqual([])
    expect((await round()).received).toBe(2)
  })

  it.each<[string, object[]]>([
    ['no records', []],
    ['a record without attributes', [{ messageId: 'a', receiptHandle: 'a', body: '[]', attributes: {} }]],
  ])('answers and does not throw: %s', async (_name, records) => {
    cloud = await startCloud()
    await startHost()
    expect(await invoke(records)).toEqual({ batchItemFailures: [] })
  })

  it('does not start with wrong settings, and names all of them', async () => {
    cloud = await startCloud()
    host = fork('test/support/lambda-host.cjs', { env: { CONCURRENCY: 'x' }, silent: true })
    let said = ''
    host.stderr?.on('data', (piece) => {
      said += piece
    })
    await once(host, 'exit')
    for (const name of ['REQUEST_QUEUE_URL', 'RESULT_TOPIC_ARN', 'ATTACHMENT_POLICY', 'CONCURRENCY'])
      expect(said).toContain(name)
  })
})
