/** Observability of the built programs: one log line for a delivery, Prometheus metrics, EMF metrics in a function's log. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { type LambdaHost, startLambda } from '../support/lambda/bundle-host.js'
import { type Running, start } from '../support/process.js'
import { request } from '../support/sim/sim.js'

let cloud: TestCloud
const stops: (() => void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  await cloud.stop()
})
const startWorker = (env: Record<string, string> = {}): Running => {
  const worker = start(['worker'], { ...cloud.env, ...env })
  stops.push(() => worker.child.kill('SIGKILL'))
  return worker
}
/** The complete lines so far. */
const lines = (text: string) =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
const deliveries = (text: string) => lines(text).filter(({ event }) => event === 'receipt:settled')

describe('the worker', () => {
  it('serves its metrics on loopback until it stops, and logs one line for every delivery', async () => {
    cloud = await startCloud({
      limits: { attachMs: 300 },
      grantsMissing: [{ childInstanceId: 'vpc-foreign' }],
      faults: [{ action: 'AttachCenChildInstance', nth: 1, fault: { code: 'Throttling.User' } }],
    })
    const worker = startWorker({ METRICS_PORT: '0' })
    await worker.wrote('metrics:listening')
    const { url } = lines(worker.err()).find(({ event }) => event === 'metrics:listening')
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    const value = async (series: string) => {
      const text = await (await fetch(url)).text()
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1],
      )
    }
    const healthOf = async (path: string) => {
      const answer = await fetch(new URL(path, url))
      return { status: answer.status, ...((await answer.json()) as { checks: object }) }
    }
    await cloud.until(async () => (await healthOf('/readyz')).status === 200)
    expect(await healthOf('/readyz')).toMatchObject({ ok: true, checks: { queue: 'ok', identity: 'ok' } })
    expect(await healthOf('/healthz')).toEqual({ status: 200, ok: true, checks: { pollLoop: 'ok' } })
    const seen = request({ requestId: 'seen', correlationId: 'run/7' })
    await cloud.send(seen, 'no request', request({ childInstanceId: 'vpc-foreign', childInstanceOwnerId: '17' }))
    await cloud.until(async () => (await value('cen_attach_attached_total')) === 1)
    await cloud.until(async () => (await value('cen_attach_parked_total')) === 1)
    expect(await value('cen_attach_failed_total{kind="rejected"}')).toBe(1)
    expect(await value('cen_attach_api_throttles_total{action="AttachCenChildInstance"}')).toBe(1)
    const calls = cloud.emulator.journal.filter(({ action }) => action === 'AttachCenChildInstance').length
    expect(await value('cen_attach_api_calls_total{action="AttachCenChildInstance"}')).toBe(calls)
    expect(await value('cen_attach_time_to_attach_seconds_count')).toBe(1)
    expect(await value('cen_attach_intake_paused')).toBe(0)
    expect((await fetch(new URL('/', url))).status).toBe(404)
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
    const reported = deliveries(worker.err())
    expect(reported.filter(({ requestId }) => requestId === 'seen')).toMatchObject([
      { level: 'info', correlationId: 'run/7', action: 'complete', outcome: 'attached' },
    ])
    expect(reported.filter(({ code }) => code === 'RequestInvalid')).toMatchObject([
      { action: 'dead-letter', apiCalls: 0 },
    ])
  })

  it('reports a taken port of its metrics at once, and exits', async () => {
    cloud = await startCloud()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    stops.push(() => void other.close())
    const { port } = other.address() as { port: number }
    const worker = startWorker({ METRICS_PORT: String(port) })
    expect(await worker.ended).toBe(1)
    expect(worker.err()).toContain('METRICS_PORT cannot be used')
  })
})

describe('the Lambda function', () => {
  const startFunction = async (
    env: Record<string, string> = {},
  ): Promise<LambdaHost & { out(): string; err(): string }> => {
    const lambda = await startLambda(cloud, { AWS_LAMBDA_FUNCTION_NAME: 'attach-test', ...env })
    stops.push(lambda.stop)
    const printed: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      lambda.child[name]?.on('data', (piece) => {
        printed[name] += piece
      })
    }
    return { ...lambda, out: () => printed.stdout, err: () => printed.stderr }
  }
  const metrics = (text: string) => lines(text).filter(({ _aws }) => _aws !== undefined)

  it('logs one line for every delivery, each with its share of the billed time', async () => {
    cloud = await startCloud({ limits: { attachMs: 200 } })
    const lambda = await startFunction({ LOG_LEVEL: 'info' })
    await cloud.send(request(), request(), 'no request')
    expect((await lambda.round()).received).toBe(3)
    await cloud.until(() => deliveries(lambda.err()).length === 3)
    for (const one of deliveries(lambda.err())) {
      expect(one.billedMs).toBeGreaterThan(0)
      expect(one.awsRequestId).toMatch(/^invocation-/)
    }
    const actions = deliveries(lambda.err()).map(({ action }) => action)
    expect(actions.sort()).toEqual(['dead-letter', 'retry', 'retry'])
  })

  it('writes its metrics to its log at any log level, each document on a line of its own', async () => {
    cloud = await startCloud({ limits: { attachMs: 200 } })
    const lambda = await startFunction({ LOG_LEVEL: 'error' })
    await cloud.send(request(), 'no request')
    while ((await cloud.left()) > 0) await lambda.round()
    await cloud.until(() => metrics(lambda.out()).some(({ Attached }) => Attached === 1))
    expect(lambda.out().trim().split('\n')).toHaveLength(metrics(lambda.out()).length)
    for (const { FunctionName, _aws } of metrics(lambda.out())) {
      expect(FunctionName).toBe('attach-test')
      expect(_aws.CloudWatchMetrics[0].Namespace).toBe('CenAttach')
    }
    const sum = (name: string) => metrics(lambda.out()).reduce((all, document) => all + (document[name] ?? 0), 0)
    expect({ attached: sum('Attached'), failed: sum('Failed') }).toEqual({ attached: 1, failed: 1 })
    expect(sum('ApiCalls')).toBe(cloud.emulator.journal.length)
  })

  it('reports with every invocation that the circuit breaker is open', async () => {
    cloud = await startCloud({ faults: [{ action: '*', fault: { code: 'InvalidAccessKeyId.NotFound', http: 404 } }] })
    const lambda = await startFunction()
    await cloud.send(request())
    await lambda.round()
    await cloud.until(() => metrics(lambda.out()).some(({ IntakePaused }) => IntakePaused === 1))
  })
})
