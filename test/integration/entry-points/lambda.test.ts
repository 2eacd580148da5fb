/** The built Lambda bundle, fed from a real queue as an event source mapping feeds it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { type LambdaHost, startLambda } from '../../support/lambda/bundle-host.js'
import { request } from '../../support/sim/sim.js'

let cloud: TestCloud
let lambda: LambdaHost | undefined

afterEach(async () => {
  lambda?.stop()
  lambda = undefined
  await cloud.stop()
})

describe('the Lambda door', () => {
  it('attaches by way of the queue: accepted, returned with a delay, then reported as attached', async () => {
    cloud = await startCloud({ limits: { attachMs: 500 } })
    lambda = await startLambda(cloud)
    await cloud.send(request(), 'no request', request())
    expect(await lambda.round()).toMatchObject({ received: 3, failed: [expect.any(String), expect.any(String)] })
    while ((await cloud.left()) > 0) await lambda.round()
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
    lambda = await startLambda(cloud)
    await cloud.send(request())
    const before = Date.now()
    await lambda.round()
    expect(Date.now() - before).toBeLessThan(5_000)
  })

  it('answers before its time is over, and names what did not end', async () => {
    cloud = await startCloud({
      faults: [
        { action: 'AttachCenChildInstance', match: { ChildInstanceId: 'vpc-slow' }, fault: { silence: 'before' } },
      ],
    })
    lambda = await startLambda(cloud)
    await cloud.send(request(), request({ childInstanceId: 'vpc-slow' }), '[]')
    const before = Date.now()
    const { failed } = await lambda.round(4_000)
    expect(Date.now() - before).toBeLessThan(4_000)
    expect(failed).toHaveLength(2)
  })

  it('begins nothing where no time is left, and hands everything back at once', async () => {
    cloud = await startCloud()
    lambda = await startLambda(cloud)
    await cloud.send(request(), request())
    expect((await lambda.round(800)).failed).toHaveLength(2)
    expect(cloud.emulator.journal).toEqual([])
    expect((await lambda.round()).received).toBe(2)
  })

  it.each<[string, object[]]>([
    ['no records', []],
    ['a record without attributes', [{ messageId: 'a', receiptHandle: 'a', body: '[]', attributes: {} }]],
  ])('answers and does not throw: %s', async (_name, records) => {
    cloud = await startCloud()
    lambda = await startLambda(cloud)
    expect(await lambda.invoke(records)).toEqual({ batchItemFailures: [] })
  })

  it('hands back what it gets, before any call to a CEN, while dead-letter queue or topic are not there', async () => {
    cloud = await startCloud()
    lambda = await startLambda(cloud, {
      DEAD_LETTER_QUEUE_URL: `${cloud.queues.deadLetterQueueUrl}-later`,
      RESULT_TOPIC_ARN: `${cloud.queues.resultTopicArn}-nowhere`,
    })
    let said = ''
    for (const stream of [lambda.child.stdout, lambda.child.stderr])
      stream?.on('data', (piece) => {
        said += piece
      })
    await cloud.send(request())
    expect(await lambda.round()).toMatchObject({ received: 1, failed: [expect.any(String)] })
    expect(cloud.emulator.journal).toEqual([])
    expect(await cloud.left()).toBe(1)
    await cloud.until(() => said.includes('DEAD_LETTER_QUEUE_URL cannot be used') && said.includes('RESULT_TOPIC_ARN'))
  })

  it('does not start with wrong settings, and names all of them', async () => {
    cloud = await startCloud()
    const host = fork('test/support/lambda/bundle-host.cjs', { env: { CONCURRENCY: 'x' }, silent: true })
    let said = ''
    host.stderr?.on('data', (piece) => {
      said += piece
    })
    await once(host, 'exit')
    for (const name of ['REQUEST_QUEUE_URL', 'RESULT_TOPIC_ARN', 'ATTACHMENT_POLICY', 'CONCURRENCY'])
      expect(said).toContain(name)
  })
})

describe('the Lambda door on a FIFO queue', () => {
  const record = (messageId: string, group: string, body: string) => ({
    messageId,
    receiptHandle: messageId,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now()),
      SenderId: 'x',
      MessageGroupId: group,
    },
    messageAttributes: {},
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:requests.fifo',
  })

  it('names the first that comes back and the rest of its group; other groups go on in order', async () => {
    cloud = await startCloud({ attached: [{ cenId: 'cen-one', childInstanceId: 'vpc-busy', status: 'Detaching' }] })
    lambda = await startLambda(cloud)
    const records = [
      record('A1', 'A', 'no request'),
      record('B1', 'B', '[]'),
      record('A2', 'A', request({ childInstanceId: 'vpc-busy' })),
      record('A3', 'A', 'no request either'),
      record('B2', 'B', '{}'),
    ]
    expect(await lambda.invoke(records)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'A2' }, { itemIdentifier: 'A3' }],
    })
    const letters = await cloud.deadLetters()
    expect(letters.map(({ body }) => body).sort()).toEqual(['[]', 'no request', '{}'])
  })
})

describe('a Lambda batch', () => {
  it('of 50 whose time runs out runs no success twice', async () => {
    cloud = await startCloud({
      limits: { attachMs: 100 },
      faults: [{ action: 'AttachCenChildInstance', nth: 12, times: 5, fault: { silence: 'after' } }],
    })
    lambda = await startLambda(cloud)
    await cloud.send(...Array.from({ length: 50 }, (_, index) => request({ cenId: `cen-${index % 10}` })))
    await cloud.until(async () => {
      await lambda?.round(5_000)
      return (await cloud.left()) === 0
    }, 120_000)
    const results = await cloud.results(50)
    expect(results.map(({ data }) => data.outcome).filter((outcome) => outcome !== 'attached')).toEqual([])
    expect(new Set(results.map(({ id }) => id)).size).toBe(50)
    expect(results).toHaveLength(50)
    const effective = cloud.emulator.journal.filter(
      ({ action, code }) => action === 'AttachCenChildInstance' && code === 'OK',
    )
    expect(effective).toHaveLength(50)
  }, 150_000)

  it('that fails wholly answers with all of its ids', async () => {
    cloud = await startCloud({ faults: [{ action: '*', fault: { html: 503 } }] })
    lambda = await startLambda(cloud)
    await cloud.send(request(), request(), request())
    expect(await lambda.round()).toMatchObject({
      received: 3,
      failed: [expect.any(String), expect.any(String), expect.any(String)],
    })
  })
})
