/** Traces through the built programs: from the trace context of a message to the collector and the result. */
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { startLambda } from '../support/lambda/bundle-host.js'
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.js'
import { start } from '../support/process.js'
import { request } from '../support/sim/sim.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const SECRET = 'CanaryCollectorKey4719'

let cloud: TestCloud
const stops: (() => void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  await cloud.stop()
})

const receive = async (...answer: Parameters<typeof startOtlpReceiver>): Promise<OtlpReceiver> => {
  const receiver = await startOtlpReceiver(...answer)
  stops.push(receiver.stop)
  return receiver
}
/** The collector answers after a minute: waiting for it would fail the test. */
const toCollector = (url: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_HEADERS: `api-key=${SECRET}`,
  OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
  OTEL_SERVICE_NAME: 'attach-test',
})
const LONG_MS = 30_000

const startWorker = (env: Record<string, string>) => {
  const worker = start(['worker'], { ...cloud.env, LOG_LEVEL: 'debug', ...env })
  stops.push(() => worker.child.kill('SIGKILL'))
  return worker
}
const sendTraced = (body: string) =>
  cloud.sqs.send(
    new SendMessageCommand({
      QueueUrl: cloud.queues.requestQueueUrl,
      MessageBody: body,
      MessageAttributes: { traceparent: { DataType: 'String', StringValue: `00-${TRACE}-${SPAN}-01` } },
    }),
  )

/** The delivery span is a child of the message's, its calls and the result are children of the delivery's. */
function expectTrace(receiver: OtlpReceiver, traceparent: string | undefined, calls: readonly string[]) {
  expect(receiver.faults).toEqual([])
  const spans = receiver.spans.filter(({ traceId }) => traceId === TRACE)
  const deliveries = spans.filter(({ name }) => name === 'process request')
  for (const delivery of deliveries) {
    expect(delivery).toMatchObject({ parentSpanId: SPAN, kind: 5, resource: { 'service.name': 'attach-test' } })
    expect(delivery.facts).toMatchObject({ 'messaging.system': 'aws_sqs', 'cen_attach.cenId': 'cen-one' })
  }
  const ids = deliveries.map(({ spanId }) => spanId)
  const below = spans.filter(({ parentSpanId }) => ids.includes(parentSpanId ?? ''))
  expect(below.map(({ name }) => name).sort()).toEqual(calls)
  expect(ids.map((spanId) => `00-${TRACE}-${spanId}-01`)).toContain(traceparent)
}

describe('the worker', () => {
  it("sends the spans of a delivery and its calls, below the message's trace context", async () => {
    cloud = await startCloud({ limits: { attachMs: 300 } })
    const receiver = await receive()
    const worker = startWorker({ ...toCollector(receiver.url), OTEL_BSP_SCHEDULE_DELAY: '100' })
    await sendTraced(request())
    const [result] = await cloud.results(1)
    await cloud.until(() => receiver.spans.some(({ name }) => name === 'process request'))
    expectTrace(receiver, result?.traceparent, [
      'AttachCenChildInstance',
      'DescribeCenAttachedChildInstanceAttribute',
      'ListTransitRouters',
    ])
    expect(receiver.requests[0]?.headers['api-key']).toBe(SECRET)
    expect(worker.err()).toContain(`"traceId":"${TRACE}"`)
    expect(worker.err() + worker.out()).not.toContain(SECRET)
  })

  it('attaches and stops as usual if the collector hangs', async () => {
    cloud = await startCloud({ limits: { attachMs: 100 } })
    const receiver = await receive(() => undefined)
    const beganMs = Date.now()
    const worker = startWorker(toCollector(receiver.url))
    await cloud.send(request(), request(), 'no request')
    const results = await cloud.results(3)
    expect(results.map(({ data }) => data.outcome).sort()).toEqual(['attached', 'attached', 'failed'])
    await cloud.until(async () => (await cloud.left()) === 0)
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toBe(0)
    expect(Date.now() - beganMs).toBeLessThan(LONG_MS)
    expect(worker.err() + worker.out()).not.toContain(SECRET)
  })

  it('reports faults of the settings of a collector without their values', async () => {
    cloud = await startCloud()
    const worker = startWorker({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${SECRET}@127.0.0.1`,
      OTEL_EXPORTER_OTLP_HEADERS: SECRET,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    })
    expect(await worker.ended).toBe(2)
    for (const name of ['ENDPOINT', 'HEADERS', 'PROTOCOL']) expect(worker.err()).toContain(`OTEL_EXPORTER_OTLP_${name}`)
    expect(worker.err()).not.toContain(SECRET)
  })
})

describe('the Lambda function', () => {
  it('sends the spans of an invocation before it answers', async () => {
    cloud = await startCloud({ limits: { attachMs: 300 } })
    const receiver = await receive()
    const lambda = await startLambda(cloud, toCollector(receiver.url))
    stops.push(lambda.stop)
    await sendTraced(request())
    await lambda.round()
    expect(receiver.spans.map(({ name }) => name).sort()).toEqual([
      'AttachCenChildInstance',
      'ListTransitRouters',
      'process request',
    ])
    while ((await cloud.left()) > 0) await lambda.round()
    const [result] = await cloud.results(1)
    expectTrace(receiver, result?.traceparent, [
      'AttachCenChildInstance',
      'DescribeCenAttachedChildInstanceAttribute',
      'ListTransitRouters',
    ])
  })

  it('continues the trace of the X-Ray header, an attribute of the message', async () => {
    cloud = await startCloud()
    const receiver = await receive()
    const lambda = await startLambda(cloud, toCollector(receiver.url))
    stops.push(lambda.stop)
    const AWSTraceHeader = `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)};Parent=${SPAN};Sampled=1`
    const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()), AWSTraceHeader }
    await lambda.invoke([{ messageId: 'a', receiptHandle: 'a', body: request(), attributes }])
    expect(receiver.spans.find(({ kind }) => kind === 5)).toMatchObject({ traceId: TRACE, parentSpanId: SPAN })
  })

  it('answers in time if the collector hangs, batch after batch', async () => {
    cloud = await startCloud({ limits: { attachMs: 100 } })
    const receiver = await receive(() => undefined)
    const lambda = await startLambda(cloud, toCollector(receiver.url))
    stops.push(lambda.stop)
    const beganMs = Date.now()
    await cloud.send(request(), request())
    while ((await cloud.left()) > 0) await lambda.round()
    expect((await cloud.results(2)).map(({ data }) => data.outcome)).toEqual(['attached', 'attached'])
    expect(Date.now() - beganMs).toBeLessThan(LONG_MS)
  })
})
