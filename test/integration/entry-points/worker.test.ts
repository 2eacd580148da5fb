/** The worker process on a real queue server and real API calls. */
import { afterEach, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { type Running, start } from '../../support/process.js'
import { request } from '../../support/sim/sim.js'

let cloud: TestCloud
const workers: Running[] = []
const startWorker = (env: Record<string, string> = {}) => {
  const worker = start(['worker'], { ...cloud.env, LOG_LEVEL: 'debug', ...env })
  workers.push(worker)
  return worker
}
afterEach(async () => {
  for (const { child } of workers.splice(0)) child.kill('SIGKILL')
  await cloud.stop()
})

describe('the worker', () => {
  it('attaches the network of a message, and stops within seconds of SIGTERM', async () => {
    cloud = await startCloud({ limits: { attachMs: 300 } })
    const worker = startWorker()
    await worker.wrote('worker:started')
    await cloud.send(request())
    const [result] = await cloud.results(1)
    expect(result?.data.outcome).toBe('attached')
    await cloud.until(async () => (await cloud.left()) === 0)
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toBe(0)
    for (const stage of ['worker:signalled', 'worker:stopping', 'worker:stopped']) expect(worker.err()).toContain(stage)
  })

  it.each<[string, string]>([
    ['not JSON', 'attach vpc-1 to cen-1 please'],
    ['an array', '[]'],
    ['wrong types', '{"cenId":1,"childInstanceId":[],"childInstanceRegionId":null}'],
    ['a __proto__ key', '{"__proto__":{"cenId":"cen-1"}}'],
    ['64 KiB + 1', request().padEnd(65_537)],
  ])('dead-letters a poison pill after one receipt, with its bytes and its reason: %s', async (_name, body) => {
    cloud = await startCloud()
    startWorker()
    await cloud.send(body)
    const [result] = await cloud.results(1)
    expect(result).toMatchObject({
      type: 'cen.attachment.failed.v1',
      subject: 'invalid',
      data: { receiveCount: 1, error: { code: 'RequestInvalid' } },
    })
    await cloud.until(async () => (await cloud.left()) === 0)
    const letters = await cloud.deadLetters()
    expect(letters).toHaveLength(1)
    expect(letters[0]?.body).toBe(body)
    expect(letters[0]?.attributes).toMatchObject({ reason: 'invalid-request', receiveCount: '1', resultId: result?.id })
    expect(cloud.emulator.journal).toEqual([])
  })

  it('one bad message among ten: nine attach, one is dead-lettered', async () => {
    cloud = await startCloud({ limits: { attachMs: 100 } })
    startWorker()
    await cloud.send(...Array.from({ length: 9 }, () => request()), '{"cenId":"cen-1"}')
    const results = await cloud.results(10)
    expect(results.filter(({ data }) => data.outcome === 'attached')).toHaveLength(9)
    expect(await cloud.deadLetters()).toHaveLength(1)
  })

  it('holds a message whose attach takes three times the visibility timeout', async () => {
    cloud = await startCloud({ faults: [{ action: 'AttachCenChildInstance', nth: 1, fault: { delayMs: 6_000 } }] })
    const { SetQueueAttributesCommand } = await import('@aws-sdk/client-sqs')
    await cloud.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: cloud.queues.requestQueueUrl, Attributes: { VisibilityTimeout: '2' } }),
    )
    startWorker()
    startWorker()
    await cloud.send(request())
    const results = await cloud.results(1)
    await cloud.until(async () => (await cloud.left()) === 0)
    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
    expect(cloud.emulator.journal.filter(({ action }) => action === 'AttachCenChildInstance')).toHaveLength(1)
    expect(results[0]?.data.receiveCount).toBe(1)
  })

  it('reports a missing queue at once, and exits 2', async () => {
    cloud = await startCloud()
    const worker = startWorker({ REQUEST_QUEUE_URL: `${cloud.queues.requestQueueUrl}-nowhere` })
    expect(await worker.ended).toBe(2)
    expect(worker.err()).toContain('REQUEST_QUEUE_URL cannot be used')
  })

  it('reports a missing dead-letter queue and topic before its first receive, and exits 2', async () => {
    cloud = await startCloud()
    await cloud.send(request())
    const worker = startWorker({
      DEAD_LETTER_QUEUE_URL: `${cloud.queues.deadLetterQueueUrl}-nowhere`,
      RESULT_TOPIC_ARN: `${cloud.queues.resultTopicArn}-nowhere`,
    })
    expect(await worker.ended).toBe(2)
    expect(worker.err()).toContain('DEAD_LETTER_QUEUE_URL cannot be used: ')
    expect(worker.err()).toContain('RESULT_TOPIC_ARN cannot be used: ')
    expect(cloud.emulator.journal).toEqual([])
    const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs')
    const { Messages } = await cloud.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: cloud.queues.requestQueueUrl,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    )
    expect(Messages?.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['1'])
  })

  it('logs its settings at every start, without secrets', async () => {
    cloud = await startCloud()
    const worker = startWorker()
    await cloud.send(request())
    await cloud.results(1)
    for (const secret of [cloud.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET, 'Signature='])
      expect(worker.err()).not.toContain(secret)
  })
})
