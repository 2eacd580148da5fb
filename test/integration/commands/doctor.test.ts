/** `cen-attach doctor` against the embedded cloud: all is good, and each thing that is broken in it has its line. */
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns'
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { readExamined } from '../../../functions/doctor/examined.js'
import { buildProbes } from '../../../functions/doctor/probes.js'
import { createAwsClients } from '../../../lib/aws/clients.js'
import { examine } from '../../../lib/doctor/examine.js'
import { startFakeStack } from '../../support/aws/fake-stack.js'
import { ISSUER, JWKS, SUBJECT, startFakeSts } from '../../support/aws/fake-sts.js'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { run } from '../../support/process.js'

const ACCOUNT = '1688000000000001'
const OWNER = '1688000000000002'
const PROVIDER = `acs:ram::${ACCOUNT}:oidc-provider/aws`
const ROLE = `acs:ram::${ACCOUNT}:role/cen-attach-worker`
const POLICY = {
  version: 1,
  rules: [{ id: 'all', senders: ['*'], cenIds: ['cen-1'], ownerIds: [OWNER], regionIds: ['cn-hangzhou'] }],
}
const WORLD = {
  cens: [{ cenId: 'cen-1', transitRouters: [{ regionId: 'cn-hangzhou', type: 'Enterprise' }] }],
  roles: [
    { roleName: 'cen-attach-grant', accountId: OWNER },
    { roleName: 'cen-attach-worker', accountId: ACCOUNT, trustedOidcProviders: [PROVIDER], trustedSubject: SUBJECT },
  ],
  oidcProviders: [{ arn: PROVIDER, issuer: ISSUER, audiences: ['sts.aliyuncs.com'], jwks: JWKS }],
}

let cloud: TestCloud
let env: Record<string, string>
const stops: (() => Promise<void>)[] = []
beforeAll(async () => {
  cloud = await startCloud(WORLD)
  env = { ...cloud.env, ATTACHMENT_POLICY: JSON.stringify(POLICY), GRANT_ROLE_NAME: 'cen-attach-grant' }
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await cloud.stop()
})

/** The findings that are not ok, as `check level: found`. */
async function faults(settings: Record<string, string> = {}, options = {}) {
  const { examined, config, env: read } = await readExamined(options, { ...env, ...settings })
  const { checks } = await examine(examined, buildProbes(config, read))
  return checks.flatMap(({ id, findings }) =>
    findings.filter(({ level }) => level !== 'ok').map(({ level, found }) => `${id} ${level}: ${found}`),
  )
}

const setAttributes = (QueueUrl: string, Attributes: Record<string, string>) =>
  cloud.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
