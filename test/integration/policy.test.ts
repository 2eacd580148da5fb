/** The policy on real queues that report different senders: the worker process and the Lambda bundle. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { awsConnectionOf } from '../../functions/compose/aws.js'
import { createAwsClients } from '../../lib/aws/clients.js'
import { type FakeSns, startFakeSns, TOPIC } from '../support/aws/fake-sns.js'
import { type QueueProxy, startQueueProxy } from '../support/aws/queue-proxy.js'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { type LambdaHost, startLambda } from '../support/lambda/bundle-host.js'
import { type Running, run, start } from '../support/process.js'
import { request } from '../support/sim/sim.js'

const SENDERS = {
  KEYOFA: 'AROATEAMA:vending-1',
  KEYOFB: 'AROATEAMB:vending-1',
  KEYNEARB: 'AROATEAMBB:vending-1',
  KEYBYHAND: 'AROATEAMB:by-hand',
  KEYOFSNS: 'AIDAITISSNSITSELF0001',
} as const
type Key = keyof typeof SENDERS

const POLICY = {
  version: 1,
  rules: [
    { id: 'team-a', senders: ['AROATEAMA:*'], cenIds: ['cen-a'], ownerIds: ['*'] },
    { id: 'team-b', senders: ['AROATEAMB:vending*'], cenIds: ['cen-b'], ownerIds: ['*'] },
    { id: 'topic', topics: [TOPIC], queues: ['cen-attach-requests'], cenIds: ['cen-t'], ownerIds: ['*'] },
  ],
}
const folder = mkdtempSync(join(tmpdir(), 'cen-attach-policy-'))
const file = (name: string, content: unknown) => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return join(folder, name)
}
const POLICY_FILE = file('policy.json', POLICY)

let cloud: TestCloud
let proxy: QueueProxy
let sns: FakeSns | undefined
const workers: Running[] = []
const lambdas: LambdaHost[] = []

/** The embedded cloud behind a proxy that sets the sender ids. */
async function startSenders() {
  cloud = await startCloud({ limits: { attachMs: 100 } })
  proxy = await startQueueProxy(cloud.env.AWS_ENDPOINT_URL ?? '', [], SENDERS)
  const throughProxy = (url = '') => url.replace(cloud.env.AWS_ENDPOINT_URL ?? '', proxy.url)
  const requestQueueUrl = throughProxy(cloud.queues.requestQueueUrl)
  const env = {
    ...cloud.env,
    AWS_ENDPOINT_URL: proxy.url,
    REQUEST_QUEUE_URL: requestQueueUrl,
    DEAD_LETTER_QUEUE_URL: throughProxy(cloud.queues.deadLetterQueueUrl),
    ATTACHMENT_POLICY: POLICY_FILE,
  }
  const client = (AWS_ACCESS_KEY_ID: string): SQSClient =>
    createAwsClients(awsConnectionOf({ ...env, AWS_ACCESS_KEY_ID })).sqs
  const sendAs = async (key: Key, body: string) =>
    void (await client(key).send(new SendMessageCommand({ QueueUrl: requestQueueUrl, MessageBody: body })))
  return { env, sendAs, client, requestQueueUrl }
}

afterEach(async () => {
  for (const { child } of workers.splice(0)) child.kill('SIGKILL')
  for (const lambda of lambdas.splice(0)) lambda.stop()
  await proxy?.stop()
  await cloud?.stop()
  await sns?.stop()
  sns = undefined
})

type Senders = Awaited<ReturnType<typeof startSenders>>
type Host = (
  senders: Senders,
  env?: Record<string, string>,
) => Promise<{ settle: (left: number) => Promise<void>; printed: () => string }>

