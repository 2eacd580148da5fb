/** The package as it is deployed: unpacked, run by AWS's own runtime client, fed from a real queue by the mapping of the template. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startLocalCloud } from '../../../functions/local/cloud.js'
import { localSettings } from '../../../functions/local/settings.js'
import { readPlan, readWorld } from '../../../functions/terminal/input-files.js'
import { AWS_PERMISSIONS, actionOf } from '../../../lib/aws/permissions.js'
import { differences } from '../../../lib/campaigns/expectations.js'
import type { RowOutcome } from '../../../lib/campaigns/outcomes.js'
import { worldWithRows } from '../../../lib/emulator/world/world-file.js'
import { startCloud } from '../../support/cloud.js'
import { startService } from '../../support/lambda/service.js'
import { startStack, unpack } from '../../support/lambda/stack.js'
import { type Packaged, POLICY_FILE, packaged } from '../../support/packaged.js'
import { run } from '../../support/process.js'
import { request } from '../../support/sim/sim.js'

const FILE = 'events/onboarding.example.csv'
let made: Packaged
const stops: (() => unknown)[] = []
const kept = <T extends { stop(): unknown }>(one: T): T => {
  stops.push(one.stop)
  return one
}
/** Here there is an emulator with keys instead of Alibaba with an OIDC provider. */
const here = (env: Readonly<Record<string, string>>, changes: object = {}) => ({
  ...env,
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: '',
  ALIBABA_CLOUD_ROLE_ARN: '',
  CEN_OWNER_ID: '',
  ...changes,
})
/** What the template and the package say, not what the local cloud would. */
const asPackaged = ({
  ATTACHMENT_POLICY: _,
  REQUEST_QUEUE_URL: _r,
  DEAD_LETTER_QUEUE_URL: _d,
  ...env
}: Readonly<Record<string, string>>) => env

