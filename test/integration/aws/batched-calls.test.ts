/** Results, retries, deletions and dead letters in batch calls, over real sockets: the failure of one entry affects only that entry. */
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { createAwsClients } from '../../../lib/aws/clients.js'
import { createRequestQueue } from '../../../lib/aws/request-queue.js'
import { createResultTopic } from '../../../lib/aws/result-topic.js'
import { failureOf } from '../../../lib/domain/failure.js'
import { parseRequest } from '../../../lib/domain/messages/request.js'
import { type AttachmentResult, toResult } from '../../../lib/domain/messages/result.js'
import type { MessageQueue } from '../../../lib/messaging/message-queue.js'
import type { ReceivedMessage } from '../../../lib/messaging/received-message.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { type QueueFault, type QueueProxy, startQueueProxy, type Tap } from '../../support/aws/queue-proxy.js'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { start } from '../../support/process.js'
import { request } from '../../support/sim/sim.js'

let cloud: TestCloud
let proxy: QueueProxy | undefined
/** Every call on the queue server, in order. */
let calls: { action: string; input: string }[]

beforeEach(async () => {
  calls = []
  cloud = await startCloud({ limits: { attachMs: 100 } })
})
afterEach(async () => {
  await proxy?.stop()
  await cloud.stop()
})

async function behind(faults: readonly QueueFault[], onAnswer: Tap['onAnswer'] = (_, answer) => answer) {
  const onRequest = (action: string, input: string) => void calls.push({ action, input })
  proxy = await startQueueProxy(cloud.env.AWS_ENDPOINT_URL ?? '', faults, {}, { onRequest, onAnswer })
  const { sqs, sns } = createAwsClients(awsConnectionOf({ ...cloud.env, AWS_ENDPOINT_URL: proxy.url }))
  const urls = { requestQueueUrl: cloud.queues.requestQueueUrl, deadLetterQueueUrl: cloud.queues.deadLetterQueueUrl }
  return {
    queue: createRequestQueue(sqs, urls, systemClock),
    topic: createResultTopic(sns, cloud.queues.resultTopicArn, systemClock),
  }
}
const called = (action: string) => calls.filter((call) => call.action === action).length

function resultOf(body: string, about = ''): AttachmentResult {
  const parsed = parseRequest(body, { sentAtMs: 0, ttlMs: 1_000 })
  if (!parsed.ok) throw new Error('the body is no request')
  const message: ReceivedMessage = {
    messageId: 'a',
    handle: { current: 'a' },
    body,
    receiveCount: 1,
    sentAtMs: 0,
    receivedAtMs: 0,
  }
  const failure = failureOf({ code: 'Bid.NotFound', message: about })
  return toResult(message, parsed.request, { source: 'urn:test', nowMs: 0, outcome: 'failed', failure })
}
const outcomesOf = (wishes: readonly Promise<void>[]) =>
  Promise.allSettled(wishes).then((all) => all.map(({ status }) => status))

async function receive(queue: MessageQueue, count: number): Promise<ReceivedMessage[]> {
  await cloud.send(...Array.from({ length: count }, () => request()))
  const messages: ReceivedMessage[] = []
  while (messages.length < count) messages.push(...(await queue.receive(10, 1)))
  return messages
}

describe('concurrent results', () => {
  it('share calls of ten, each with its own attributes', async () => {
    const { topic } = await behind([])
    const results = Array.from({ length: 23 }, (_, index) => resultOf(request({ campaignId: `campaign-${index}` })))
    await Promise.all(results.map((result) => topic.publish(result)))
    expect(called('PublishBatch')).toBe(3)
    expect((await cloud.allResults()).map(({ id }) => id).sort()).toEqual(results.map(({ id }) => id).sort())
    const names = calls.flatMap(({ input }) => [...new URLSearchParams(input).values()])
    for (const { data } of results) expect(names.filter((value) => value === data.campaignId)).toHaveLength(1)
  })

  it('reject if their own entry is refused, while the others are on the topic', async () => {
    const { topic } = await behind([{ action: 'PublishBatch', times: 1, how: 'part' }])
    const results = Array.from({ length: 5 }, () => resultOf(request()))
    expect(await outcomesOf(results.map((result) => topic.publish(result)))).toEqual([
      'rejected',
      ...Array.from({ length: 4 }, () => 'fulfilled'),
    ])
    expect((await cloud.allResults()).map(({ id }) => id).sort()).toEqual(
      results
        .slice(1)
        .map(({ id }) => id)
        .sort(),
    )
  })

  it('are never more than 256 KiB in one call', async () => {
    const { topic } = await behind([])
    const results = Array.from({ length: 10 }, () =>
      resultOf(request({ correlationId: 'é'.repeat(128) }), 'x'.repeat(40_000)),
    )
    await Promise.all(results.map((result) => topic.publish(result)))
    for (const result of results) expect(JSON.stringify(result).length).toBeLessThan(32_768)
    expect(await cloud.allResults()).toHaveLength(10)
    for (const { input } of calls) {
      const form = new URLSearchParams(input)
      const bodies = [...form].filter(([name]) => name.endsWith('.Message')).map(([, value]) => value)
      expect(Buffer.byteLength(bodies.join(''))).toBeLessThan(262_144)
    }
  })
})