const HOSTS: [name: string, host: Host][] = [
  [
    'the worker',
    async (senders, env = {}) => {
      const worker = start(['worker'], { ...senders.env, LOG_LEVEL: 'info', ...env })
      workers.push(worker)
      return { settle: (left) => cloud.until(async () => (await cloud.left()) === left), printed: worker.err }
    },
  ],
  [
    'the Lambda bundle',
    async (senders, env = {}) => {
      const { Attributes } = await cloud.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: cloud.queues.requestQueueUrl, AttributeNames: ['QueueArn'] }),
      )
      const place = { ...cloud, sqs: senders.client('KEYOFB'), queueArn: Attributes?.QueueArn }
      const lambda = await startLambda(place, { ...senders.env, LOG_LEVEL: 'info', ...env })
      lambdas.push(lambda)
      let printed = ''
      for (const stream of [lambda.child.stderr, lambda.child.stdout])
        stream?.on('data', (piece) => {
          printed += piece
        })
      const settle = (left: number) =>
        cloud.until(async () => {
          await lambda.round()
          return (await cloud.left()) === left
        })
      return { settle, printed: () => printed }
    },
  ],
]

const attaches = () => cloud.emulator.journal.filter(({ action }) => action === 'AttachCenChildInstance')
const outcomesOf = (results: Awaited<ReturnType<TestCloud['results']>>) =>
  Object.fromEntries(
    results.map(({ data }) => [data.requestId.replace(/^body:.*/, 'unreadable'), data.error?.code ?? data.outcome]),
  )

describe.each(HOSTS)('%s', (_name, startHost) => {
  it("refuses A's request for B's CEN, on the topic and the dead-letter queue, without a call; B's own is allowed", async () => {
    const senders = await startSenders()
    const host = await startHost(senders)
    await senders.sendAs('KEYOFA', request({ cenId: 'cen-b', requestId: 'a-for-b' }))
    await host.settle(0)
    expect(cloud.emulator.journal).toEqual([])
    const [refused] = await cloud.results(1)
    expect(refused?.data).toMatchObject({
      requestId: 'a-for-b',
      outcome: 'failed',
      receiveCount: 1,
      error: {
        code: 'PolicyDenied',
        kind: 'rejected',
        message: expect.stringContaining('its rules do not allow cen-b'),
      },
    })
    for (const others of ['team-b', 'AROATEAMB', TOPIC]) expect(JSON.stringify(refused)).not.toContain(others)
    const letters = await cloud.deadLetters()
    expect(letters).toHaveLength(1)
    expect(letters[0]?.attributes).toMatchObject({
      reason: 'forbidden',
      errorCode: 'PolicyDenied',
      resultId: refused?.id,
    })
    await cloud.until(() => host.printed().includes('request:forbidden'))
    expect(
      host
        .printed()
        .split('\n')
        .find((line) => line.includes('request:forbidden')),
    ).toContain(SENDERS.KEYOFA)

    await senders.sendAs('KEYOFB', request({ cenId: 'cen-b', requestId: 'b-for-b' }))
    await host.settle(0)
    expect(outcomesOf(await cloud.results(2))).toMatchObject({ 'b-for-b': 'attached' })
    expect(attaches()).toHaveLength(1)
  })

  it('matches a session by its role and by the prefix of its name, and never by the body', async () => {
    const senders = await startSenders()
    const host = await startHost(senders)
    await senders.sendAs('KEYNEARB', request({ cenId: 'cen-b', requestId: 'near' }))
    await senders.sendAs('KEYBYHAND', request({ cenId: 'cen-b', requestId: 'by-hand' }))
    await senders.sendAs('KEYOFA', request({ cenId: 'cen-b', senderId: SENDERS.KEYOFB }))
    const event = { specversion: '1.0', source: SENDERS.KEYOFB, senderId: SENDERS.KEYOFB }
    await senders.sendAs(
      'KEYOFA',
      JSON.stringify({ ...event, data: JSON.parse(request({ cenId: 'cen-b', requestId: 'event' })) }),
    )
    await host.settle(0)
    expect(outcomesOf(await cloud.results(4))).toEqual({
      near: 'PolicyDenied',
      'by-hand': 'PolicyDenied',
      unreadable: 'RequestInvalid',
      event: 'PolicyDenied',
    })
    expect(cloud.emulator.journal).toEqual([])
  })

  it('accepts a notification as sent by its topic only with a valid signature', async () => {
    sns = await startFakeSns()
    const forger = await startFakeSns()
    const senders = await startSenders()
    const host = await startHost(senders, sns.env)
    const good = sns.notify(request({ cenId: 'cen-t', requestId: 'signed' }))
    const smuggled = {
      ...sns.notify(request({ cenId: 'cen-t' })),
      specversion: '1.0',
      data: JSON.parse(request({ cenId: 'cen-t', requestId: 'smuggled' })),
    }
    await senders.sendAs('KEYOFSNS', JSON.stringify(good))
    await senders.sendAs('KEYOFSNS', JSON.stringify(sns.notify(request({ cenId: 'cen-a', requestId: 'elsewhere' }))))
    await senders.sendAs('KEYOFA', JSON.stringify(forger.notify(request({ cenId: 'cen-t', requestId: 'forged' }))))
    await senders.sendAs('KEYOFA', JSON.stringify(smuggled))
    await host.settle(0)
    await forger.stop()
    expect(outcomesOf(await cloud.results(4))).toEqual({
      signed: 'attached',
      elsewhere: 'PolicyDenied',
      forged: 'PolicyDenied',
      smuggled: 'PolicyDenied',
    })
    expect(attaches()).toHaveLength(1)
    expect(sns.requests).toHaveLength(1)
  })

  it('requeues a notification while its certificate cannot be fetched', async () => {
    sns = await startFakeSns()
    sns.answer(503)
    const senders = await startSenders()
    const host = await startHost(senders, sns.env)
    await senders.sendAs('KEYOFSNS', JSON.stringify(sns.notify(request({ cenId: 'cen-t', requestId: 'waits' }))))
    const settled = host.settle(0)
    await cloud.until(() => (sns?.requests.length ?? 0) > 0)
    expect(await cloud.allResults()).toEqual([])
    sns.answer(200)
    await settled
    expect(outcomesOf(await cloud.results(1))).toEqual({ waits: 'attached' })
  })
})