const sns = () => createAwsClients(awsConnectionOf(env)).sns
const subscribe = async (Endpoint: string) => {
  const command = new SubscribeCommand({
    TopicArn: cloud.env.RESULT_TOPIC_ARN,
    Protocol: 'sqs',
    Endpoint,
    ReturnSubscriptionArn: true,
  })
  const { SubscriptionArn } = await sns().send(command)
  return () => sns().send(new UnsubscribeCommand({ SubscriptionArn }))
}
const fault = (action: string, code: string, http = 400) => {
  cloud.emulator.faults.set([{ action, fault: { code, http } }])
  return async () => cloud.emulator.faults.set([])
}
/** Sets attributes of the request queue; the undoing sets them as they were. */
const requestQueue = async (broken: Record<string, string>, whole: Record<string, string>) => {
  await setAttributes(cloud.queues.requestQueueUrl, broken)
  return () => setAttributes(cloud.queues.requestQueueUrl, whole)
}
const DEAD_ARN = 'arn:aws:sqs:us-east-1:000000000000:cen-attach-dead-letters'
const REDRIVE = JSON.stringify({ deadLetterTargetArn: DEAD_ARN, maxReceiveCount: '1000' })
const OPEN = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*' }] })
const TLS_ONLY = JSON.stringify({ Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' }] })

type Undo = () => Promise<unknown>
const nothing: Undo = async () => undefined

/** What is broken, by the settings or in the cloud, and the line that is expected. */
const BROKEN: readonly [
  name: string,
  line: string | RegExp,
  settings: Record<string, string>,
  breakIt?: () => Promise<Undo> | Undo,
][] = [
  ['a queue that is none', 'settings error: must be a URL, http:// or https://', { REQUEST_QUEUE_URL: 'None' }],
  ['a topic that is none', 'settings error: must be the ARN of an SNS topic', { RESULT_TOPIC_ARN: 'None' }],
  ['no dead-letter queue', 'settings error: is not set', { DEAD_LETTER_QUEUE_URL: '' }],
  [
    'no such queue',
    /^queues error: does not exist \(QueueDoesNotExist\)/,
    { REQUEST_QUEUE_URL: 'http://127.0.0.1/000000000000/nowhere' },
  ],
  [
    'no such topic',
    /^topic error: does not exist \(NotFound/,
    { RESULT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:nowhere' },
  ],
  ['no queue server', /^queues error: cannot be reached/, { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' }],
  [
    'a short visibility timeout',
    /^visibility-timeout warning: 5 s/,
    {},
    () => requestQueue({ VisibilityTimeout: '5' }, { VisibilityTimeout: '30' }),
  ],
  [
    'a backstop that acts too early',
    /^redrive-policy error: .* after 3 receives/,
    {},
    () =>
      requestQueue(
        { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_ARN, maxReceiveCount: '3' }) },
        { RedrivePolicy: REDRIVE },
      ),
  ],
  [
    'a short retention',
    /^retention error: 0 days/,
    {},
    () => requestQueue({ MessageRetentionPeriod: '60' }, { MessageRetentionPeriod: '345600' }),
  ],
  [
    'no encryption',
    'encryption warning: off',
    {},
    () => requestQueue({ KmsMasterKeyId: '' }, { KmsMasterKeyId: 'alias/aws/sqs' }),
  ],
  ['an open queue', /^queue-policy error: .*everybody/, {}, () => requestQueue({ Policy: OPEN }, { Policy: TLS_ONLY })],
  [
    'results that come back as requests',
    /^subscriptions error: .*is the request queue/,
    {},
    () => subscribe('arn:aws:sqs:us-east-1:000000000000:cen-attach-requests'),
  ],
  [
    'keys that do not exist',
    /^alibaba-identity error: .*InvalidAccessKeyId.NotFound/,
    { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-other' },
  ],
  ['a server that is down', /^servers error: cannot be reached/, { CBN_ENDPOINT: 'http://127.0.0.1:9' }],
  [
    'a right that RAM denies',
    /^alibaba-rights error: RAM denies it \(Unauthorized\)/,
    {},
    () => fault('DescribeGrantRulesToCen', 'Unauthorized'),
  ],
  [
    'a CEN that may not be seen',
    /^cens unknown: not known.*Unauthorized/,
    {},
    () => fault('DescribeCens', 'Unauthorized'),
  ],
  [
    'editions that may not be read',
    /^editions unknown: not known.*Unauthorized/,
    {},
    () => fault('ListTransitRouters', 'Unauthorized'),
  ],
  [
    'a service that is not open',
    'service error: is not open',
    {},
    () => fault('CheckTransitRouterService', 'USER_NOT_OPEN_TR_SERVICE'),
  ],
  [
    'no service-linked role',
    /^service-role error: does not exist/,
    {},
    () => fault('GetRole', 'EntityNotExist.Role', 404),
  ],
  ['no grant role', /^grant-role warning: .*does not exist/, { GRANT_ROLE_NAME: 'other' }],
]

describe('cen-attach doctor', () => {
  it('finds no fault against the embedded cloud, and says so to a person and to a program', async () => {
    const [text, json] = await Promise.all([run(['doctor'], env), run(['doctor', '--json'], env)])
    const bad = text.out.split('\n').filter((line) => /^ {2}[!✗?]/.test(line))
    expect(bad).toEqual([])
    expect(text.out).toMatch(/^Queues\n {2}✓ request queue: arn:aws:sqs/m)
    expect(text.out).toMatch(/\d\d ok\n$/)
    const read = JSON.parse(json.out)
    expect(read).toMatchObject({ ok: true, counts: { error: 0, warning: 0, unknown: 0 } })
    expect(read.checks[0]).toEqual({
      id: 'settings',
      topic: 'Settings',
      looksAt: expect.any(String),
      findings: expect.arrayContaining([{ level: 'ok', subject: 'settings', found: expect.any(String) }]),
    })
    expect([text.code, json.code]).toEqual([0, 0])
  })

  it('changes nothing', async () => {
    const before = cloud.emulator.journal.length
    expect(await faults()).toEqual([])
    const actions = cloud.emulator.journal.slice(before).map(({ action }) => action)
    expect(actions.length).toBeGreaterThan(5)
    expect(actions.filter((action) => !/^(?:Describe|List|Get|Check|AssumeRole$)/.test(action))).toEqual([])
    expect(await cloud.left()).toBe(0)
  })

  it.each(BROKEN)('reports %s', async (_name, line, settings, breakIt = () => nothing) => {
    const undo = await breakIt()
    const found = await faults(settings)
    await undo()
    expect(found).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line))
  })

  it('finds nothing once everything is mended', async () => {
    expect(await faults()).toEqual([])
  })

  it('follows the keyless chain, and names the link that breaks', async () => {
    const sts = await startFakeSts()
    stops.push(sts.stop)
    const keyless = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: '',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER,
      ALIBABA_CLOUD_ROLE_ARN: ROLE,
      AWS_ENDPOINT_URL_STS: sts.url,
    }
    const linksOf = async (settings: Record<string, string>) =>
      (await faults({ ...keyless, ...settings })).filter((line) => /^(?:token|session|alibaba-identity) /.test(line))
    expect(await linksOf({})).toEqual([])
    expect(await linksOf({ ALIBABA_CLOUD_OIDC_AUDIENCE: 'other' })).toContainEqual(
      expect.stringMatching(/^session error: the OIDC provider does not know the audience \(AuthenticationFail/),
    )
    expect(await linksOf({ ALIBABA_CLOUD_ROLE_ARN: `acs:ram::${ACCOUNT}:role/cen-attach-grant` })).toContainEqual(
      expect.stringMatching(/^session error: .*(?:trust|role does not exist)/),
    )
    sts.refuse()
    expect(await linksOf({})).toContainEqual(expect.stringMatching(/^token error: .*AccessDenied/))
  })

  it('checks a deployed stage: the outputs of its stack, and the rights of the role of its function', async () => {
    const roleArn = 'arn:aws:iam::000000000000:role/cen-attach-prod-us-east-1'
    const { REQUEST_QUEUE_URL = '', DEAD_LETTER_QUEUE_URL = '', RESULT_TOPIC_ARN = '', ...others } = env
    const aws = await startFakeStack({
      stackName: 'cen-attach-prod',
      outputs: {
        RequestQueueUrl: REQUEST_QUEUE_URL,
        DeadLetterQueueUrl: DEAD_LETTER_QUEUE_URL,
        ResultTopicArn: RESULT_TOPIC_ARN,
        FunctionName: 'cen-attach-prod-attach',
        FunctionRoleArn: roleArn,
      },
      environment: { ATTACHMENT_POLICY: 'allow-all', CONCURRENCY: 'many' },
      denied: ['sns:Publish'],
    })
    stops.push(aws.stop)
    const endpoints = Object.fromEntries(
      ['CLOUDFORMATION', 'LAMBDA', 'IAM'].map((name) => [`AWS_ENDPOINT_URL_${name}`, aws.url]),
    )
    const { examined, config, env: read } = await readExamined({ stage: 'prod' }, { ...others, ...endpoints })
    expect(config.requestQueueUrl).toBe(REQUEST_QUEUE_URL)
    const { checks } = await examine(examined, buildProbes(config, read))
    const lines = checks.flatMap(({ id, findings }) => findings.map(({ level, found }) => `${id} ${level}: ${found}`))
    expect(lines).toContain('settings error: must be a whole number from 1 to 1000, not "many"')
    expect(lines).toContain('stack ok: cen-attach-prod is CREATE_COMPLETE')
    expect(lines).toContain(`aws-rights error: IAM denies it to ${roleArn}`)
    expect(lines).toContain('aws-rights ok: allowed, by simulation')
    expect(aws.requests).toEqual(
      expect.arrayContaining([
        'cloudformation us-east-1 DescribeStacks',
        'lambda us-east-1 /2015-03-31/functions/cen-attach-prod-attach/configuration',
        'iam us-east-1 SimulatePrincipalPolicy',
      ]),
    )
    const none = await run(['doctor', '--stage', 'test'], { ...others, ...endpoints })
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('cen-attach-test in us-east-1 cannot be read') })
  })

  it('is narrowed to what one request needs, and says what the policy does with it', async () => {
    const request = {
      cenId: 'cen-1',
      childInstanceId: 'vpc-1',
      childInstanceRegionId: 'cn-beijing',
      childInstanceOwnerId: OWNER,
    }
    const { code, out } = await run(['doctor', '--request', '-', '--json'], env, JSON.stringify(request))
    const { checks, counts } = JSON.parse(out)
    const found = checks.flatMap(({ findings }: { findings: object[] }) => findings)
    expect(found).toContainEqual(
      expect.objectContaining({ level: 'warning', subject: 'request', found: expect.stringContaining('cn-beijing') }),
    )
    expect({ code, counts }).toMatchObject({ code: 0, counts: { error: 0, warning: 1 } })
  })

  it.each([
    [{ cen: 'vpc-1' }, '--cen must be the id of a CEN'],
    [{ region: 'Hangzhou!' }, '--region must be a region'],
    [{ stage: 'Prod' }, '--stage must be the name of a stage'],
    [{ request: '/nowhere.json' }, 'there is no such file'],
  ])('refuses %j', async (options, message) => {
    await expect(readExamined(options, env)).rejects.toThrow(message)
  })
})

describe('a queue or topic that is none', () => {
  const NONE = { REQUEST_QUEUE_URL: 'None', DEAD_LETTER_QUEUE_URL: 'None', RESULT_TOPIC_ARN: 'None' }
  const FILE = 'events/onboarding.example.csv'

  it('is refused by every command as by the worker', async () => {
    const URL_FAULT = /(?:REQUEST|DEAD_LETTER)_QUEUE_URL must be a URL, http:\/\/ or https:\/\//
    const commands = [
      ['worker'],
      ['submit', FILE],
      ['watch', 'wave-3'],
      ['console', 'wave-3'],
      ['reconcile', FILE, '--submit'],
      ['dlq', 'list'],
      ['dlq', 'show'],
      ['dlq', 'redrive', '--all'],
    ]
    const ended = await Promise.all(commands.map((args) => run(args, { ...env, ...NONE })))
    for (const [index, { code, err }] of ended.entries()) {
      expect(err, commands[index]?.join(' ')).toMatch(URL_FAULT)
      expect(code, commands[index]?.join(' ')).toBe(2)
    }
  })
})