describe('concurrent messages', () => {
  it('are deleted ten in a call; one that is not deleted is still on the queue', async () => {
    const { queue } = await behind([{ action: 'DeleteMessageBatch', times: 1, how: 'part' }])
    const messages = await receive(queue, 12)
    const outcomes = await outcomesOf(messages.map((message) => queue.complete(message)))
    expect(outcomes.filter((outcome) => outcome === 'rejected')).toHaveLength(1)
    expect(called('DeleteMessageBatch')).toBe(2)
    expect(await cloud.left()).toBe(1)
  })

  it('are deferred ten in a call, each with its own delay', async () => {
    const { queue } = await behind([])
    const messages = await receive(queue, 10)
    await Promise.all(messages.map((message, index) => queue.retry(message, index < 3 ? 0 : 600)))
    expect(called('ChangeMessageVisibilityBatch')).toBe(1)
    expect(await queue.receive(10, 0)).toHaveLength(3)
  })

  it('are dead-lettered ten in a call, each with its own reason; one that is refused rejects', async () => {
    const { queue } = await behind([{ action: 'SendMessageBatch', times: 1, how: 'part' }])
    const messages = await receive(queue, 10)
    const wishes = messages.map((message, index) =>
      queue.deadLetter(message, {
        reason: 'rejected',
        failure: failureOf({ code: `Code.${index}` }),
        requestId: 'r',
        resultId: 'f',
      }),
    )
    const outcomes = await outcomesOf(wishes)
    expect(called('SendMessageBatch')).toBe(1)
    const letters = await cloud.deadLetters()
    expect(letters.map(({ attributes }) => attributes.errorCode).sort()).toEqual(
      messages.flatMap((_, index) => (outcomes[index] === 'fulfilled' ? [`Code.${index}`] : [])),
    )
    expect(letters).toHaveLength(9)
  })
})

/** Records the requests whose message was deleted before an answer confirmed that their result is on the topic. */
function watchOrder() {
  const requestOf = new Map<string, string>()
  const published = new Set<string>()
  const early: string[] = []
  const onAnswer: Tap['onAnswer'] = (action, answer, input) => {
    if (action === 'ReceiveMessage')
      for (const { ReceiptHandle, Body } of JSON.parse(answer).Messages ?? [])
        requestOf.set(ReceiptHandle, JSON.parse(Body).requestId)
    if (action === 'PublishBatch') {
      const form = new URLSearchParams(input)
      for (const [, id] of answer.matchAll(/<Id>(\d+)<\/Id><MessageId>/g)) {
        const message = form.get(`PublishBatchRequestEntries.member.${Number(id) + 1}.Message`)
        published.add(JSON.parse(message ?? '{}').data.requestId)
      }
    }
    if (action === 'DeleteMessageBatch')
      for (const { ReceiptHandle } of JSON.parse(input).Entries) {
        const requestId = requestOf.get(ReceiptHandle) ?? 'unknown'
        if (!published.has(requestId)) early.push(requestId)
      }
    return answer
  }
  return { onAnswer, published, early }
}

describe('a worker whose topic refuses some of a batch', () => {
  it('deletes no message before its result is on the topic, and completes all of them', async () => {
    const { onAnswer, published, early } = watchOrder()
    await behind([{ action: 'PublishBatch', times: 3, how: 'part' }], onAnswer)
    await cloud.send(...Array.from({ length: 30 }, (_, index) => request({ requestId: `request-${index}` })))
    const worker = start(['worker'], { ...cloud.env, LOG_LEVEL: 'error', AWS_ENDPOINT_URL: proxy?.url ?? '' })
    await cloud.until(async () => (await cloud.left()) === 0)
    worker.child.kill('SIGKILL')
    const results = await cloud.allResults()
    expect(new Set(results.map(({ data }) => data.requestId)).size).toBe(30)
    expect(results.every(({ data }) => data.outcome === 'attached')).toBe(true)
    expect(early).toEqual([])
    expect(published.size).toBe(30)
    // Thirty ends took fewer calls than messages.
    for (const action of ['PublishBatch', 'DeleteMessageBatch']) expect(called(action)).toBeLessThan(30)
  })
})

describe('a message of another queue, as a function of Lambda gets it', () => {
  it('is deferred and deleted on its own queue', async () => {
    const { queue } = await behind([])
    const { sqs, queues } = cloud
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'cen-attach-fortest-from-vending' }))
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: request() }))
    const urls = { requestQueueUrl: QueueUrl, deadLetterQueueUrl: queues.deadLetterQueueUrl }
    const own = createRequestQueue(sqs, urls, systemClock)
    await own.visibilitySeconds()
    const [message] = await own.receive(1, 1)
    if (message === undefined) throw new Error('nothing was received')
    await queue.retry(message, 0)
    const [again] = await own.receive(1, 1)
    expect(again).toMatchObject({ messageId: message.messageId, receiveCount: 2 })
    await queue.complete({ ...message, ...again })
    const attributes = { QueueUrl, AttributeNames: ['All' as const] }
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand(attributes))
    expect([Attributes.ApproximateNumberOfMessages, Attributes.ApproximateNumberOfMessagesNotVisible]).toEqual([
      '0',
      '0',
    ])
  })
})