describe('a policy with faults', () => {
  it('keeps the worker from starting, and all are reported with those of other settings', async () => {
    const bad = file('bad.json', { version: 1, rules: [{ id: 'a', senders: ['AROAX*'], cenIds: ['x'] }] })
    const { code, err } = await run(['worker'], { ATTACHMENT_POLICY: bad })
    for (const fault of [
      'REQUEST_QUEUE_URL is not set',
      'rules[0].senders[0]: ',
      'rules[0].cenIds[0]: ',
      'rules[0].ownerIds: is required',
    ])
      expect(err).toContain(fault)
    expect(code).toBe(2)
    const { code: other, out, err: printed } = await run(['policy', 'check', bad, '--json'])
    expect(printed.match(/rules\[0\]\.\w+/g)).toEqual(['rules[0].senders', 'rules[0].cenIds', 'rules[0].ownerIds'])
    expect(JSON.parse(out).faults).toHaveLength(3)
    expect(other).toBe(2)
  })
})

describe('cen-attach policy', () => {
  it('check accepts a valid policy, from a file and from standard input', async () => {
    expect(await run(['policy', 'check', POLICY_FILE])).toMatchObject({
      code: 0,
      out: `${POLICY_FILE}: 3 rules, no fault\n`,
    })
    const { code, out } = await run(['policy', 'check', '-', '--json'], {}, JSON.stringify(POLICY))
    expect(JSON.parse(out)).toEqual({ rules: ['team-a', 'team-b', 'topic'] })
    expect(code).toBe(0)
  })

  const requested = request({ cenId: 'cen-b' })
  const explain = (...args: string[]) => run(['policy', 'explain', ...args, '--policy', POLICY_FILE])

  it('explain prints the rule that allows it', async () => {
    const { code, out } = await explain(requested, '--sender', SENDERS.KEYOFB)
    expect(out).toMatch(
      /^allowed: by team-b\n {2}team-a {2}is for others\n {2}team-b {2}allows it\n {2}topic {3}is for others\n$/,
    )
    expect(code).toBe(0)
  })

  it('explain prints what the rules for the sender lack, and exits 1', async () => {
    const { code, out } = await explain(file('request.json', requested), '--sender', SENDERS.KEYOFA)
    expect(out).toContain('denied: no rule lets sender AROATEAMA:vending-1')
    expect(out).toContain('team-a  lacks cen-b (cenIds)')
    expect(code).toBe(1)
  })

  it('explain prints JSON, and uses queue and topic', async () => {
    const topic = ['--sender', SENDERS.KEYOFSNS, '--topic', TOPIC]
    const { code, out } = await explain(
      request({ cenId: 'cen-t' }),
      ...topic,
      '--queue',
      'cen-attach-requests',
      '--json',
    )
    expect(JSON.parse(out)).toMatchObject({ allowed: true, rule: 'topic' })
    expect(code).toBe(0)
    const elsewhere = await explain(request({ cenId: 'cen-t' }), ...topic, '--queue', 'another', '--json')
    expect(JSON.parse(elsewhere.out)).toMatchObject({
      allowed: false,
      code: 'PolicyDenied',
      rules: [
        { id: 'team-a', isFor: false },
        { id: 'team-b' },
        { id: 'topic', isFor: true, lacks: [{ field: 'queues', says: 'queue another' }] },
      ],
    })
    expect(elsewhere.code).toBe(1)
  })

  it('explain decides for a time, and reads the policy from the environment', async () => {
    const frozen = JSON.stringify({
      ...POLICY,
      freezes: [{ from: '2026-12-20T00:00:00Z', until: '2027-01-04T00:00:00Z', reason: 'end of the year' }],
    })
    const at = (time: string) =>
      run(['policy', 'explain', requested, '--sender', SENDERS.KEYOFB, '--at', time], { ATTACHMENT_POLICY: frozen })
    expect(await at('2026-12-19T23:59:59Z')).toMatchObject({ code: 0 })
    const { code, out } = await at('2026-12-20T00:00:00Z')
    expect(out).toContain('(end of the year); it may from 2027-01-04T00:00:00.000Z on')
    expect(code).toBe(1)
  })

  it('explain reports every fault of its use at once', async () => {
    const { code, err } = await run([
      'policy',
      'explain',
      '{"cenId":"x"}',
      '--sender',
      'AIDAX',
      '--at',
      'soon',
      '--policy',
      'nowhere.json',
    ])
    for (const fault of [
      '--at must be an RFC 3339',
      'nowhere.json: cannot be read',
      'request: cenId: ',
      'request: childInstanceId: is required',
    ])
      expect(err).toContain(fault)
    expect(code).toBe(2)
    expect(await run(['policy', 'explain', requested])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--sender'),
    })
  })

  it.each(['check', 'explain'])('%s has help with an example', async (command) => {
    const { code, out } = await run(['policy', command, '--help'])
    expect(out).toContain(`cen-attach policy ${command} `)
    expect(code).toBe(0)
  })
})

describe('cen-attach local --policy', () => {
  it('with a faulty policy prints the faults and exits', async () => {
    const { code, err } = await run(['local', '--policy', file('worse.json', '{"version":1,"rules":[{}]}')])
    expect(err).toContain('rules[0].cenIds: is required')
    expect(code).toBe(2)
  })

  it('refuses a row by its owner, and attaches the others', async () => {
    const csv = file(
      'rows.csv',
      'cenId,childInstanceId,childInstanceRegionId,childInstanceOwnerId\ncen-a,vpc-1,cn-hangzhou,\ncen-a,vpc-2,cn-hangzhou,1700000000000002\n',
    )
    const rules = [{ id: 'own', senders: ['000000000000'], cenIds: ['*'], ownerIds: ['cen-owner'] }]
    const { code, out } = await run([
      'local',
      '--submit',
      csv,
      '--policy',
      file('local.json', { version: 1, rules }),
      '--json',
    ])
    expect(
      JSON.parse(out).rows.map(({ outcome, code: printed }: { outcome: string; code?: string }) => printed ?? outcome),
    ).toEqual(['attached', 'PolicyDenied'])
    expect(code).toBe(1)
  })
})
