/** Reading and redriving over real sockets: what is held, made visible, sent, deleted, and in which order. */
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { type QueueServer, startQueueServer } from '../../../functions/local/queue-server.js'
import { createAwsClients } from '../../../lib/aws/clients.js'
import {
  type DeadLetterQueue,
  holdDeadLetters,
  listDeadLetters,
} from '../../../lib/aws/dead-letters/dead-letter-queue.js'
import { redriveDeadLetters } from '../../../lib/aws/dead-letters/redrive.js'
import { NO_CHANGES } from '../../../lib/dead-letters/redrive-plan.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { type QueueFault, startQueueProxy, type Tap } from '../../support/aws/queue-proxy.js'

let server: QueueServer
let sqs: SQSClient
let serial = 0
let deadLetterQueue: DeadLetterQueue
let requestQueueUrl: string

const clientOf = (url: string) =>
  createAwsClients(
    awsConnectionOf({
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    }),
  ).sqs
const queue = async (name: string, Attributes: Record<string, string> = {}) => {
  const fifo = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {}
  const made = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...Attributes, ...fifo } }))
  return made.QueueUrl ?? ''
}

beforeAll(async () => {
  server = await startQueueServer()
  sqs = clientOf(server.url)
})
afterAll(() => server.stop())
beforeEach(async () => {
  serial += 1
  requestQueueUrl = await queue(`requests-${serial}`)
  deadLetterQueue = { sqs, deadLetterQueueUrl: await queue(`dead-${serial}`), clock: systemClock }
})

const bodyOf = (index: number, more: object = {}) =>
  JSON.stringify({ cenId: 'cen-1', childInstanceId: `vpc-${index}`, childInstanceRegionId: 'cn-hangzhou', ...more })
const ATTRIBUTES = { reason: 'rejected', errorCode: 'Bid.NotFound', resultId: 'f'.repeat(64) }
const asText = (values: object) =>
  Object.fromEntries(Object.entries(values).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]))

/** Sends dead letters to the queue, as the worker would. */
async function bury(bodies: readonly string[], attributes: object = ATTRIBUTES): Promise<void> {
  for (let first = 0; first < bodies.length; first += 10) {
    const Entries = bodies.slice(first, first + 10).map((MessageBody, index) => ({
      Id: String(index),
      MessageBody,
      MessageAttributes: asText(attributes),
    }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: deadLetterQueue.deadLetterQueueUrl, Entries }))
  }
}

/** Receives every visible message of a queue. */
async function take(QueueUrl: string) {
  const all = []
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 600,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    })
    const { Messages = [] } = await sqs.send(command)
    if (Messages.length === 0) return all
    all.push(...Messages)
  }
}
const bodiesOf = async (url: string) => (await take(url)).map(({ Body }) => Body).sort()

const never = () => new AbortController().signal
const order = (more: object = {}) => ({
  stop: never(),
  requestQueueUrl,
  selects: () => true,
  changes: NO_CHANGES,
  ttlMs: 86_400_000,
  dryRun: false,
  ...more,
})

/** The same queue behind a proxy, with its calls by action. */
async function behindProxy(faults: readonly QueueFault[], tap: Tap = {}) {
  const calls: Record<string, number> = {}
  const proxy = await startQueueProxy(
    server.url,
    faults,
    {},
    {
      ...tap,
      onRequest(action, input) {
        calls[action] = (calls[action] ?? 0) + 1
        return tap.onRequest?.(action, input)
      },
    },
  )
  return { proxy, calls, deadLetterQueue: { ...deadLetterQueue, sqs: clientOf(proxy.url) } }
}

