/** Worker and Lambda function with `ATTACHER=fc`: the results are the same, and the only outgoing call is the invocation. */
import { afterEach, describe, expect, it } from 'vitest'
import { type FcCloud, startFcCloud } from '../../support/function-compute/fc-cloud.js'
import { type LambdaHost, startLambda } from '../../support/lambda/bundle-host.js'
import { type Running, start } from '../../support/process.js'
import { request } from '../../support/sim/sim.js'

const OWNER = '1700000000000007'
let fc: FcCloud
const stops: (() => void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  await fc.stop()
})
const startWorker = (api: 'fc2' | 'fc3', env: Record<string, string> = {}): Running => {
  const worker = start(['worker'], { ...fc.env(api), LOG_LEVEL: 'debug', ...env })
  stops.push(() => worker.child.kill('SIGKILL'))
  return worker
}
const startFunction = async (api: 'fc2' | 'fc3', env: Record<string, string> = {}): Promise<LambdaHost> => {
  const lambda = await startLambda({ ...fc.cloud, env: { ...fc.cloud.env, ...fc.env(api) } }, env)
  stops.push(lambda.stop)
  return lambda
}
const attaches = () => fc.cloud.emulator.journal.filter(({ action }) => action === 'AttachCenChildInstance')

describe.each(['fc3', 'fc2'] as const)('the worker with a function by %s', (api) => {
  it('attaches, adopts, rejects and grants like the direct driver', async () => {
    fc = await startFcCloud(
      {
        attached: [{ cenId: 'cen-one', childInstanceId: 'vpc-there' }],
        roles: [{ roleName: 'grantor', accountId: OWNER }],
        grantsMissing: [{ childInstanceId: 'vpc-foreign' }],
        faults: [
          {
            action: 'AttachCenChildInstance',
            match: { ChildInstanceId: 'vpc-bad' },
            fault: { code: 'InvalidParameter' },
          },
        ],
        limits: { attachMs: 100, grantMs: 0 },
      },
      { settings: { GRANT_ROLE_NAME: 'grantor' } },
    )
    startWorker(api, { GRANT_ROLE_NAME: 'grantor' })
    await fc.cloud.send(
      request({ childInstanceId: 'vpc-new' }),
      request({ childInstanceId: 'vpc-there' }),
      request({ childInstanceId: 'vpc-bad' }),
      request({ childInstanceId: 'vpc-foreign', childInstanceOwnerId: OWNER }),
      request({ childInstanceId: 'vpc-look', dryRun: true }),
    )
    const results = await fc.cloud.results(5)
    const outcomes = Object.fromEntries(
      results.map(({ data }) => [data.attachment.childInstanceId, data.error?.code ?? data.would ?? data.outcome]),
    )
    expect(outcomes).toEqual({
      'vpc-new': 'attached',
      'vpc-there': 'attached',
      'vpc-bad': 'InvalidParameter',
      'vpc-foreign': 'attached',
      'vpc-look': 'attach',
    })
    expect(results.find(({ data }) => data.attachment.childInstanceId === 'vpc-there')?.data.adopted).toBe(true)
    expect(await fc.cloud.deadLetters()).toHaveLength(1)
    expect(new Set(fc.functionCompute.journal.map((one) => one.api))).toEqual(new Set([api]))
  })

  it('reads the state after a crash, a timeout and a cut connection, and attaches once', async () => {
    fc = await startFcCloud({ limits: { attachMs: 50 } })
    fc.functionCompute.faults.push({ after: 'crash' }, { after: 'timeout' }, { after: 'reset' })
    startWorker(api)
    await fc.cloud.send(...Array.from({ length: 3 }, (_, index) => request({ cenId: `cen-${index}` })))
    const results = await fc.cloud.results(3)
    expect(results.map(({ data }) => data.outcome)).toEqual(['attached', 'attached', 'attached'])
    expect(attaches()).toHaveLength(3)
  })

  it('attaches despite busy CENs and throttling of both sides', async () => {
    fc = await startFcCloud({
      limits: { attachMs: 50 },
      faults: [
        { action: 'AttachCenChildInstance', nth: 1, times: 3, fault: { code: 'Operation.Blocking' } },
        { action: 'AttachCenChildInstance', nth: 5, fault: { code: 'Throttling.User' } },
      ],
    })
    const throttle = { http: 429, code: 'ResourceThrottled' }
    fc.functionCompute.faults.push(throttle, throttle, throttle, throttle)
    startWorker(api)
    await fc.cloud.send(request(), request(), request())
    const results = await fc.cloud.results(3)
    expect(results.map(({ data }) => data.outcome)).toEqual(['attached', 'attached', 'attached'])
    expect(await fc.cloud.deadLetters()).toEqual([])
  })

  it('pauses if its credential is revoked, loses nothing, and resumes when it is valid again', async () => {
    fc = await startFcCloud({ limits: { attachMs: 50 } })
    const denied = { http: 403, code: 'AccessDenied' }
    fc.functionCompute.faults.push(denied, denied)
    const worker = startWorker(api)
    await fc.cloud.send(...Array.from({ length: 12 }, () => request()))
    await worker.wrote('intake:paused')
    expect(worker.err()).toContain('fc:InvokeFunction')
    // A message that was held back by a probe waits for the next one.
    const results = await fc.cloud.results(12, 50_000)
    expect(new Set(results.map(({ data }) => data.outcome))).toEqual(new Set(['attached']))
    expect(await fc.cloud.deadLetters()).toEqual([])
    expect(worker.err()).toContain('intake:resumed')
  })
})

