/** The fake event source mapping of the tests, against a real queue. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import type { InvocationOutcome } from '../../support/lambda/environment.js'
import {
  failedOf,
  type Mapping,
  type MappingSettings,
  startMapping,
} from '../../support/lambda/event-source-mapping.js'

let cloud: TestCloud
let mapping: Mapping | undefined
// A queue of its own each: a poll that was broken off would take the next test's messages.
beforeEach(async () => {
  cloud = await startCloud()
})
afterEach(async () => {
  await mapping?.stop()
  await cloud.stop()
})

interface Event {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[]
}
const map = (settings: Partial<MappingSettings>, invoke: (event: Event) => Promise<unknown>) => {
  const { sqs, queues } = cloud
  const all = { batchSize: 10, windowSeconds: 0, maximumConcurrency: 2, ...settings }
  const queue = { sqs, url: queues.requestQueueUrl, arn: 'arn:aws:sqs:us-east-1:000000000000:requests' }
  const answer = async (event: unknown): Promise<InvocationOutcome> => ({
    ok: true,
    answer: await invoke(event as Event),
  })
  mapping = startMapping(queue, all, answer)
  return mapping
}
const bodies = (count: number) => Array.from({ length: count }, (_, index) => `body ${index}`)

describe('the mapping', () => {
  it('limits concurrent invocations and the batch size', async () => {
    await cloud.send(...bodies(30))
    let invocations = 0
    let allRun: () => void
    const threeRun = new Promise<void>((resolve) => {
      allRun = resolve
    })
    const running = map({ batchSize: 4, maximumConcurrency: 3 }, async () => {
      invocations += 1
      if (invocations === 3) allRun()
      await threeRun
      await new Promise((resolve) => setTimeout(resolve, 40))
    })
    await cloud.until(async () => (await cloud.left()) === 0)
    expect(running.mostAtOnce()).toBe(3)
    expect(Math.max(...running.batches.map(({ ids }) => ids.length))).toBeLessThanOrEqual(4)
  })

  it('collects messages for its batching window, into batches larger than one receive', async () => {
    await cloud.send(...bodies(25))
    const running = map({ batchSize: 25, windowSeconds: 1, maximumConcurrency: 2 }, async () => undefined)
    await cloud.until(async () => (await cloud.left()) === 0)
    expect(running.batches.reduce((sum, { ids }) => sum + ids.length, 0)).toBe(25)
    expect(running.batches.some(({ ids }) => ids.length > 10)).toBe(true)
  })

  it('deletes the messages that are not named as failed, and leaves the others on the queue', async () => {
    const isOdd = ({ body }: { body: string }) => body.endsWith('odd')
    const running = map({}, async ({ Records }) => ({
      batchItemFailures: Records.filter(isOdd).map(({ messageId }) => ({ itemIdentifier: messageId })),
    }))
    await cloud.send('even', 'odd', 'even')
    await cloud.until(() => running.batches.reduce((sum, { ids }) => sum + ids.length, 0) === 3)
    await running.stop()
    expect(await cloud.left()).toBe(1)
  })
})

describe('an answer of the function', () => {
  const ids = ['a', 'b']
  it.each<[string, unknown, readonly string[]]>([
    ['none at all', null, []],
    ['an empty one', {}, []],
    ['no list', { batchItemFailures: null }, []],
    ['an empty list', { batchItemFailures: [] }, []],
    ['one id', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
    ['an id of another batch', { batchItemFailures: [{ itemIdentifier: 'c' }] }, ids],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, ids],
    ['another key', { batchItemFailures: [{ id: 'a' }] }, ids],
    ['a text', 'done', ids],
  ])('%s names these as failed', (_name, answer, failed) => {
    expect(failedOf(answer, ids)).toEqual(failed)
  })
})