describe('reading the dead-letter queue', () => {
  it('reads a thousand messages in little more than a hundred receives, and makes all visible again', async () => {
    await bury(Array.from({ length: 1_000 }, (_, index) => bodyOf(index)))
    const { proxy, calls, deadLetterQueue: watched } = await behindProxy([])
    const { letters, elsewhere } = await listDeadLetters(watched, { stop: never() })
    await proxy.stop()
    expect(new Set(letters.map(({ messageId }) => messageId)).size).toBe(1_000)
    expect(elsewhere).toBe(0)
    expect(calls.ReceiveMessage).toBeLessThanOrEqual(110)
    expect(calls.ChangeMessageVisibilityBatch).toBe(100)
    expect(await take(deadLetterQueue.deadLetterQueueUrl)).toHaveLength(1_000)
  })

  it('reports how many other readers hold', async () => {
    await bury([bodyOf(1), bodyOf(2), bodyOf(3)])
    await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetterQueue.deadLetterQueueUrl,
        MaxNumberOfMessages: 1,
        VisibilityTimeout: 60,
      }),
    )
    const { letters, elsewhere } = await listDeadLetters(deadLetterQueue, { stop: never() })
    expect([letters.length, elsewhere]).toEqual([2, 1])
  })

  it('makes held messages visible at once when it is stopped or its reader fails', async () => {
    await bury(Array.from({ length: 40 }, (_, index) => bodyOf(index)))
    const stop = new AbortController()
    const { letters } = await listDeadLetters(deadLetterQueue, { stop: stop.signal, progress: () => stop.abort() })
    expect(letters.length).toBeLessThan(40)
    const failing = holdDeadLetters(deadLetterQueue, { stop: never() }, () => Promise.reject(new Error('on purpose')))
    await expect(failing).rejects.toThrow('on purpose')
    expect(await take(deadLetterQueue.deadLetterQueueUrl)).toHaveLength(40)
  })

  it('makes held messages visible when a receive fails', async () => {
    await bury(Array.from({ length: 30 }, (_, index) => bodyOf(index)))
    let answers = 0
    const { proxy, deadLetterQueue: failing } = await behindProxy([], {
      onAnswer(action, answer) {
        if (action === 'ReceiveMessage') answers += 1
        return action === 'ReceiveMessage' && answers > 2 ? '{' : answer
      },
    })
    await expect(listDeadLetters(failing, { stop: never() })).rejects.toThrow()
    await proxy.stop()
    expect(answers).toBeGreaterThan(2)
    // The messages of a broken response are unknown; the others are visible again.
    expect((await take(deadLetterQueue.deadLetterQueueUrl)).length).toBeGreaterThanOrEqual(20)
  })

  it('distinguishes messages that SQS moved from those of other senders', async () => {
    await bury([bodyOf(1)], { colour: 'red' })
    await bury(['not a request'], { reason: 'none of yours' })
    const { proxy, deadLetterQueue: marked } = await behindProxy([], {
      onAnswer(action, answer) {
        if (action !== 'ReceiveMessage') return answer
        const printed = JSON.parse(answer)
        for (const message of printed.Messages ?? [])
          if (message.Body.includes('vpc-1')) message.Attributes.DeadLetterQueueSourceArn = 'arn:aws:sqs:x:1:requests'
        return JSON.stringify(printed)
      },
    })
    const { letters } = await listDeadLetters(marked, { stop: never() })
    expect(letters.map(({ origin }) => origin).sort()).toEqual(['backstop', 'foreign'])
    const { redriven } = await redriveDeadLetters(marked, order())
    await proxy.stop()
    expect(redriven.map(({ deadLetter, outcome }) => [deadLetter.origin, outcome]).sort()).toEqual([
      ['backstop', 'sent'],
      ['foreign', 'refused'],
    ])
    const [request] = await take(requestQueueUrl)
    expect(request?.MessageAttributes).toMatchObject({
      colour: { StringValue: 'red' },
      redriveCount: { StringValue: '1' },
    })
    expect(await bodiesOf(deadLetterQueue.deadLetterQueueUrl)).toEqual(['not a request'])
  })
})