describe('an unavailable function', () => {
  it.each<[string, Record<string, string>]>([
    ['has another name', { ATTACHER_FC_FUNCTION: 'another' }],
    ['has another service', { ATTACHER_FC_SERVICE: 'another' }],
    ['is called with a wrong secret', { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'wrong' }],
  ])('does not become a dead letter where it %s: the worker pauses', async (_name, env) => {
    fc = await startFcCloud()
    const worker = startWorker('fc3', env)
    await fc.cloud.send(...Array.from({ length: 20 }, () => request()))
    await worker.wrote('intake:paused')
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toBe(1)
    expect(await fc.cloud.deadLetters()).toEqual([])
    expect(await fc.cloud.allResults()).toEqual([])
    expect(fc.cloud.emulator.journal).toEqual([])
  })

  it('keeps the worker from starting if its settings are missing, and all of them are reported', async () => {
    fc = await startFcCloud()
    const worker = startWorker('fc3', { ATTACHER_FC_REGION: '', ATTACHER_FC_FUNCTION: '' })
    expect(await worker.ended).toBe(2)
    for (const name of ['ATTACHER_FC_REGION', 'ATTACHER_FC_FUNCTION']) expect(worker.err()).toContain(name)
  })
})

describe.each(['fc3', 'fc2'] as const)('the Lambda bundle with a function by %s', (api) => {
  it('attaches through the queue, and leaves an unknown outcome to the next pass', async () => {
    fc = await startFcCloud({ limits: { attachMs: 50 } })
    fc.functionCompute.faults.push({ after: 'crash' })
    const lambda = await startFunction(api)
    await fc.cloud.send(request(), request(), 'no request')
    expect(await lambda.round()).toMatchObject({ received: 3, failed: [expect.any(String), expect.any(String)] })
    while ((await fc.cloud.left()) > 0) await lambda.round()
    const results = await fc.cloud.results(3)
    expect(results.map(({ data }) => data.outcome).sort()).toEqual(['attached', 'attached', 'failed'])
    expect(attaches()).toHaveLength(2)
  })

  it('answers before its deadline although the function does not', async () => {
    fc = await startFcCloud()
    fc.functionCompute.faults.push({ after: 'silence' })
    const lambda = await startFunction(api)
    await fc.cloud.send(request())
    const { failed } = await lambda.round(4_000)
    expect(failed).toHaveLength(1)
  })
})