beforeAll(async () => {
  made = await packaged()
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

describe('the package', () => {
  it('has the bundle and the policy, and nothing else', () => {
    const folder = unpack(made.zip)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((one) => one.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    expect(names.filter((name) => !name.startsWith('dist/lambda/'))).toEqual([POLICY_FILE])
    expect(readFileSync(made.zip).length).toBeLessThan(700 * 1_024)
  })
})

describe('the package of Function Compute', () => {
  it('stands beside it, and is the bundle that is tested', () => {
    const folder = unpack(made.zip.replace('cen-attach.zip', 'cen-attach-fc.zip'))
    expect(readdirSync(folder)).toEqual(['index.js'])
    expect(readFileSync(join(folder, 'index.js'))).toEqual(readFileSync('dist/fc/index.js'))
  })
})

describe('the deployed function', () => {
  it('brings the example campaign to the same end as the worker', async () => {
    const rows = readPlan(FILE)
    const world = worldWithRows(
      readWorld('events/onboarding.world.json'),
      rows.map(({ request: { attachment } }) => attachment),
    )
    const cloud = kept(await startLocalCloud(world))
    const settings = localSettings(cloud.env, {}, world)
    const ATTACHMENT_POLICY = readFileSync(settings.ATTACHMENT_POLICY ?? '', 'utf8')
    const stack = kept(await startStack(made, cloud, here(asPackaged(settings), { ATTACHMENT_POLICY })))
    const submitted = await run(['submit', FILE, '--watch', '--json'], cloud.env)
    const ended = JSON.parse(submitted.out.trim().split('\n').at(-1) ?? '{}')
    expect(ended.rows).toHaveLength(rows.length)
    // A row that was delivered again may have been in two environments, so it need not be called adopted.
    const outcomes: RowOutcome[] = ended.rows
    const again = new Set(outcomes.flatMap((row) => ((row.receiveCount ?? 1) > 1 ? [row.childInstanceId] : [])))
    const expected = (world.expect?.rows ?? []).map((row) =>
      row.adopted && again.has(row.childInstanceId ?? '') ? { ...row, adopted: undefined } : row,
    )
    expect(differences(outcomes, { ...world.expect, rows: expected })).toEqual([])
    expect(stack.mapping.mostAtOnce()).toBeLessThanOrEqual(2)
    expect(stack.mapping.batches.filter(({ outcome }) => !outcome.ok)).toEqual([])
    expect(stack.service.environments.length).toBeLessThanOrEqual(2)
    // Neither more nor less than its role allows, on the resources that it allows it on.
    const places: Record<string, string> = {
      'request queue': 'RequestQueue',
      'dead-letter queue': 'DeadLetterQueue',
      'result topic': 'ResultTopic',
    }
    const allowed = AWS_PERMISSIONS.filter(({ by, on }) => by === 'function and worker' && on in places)
    const mayCall = allowed.map((permission) => `${actionOf(permission)} on ${places[permission.on]}`)
    expect([...stack.callCounts.keys()].filter((call) => !mayCall.includes(call))).toEqual([])
    // Lambda's own mapping asks for these; the one here does not need to.
    const unused = mayCall.filter((call) => !stack.callCounts.has(call))
    expect(unused.filter((call) => call !== 'sqs:GetQueueAttributes on RequestQueue')).toEqual([])
    // Mostly waiting: retries come back by the whole second, on a busy machine later.
  }, 180_000)

  it('reads the policy that is in the package: what no rule allows is refused', async () => {
    const cloud = kept(await startCloud())
    kept(await startStack(made, cloud, here(asPackaged(cloud.env)), { windowSeconds: 0 }))
    await cloud.send(request(), request({ childInstanceId: 'vpc-look', dryRun: true }))
    const results = await cloud.results(2)
    expect(results.map(({ data }) => data.error?.code ?? data.outcome).sort()).toEqual(['PolicyDenied', 'preflight'])
  })

  it('ends its initialization with every fault of its settings, and dead-letters nothing', async () => {
    const cloud = kept(await startCloud())
    const wrong = { ATTACHMENT_POLICY: '{"version":2}', LOG_LEVEL: 'loud', REQUEST_TTL_SECONDS: 'long' }
    const stack = kept(await startStack(made, cloud, here(asPackaged(cloud.env), wrong), { windowSeconds: 0 }))
    await cloud.send(request(), 'no request')
    await cloud.until(() => stack.mapping.batches.length > 0)
    const [batch] = stack.mapping.batches
    if (batch?.outcome.ok !== false) throw new Error('it started')
    for (const name of ['ATTACHMENT_POLICY version', 'ATTACHMENT_POLICY rules', 'LOG_LEVEL', 'REQUEST_TTL_SECONDS'])
      expect(batch.outcome.error.errorMessage).toContain(name)
    expect(await cloud.deadLetters()).toEqual([])
    expect(await cloud.left()).toBe(2)
  })
})

describe('the stand-in for Lambda', () => {
  const service = (handler: string, timeoutMs = 1_000) =>
    kept(
      startService({
        taskRoot: resolve('test/support/lambda/functions'),
        handler: `odd.${handler}`,
        environment: {},
        timeoutMs,
        memoryMb: 128,
      }),
    )

  it('passes the function its remaining time, its name and the id of the request', async () => {
    const { outcome } = { outcome: await service('tell').invoke({ a: 1 }) }
    expect(outcome).toMatchObject({
      ok: true,
      answer: { event: { a: 1 }, functionName: 'cen-attach', awsRequestId: expect.stringMatching(/^0{8}-/) },
    })
    expect((outcome as { answer: { leftMs: number } }).answer.leftMs).toBeGreaterThan(500)
  })

  it.each<[string, string]>([
    ['throws', 'TypeError'],
    ['hangs', 'Sandbox.Timedout'],
    ['exits', 'Runtime.ExitError'],
  ])('reports what became of a function that %s, and goes on with the next invocation', async (handler, errorType) => {
    const lambda = service(handler, 400)
    expect(await lambda.invoke('odd')).toMatchObject({ ok: false, error: { errorType } })
    expect(await lambda.invoke('good')).toMatchObject({ ok: true, answer: 'good' })
    expect(lambda.environments).toHaveLength(handler === 'throws' ? 1 : 2)
  })
})