describe('a redrive', () => {
  it('moves selected messages byte for byte, with the next redrive count and the group of the owner; others stay', async () => {
    const chosen = [bodyOf(1, { childInstanceOwnerId: '17' }), ` ${bodyOf(2)}\n`]
    await bury(chosen, { ...ATTRIBUTES, redriveCount: '2' })
    await bury([bodyOf(3)])
    const groups: string[] = []
    const { proxy, deadLetterQueue: watched } = await behindProxy([], {
      onRequest(action, input) {
        if (action === 'SendMessageBatch')
          for (const { MessageGroupId } of JSON.parse(input).Entries) groups.push(MessageGroupId)
        return undefined
      },
    })
    const report = await redriveDeadLetters(
      watched,
      order({ selects: (one: { redriveCount: number }) => one.redriveCount === 2 }),
    )
    await proxy.stop()
    expect(report.redriven.map(({ outcome }) => outcome)).toEqual(['sent', 'sent'])
    expect(groups.sort()).toEqual(['17', 'own-account'])
    const requests = await take(requestQueueUrl)
    expect(requests.map(({ Body }) => Body).sort()).toEqual([...chosen].sort())
    for (const { MessageAttributes } of requests)
      expect(MessageAttributes).toEqual({ redriveCount: { DataType: 'Number', StringValue: '3' } })
    expect(await bodiesOf(deadLetterQueue.deadLetterQueueUrl)).toEqual([bodyOf(3)])
  })

  it('moves messages without a group to a standard queue that refuses groups', async () => {
    const bodies = Array.from({ length: 12 }, (_, index) => bodyOf(index))
    await bury(bodies)
    const refusing = {
      send: (command: SendMessageBatchCommand) =>
        command instanceof SendMessageBatchCommand && command.input.Entries?.some((entry) => entry.MessageGroupId)
          ? Promise.reject(new Error('The request include parameter that is not valid for this queue type'))
          : sqs.send(command),
    } as SQSClient
    const { redriven } = await redriveDeadLetters({ ...deadLetterQueue, sqs: refusing }, order())
    expect(new Set(redriven.map(({ outcome }) => outcome))).toEqual(new Set(['sent']))
    expect(await bodiesOf(requestQueueUrl)).toEqual([...bodies].sort())
    expect(await take(deadLetterQueue.deadLetterQueueUrl)).toEqual([])
  })

  it('sends nothing on a dry run, and reports what it would send', async () => {
    await bury([bodyOf(1), 'nothing'])
    const { redriven } = await redriveDeadLetters(deadLetterQueue, order({ dryRun: true }))
    expect(redriven.map(({ outcome, plan }) => [outcome, plan?.body])).toEqual([
      ['refused', undefined],
      ['planned', bodyOf(1)],
    ])
    expect(await take(requestQueueUrl)).toEqual([])
    expect(await take(deadLetterQueue.deadLetterQueueUrl)).toHaveLength(2)
  })

  it('deletes nothing that the request queue has not accepted', async () => {
    const bodies = Array.from({ length: 25 }, (_, index) => bodyOf(index))
    await bury(bodies)
    const { proxy, deadLetterQueue: refusing } = await behindProxy([
      { action: 'SendMessageBatch', times: 100, how: 'refuse' },
    ])
    const { redriven } = await redriveDeadLetters(refusing, order())
    await proxy.stop()
    expect(redriven).toHaveLength(25)
    expect(new Set(redriven.map(({ outcome }) => outcome))).toEqual(new Set(['unsent']))
    expect(redriven[0]?.why).toContain('the request queue cannot be used')
    expect(await bodiesOf(deadLetterQueue.deadLetterQueueUrl)).toEqual([...bodies].sort())
  })

  it('reports a message that the request queue refuses, and moves the others', async () => {
    await bury([bodyOf(1), bodyOf(2, { correlationId: 'x'.repeat(200) })])
    requestQueueUrl = await queue(`small-${serial}`, { MaximumMessageSize: '1024' })
    await bury([`${bodyOf(3)}${' '.repeat(1_100)}`])
    const { redriven } = await redriveDeadLetters(deadLetterQueue, order())
    const unsent = redriven.filter(({ outcome }) => outcome === 'unsent')
    expect(unsent.map(({ deadLetter }) => deadLetter.attachment.childInstanceId)).toEqual(['vpc-3'])
    expect(unsent[0]?.why).toContain('shorter than 1024')
    expect(await take(requestQueueUrl)).toHaveLength(2)
    expect(await take(deadLetterQueue.deadLetterQueueUrl)).toHaveLength(1)
  })

  it('reports a message that was sent and could not be deleted; sent again it has the same count', async () => {
    await bury([bodyOf(1)])
    const { proxy, deadLetterQueue: keeping } = await behindProxy([
      { action: 'DeleteMessageBatch', times: 3, how: 'refuse' },
    ])
    const { redriven } = await redriveDeadLetters(keeping, order())
    expect(redriven.map(({ outcome }) => outcome)).toEqual(['kept'])
    const again = await redriveDeadLetters(keeping, order())
    await proxy.stop()
    expect(again.redriven.map(({ outcome }) => outcome)).toEqual(['sent'])
    const requests = await take(requestQueueUrl)
    expect(requests.map(({ MessageAttributes }) => MessageAttributes?.redriveCount?.StringValue)).toEqual(['1', '1'])
    expect(await take(deadLetterQueue.deadLetterQueueUrl)).toEqual([])
  })

  it('loses nothing if two run at once, and sends each message once', async () => {
    const bodies = Array.from({ length: 120 }, (_, index) => bodyOf(index))
    await bury(bodies)
    const reports = await Promise.all([
      redriveDeadLetters(deadLetterQueue, order()),
      redriveDeadLetters(deadLetterQueue, order()),
    ])
    expect(reports.flatMap(({ redriven }) => redriven)).toHaveLength(120)
    expect(await bodiesOf(requestQueueUrl)).toEqual([...bodies].sort())
    expect(await take(deadLetterQueue.deadLetterQueueUrl)).toEqual([])
  })

  it('skips messages that another reader has received meanwhile', async () => {
    await bury([bodyOf(1)])
    // A clock on which a minute passes between plan and move, so that the hold is checked again.
    let minutes = 0
    const hasty: DeadLetterQueue = {
      ...deadLetterQueue,
      clock: { ...systemClock, now: () => Date.now() + 60_000 * minutes++ },
    }
    const { proxy, deadLetterQueue: late } = await behindProxy([], {
      onAnswer: (action, answer) =>
        action === 'ChangeMessageVisibilityBatch'
          ? '{"Successful":[],"Failed":[{"Id":"0","SenderFault":true,"Code":"MessageNotInflight"}]}'
          : answer,
    })
    const { redriven } = await redriveDeadLetters({ ...hasty, sqs: late.sqs }, order())
    await proxy.stop()
    expect(redriven).toMatchObject([{ outcome: 'unsent', why: 'its visibility timeout ended before it was sent' }])
    expect(await take(requestQueueUrl)).toEqual([])
  })

  it('finishes the current batch when it is stopped, and starts no other', async () => {
    const bodies = Array.from({ length: 200 }, (_, index) => bodyOf(index))
    await bury(bodies)
    const stop = new AbortController()
    const { redriven } = await redriveDeadLetters(
      deadLetterQueue,
      order({ stop: stop.signal, moved: () => stop.abort() }),
    )
    const sent = redriven.filter(({ outcome }) => outcome === 'sent')
    expect(sent.length).toBeGreaterThan(0)
    expect(sent.length).toBeLessThan(200)
    const requests = await bodiesOf(requestQueueUrl)
    expect(requests).toHaveLength(sent.length)
    expect([...requests, ...(await bodiesOf(deadLetterQueue.deadLetterQueueUrl))].sort()).toEqual([...bodies].sort())
  })

  it('keeps groups and their order on FIFO queues, and reaches messages behind the first', async () => {
    requestQueueUrl = await queue(`requests-${serial}.fifo`)
    deadLetterQueue = { ...deadLetterQueue, deadLetterQueueUrl: await queue(`dead-${serial}.fifo`) }
    for (const [index, MessageGroupId] of ['a', 'b', 'a', 'a'].entries())
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueue.deadLetterQueueUrl,
          MessageBody: bodyOf(index),
          MessageGroupId,
          MessageDeduplicationId: String(index),
        }),
      )
    const { elsewhere, letters } = await listDeadLetters(deadLetterQueue, { stop: never() })
    expect([letters.length, elsewhere]).toEqual([2, 2])
    const { redriven } = await redriveDeadLetters(deadLetterQueue, order())
    expect(redriven.map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'sent', 'sent'])
    const seen: (string | undefined)[] = []
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: requestQueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
        }),
      )
      if (Messages.length === 0) break
      for (const { Body = '', Attributes, ReceiptHandle } of Messages) {
        if (Attributes?.MessageGroupId === 'a') seen.push(JSON.parse(Body).childInstanceId)
        await sqs.send(new DeleteMessageCommand({ QueueUrl: requestQueueUrl, ReceiptHandle }))
      }
    }
    expect(seen).toEqual(['vpc-0', 'vpc-2', 'vpc-3'])
  })
})
