import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../lib/config/config.js'
import { SETTINGS } from '../../lib/config/settings.js'

const good = {
  REQUEST_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/requests',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead',
  RESULT_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:results',
  ATTACHMENT_POLICY: 'allow-all',
}
const FILES: Record<string, string> = {
  'good.json': '{"version":1,"rules":[]}',
  'bad.json': '{"version":2,"rules":[{"id":"a","senders":["AROAEXAMPLE*"],"cenIds":[],"ownerIds":["*"]}]}',
}
const readFile = (path: string): string => {
  const text = FILES[path]
  if (text === undefined) throw new Error(`${path}: cannot be read: there is no such file`)
  return text
}
const faults = (env: Record<string, string>) => {
  const reading = readConfig(env, readFile)
  return reading.ok ? [] : reading.faults
}

describe('the settings', () => {
  it('need four values and have defaults for the rest', () => {
    const reading = readConfig(good, readFile)
    expect(reading.ok && reading.config).toMatchObject({
      ttlMs: 86_400_000,
      concurrency: 100,
      logLevel: 'info',
      transitRouter: 'create',
      routing: 'connected',
      grantOrderType: 'PayByCenOwner',
      endpoints: { cbn: 'https://cbn.aliyuncs.com', sts: 'https://sts.aliyuncs.com' },
    })
  })

  it('have the defaults that --help and docs/settings.md name', () => {
    const reading = readConfig(good, readFile)
    if (!reading.ok) throw new Error(reading.faults.join('; '))
    const { ttlMs, concurrency, caps, logLevel } = reading.config
    const page = readFileSync('docs/settings.md', 'utf8')
    for (const [name, value] of [
      ['REQUEST_TTL_SECONDS', String(ttlMs / 1_000)],
      ['CONCURRENCY', String(concurrency)],
      ['CALLS_PER_SECOND_MAX', String(caps.callsPerSecond)],
      ['ATTACHES_PER_CEN_MAX', String(caps.atOncePerCen)],
      ['LOG_LEVEL', logLevel],
      ['TRANSIT_ROUTER', reading.config.transitRouter],
      ['ROUTING', reading.config.routing],
      ['GRANT_ORDER_TYPE', reading.config.grantOrderType],
    ] as const) {
      expect([name, SETTINGS.find((one) => one.name === name)?.default]).toEqual([name, value])
      expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\\| \`${value}\` \\|$`, 'm'))
    }
  })

  it('choose what happens to a region without a router, routing and payer, and report every wrong word', () => {
    const chosen = { TRANSIT_ROUTER: 'existing', ROUTING: ' none ', GRANT_ORDER_TYPE: 'PayByResourceOwner' }
    const reading = readConfig({ ...good, ...chosen }, readFile)
    expect(reading.ok && reading.config).toMatchObject({
      transitRouter: 'existing',
      routing: 'none',
      grantOrderType: 'PayByResourceOwner',
    })
    expect(faults({ ...good, TRANSIT_ROUTER: 'Create', ROUTING: 'private', GRANT_ORDER_TYPE: 'me' })).toEqual([
      'TRANSIT_ROUTER must be create or existing, not "Create"',
      'ROUTING must be connected or none, not "private"',
      'GRANT_ORDER_TYPE must be PayByCenOwner or PayByResourceOwner, not "me"',
    ])
  })

  it('reject a queue outside the region in which it is called', () => {
    const elsewhere = good.DEAD_LETTER_QUEUE_URL.replace('eu-west-1', 'us-east-1')
    expect(faults({ ...good, DEAD_LETTER_QUEUE_URL: elsewhere })).toEqual([
      'DEAD_LETTER_QUEUE_URL is in us-east-1, but queues are called in eu-west-1 (AWS_REGION, or else REQUEST_QUEUE_URL)',
    ])
    expect(faults({ ...good, AWS_REGION: 'us-east-1' })).toHaveLength(2)
    expect(faults({ ...good, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).toEqual([])
  })

  it('take keys from one source only', () => {
    const ALIBABA_CLOUD_CREDENTIALS_SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:cen-attach-AbCdEf'
    const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's' }
    expect(faults({ ...good, ALIBABA_CLOUD_CREDENTIALS_SECRET })).toEqual([])
    expect(faults({ ...good, ALIBABA_CLOUD_CREDENTIALS_SECRET, ...keys })).toEqual([
      expect.stringContaining('which shall it be?'),
    ])
    expect(faults({ ...good, ALIBABA_CLOUD_CREDENTIALS_SECRET: 'cen-attach' })).toEqual([
      expect.stringContaining('must be the ARN of a secret'),
    ])
  })

  it('report all faults at once', () => {
    expect(faults({}).map((fault) => fault.split(' ')[0])).toEqual([
      'REQUEST_QUEUE_URL',
      'DEAD_LETTER_QUEUE_URL',
      'RESULT_TOPIC_ARN',
      'ATTACHMENT_POLICY',
    ])
  })

  it.each<[string, Record<string, string>, string]>([
    ['a queue that is no URL', { REQUEST_QUEUE_URL: 'requests' }, 'REQUEST_QUEUE_URL'],
    ['one queue for both', { DEAD_LETTER_QUEUE_URL: `${good.REQUEST_QUEUE_URL}/` }, 'DEAD_LETTER_QUEUE_URL'],
    ['a source that is no URI', { RESULT_SOURCE: 'my worker' }, 'RESULT_SOURCE'],
    ['a password in an endpoint', { CBN_ENDPOINT: 'https://:pw@cbn.example.com' }, 'CBN_ENDPOINT'],
    ['an endpoint that comes later', { VPC_ENDPOINT: 'http://vpc.example.com' }, 'VPC_ENDPOINT'],
    ['a topic that is no ARN', { RESULT_TOPIC_ARN: 'results' }, 'RESULT_TOPIC_ARN'],
    ['a policy that is none', { ATTACHMENT_POLICY: 'allow-some' }, 'ATTACHMENT_POLICY'],
    ['an empty policy', { ATTACHMENT_POLICY: ' ' }, 'ATTACHMENT_POLICY'],
    ['a life of nothing', { REQUEST_TTL_SECONDS: '0' }, 'REQUEST_TTL_SECONDS'],
    ['a life beyond 72 hours', { REQUEST_TTL_SECONDS: '259201' }, 'REQUEST_TTL_SECONDS'],
    ['a concurrency that is no number', { CONCURRENCY: 'many' }, 'CONCURRENCY'],
    ['a log level that is none', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    ['an attacher that is none', { ATTACHER: 'magic' }, 'ATTACHER'],
    ['http beyond loopback', { CBN_ENDPOINT: 'http://cbn.example.com' }, 'CBN_ENDPOINT'],
    [
      'http with a host that only begins like loopback',
      { CBN_ENDPOINT: 'http://127.0.0.1.example.com' },
      'CBN_ENDPOINT',
    ],
    ['an endpoint with a path', { STS_ENDPOINT: 'https://sts.example.com/x' }, 'STS_ENDPOINT'],
    ['a key without its secret', { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id' }, 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
    ['a port that is none', { METRICS_PORT: '65536' }, 'METRICS_PORT'],
    ['a host that is none', { METRICS_HOST: 'http://host' }, 'METRICS_HOST'],
    ['an owner that is no account', { CEN_OWNER_ID: 'me' }, 'CEN_OWNER_ID'],
  ])('reject %s', (_name, env, setting) => {
    expect(faults({ ...good, ...env })).toEqual([expect.stringContaining(setting)])
  })

  it('report every fault of a policy with its path, with all other faults', () => {
    const senders = expect.stringContaining('rules[0].senders[0]: must be a sender id')
    expect(faults({ ...good, ATTACHMENT_POLICY: 'bad.json', CONCURRENCY: '0' })).toEqual([
      'ATTACHMENT_POLICY bad.json: version: must be 1',
      senders,
      'ATTACHMENT_POLICY bad.json: rules[0].cenIds: must not be empty',
      expect.stringContaining('CONCURRENCY'),
    ])
    expect(faults({ ...good, ATTACHMENT_POLICY: FILES['bad.json'] ?? '' })).toEqual([
      'ATTACHMENT_POLICY version: must be 1',
      senders,
      'ATTACHMENT_POLICY rules[0].cenIds: must not be empty',
    ])
    expect(faults({ ...good, ATTACHMENT_POLICY: 'nowhere.json' })).toEqual([
      expect.stringMatching(
        /^ATTACHMENT_POLICY must be a policy file.*nowhere\.json: cannot be read: there is no such file$/,
      ),
    ])
  })

  it.each(['good.json', '{"version":1,"rules":[]}', ' {"version":1,"rules":[]} '])('accept the policy %s', (policy) => {
    const reading = readConfig({ ...good, ATTACHMENT_POLICY: policy }, readFile)
    const attachment = {
      cenId: 'cen-1',
      childInstanceId: 'vpc-1',
      childInstanceType: 'VPC',
      childInstanceRegionId: 'cn-x',
    } as const
    expect(reading.ok && reading.config.policy.evaluate({ attachment }, {}, 0).answer).toBe('refused')
  })

  it.each(['http://127.0.0.1:8080', 'http://localhost:80', 'http://[::1]:9', 'https://cbn.example.com:444'])(
    'takes %s for an endpoint',
    (url) => {
      expect(faults({ ...good, CBN_ENDPOINT: url })).toEqual([])
    },
  )

  const fc = {
    ATTACHER: 'fc',
    ATTACHER_FC_ACCOUNT_ID: '1688000000000001',
    ATTACHER_FC_REGION: 'cn-hangzhou',
    ATTACHER_FC_FUNCTION: 'cen-attach',
  }
  it('locate the attaching function, by https unless it is on loopback', () => {
    const locationOf = (env: Record<string, string>) => {
      const reading = readConfig({ ...good, ...env }, readFile)
      return reading.ok && reading.config.attacher
    }
    const location = {
      accountId: '1688000000000001',
      region: 'cn-hangzhou',
      functionName: 'cen-attach',
      endpoint: 'https://1688000000000001.cn-hangzhou.fc.aliyuncs.com',
    }
    expect(locationOf({})).toEqual({ kind: 'direct' })
    expect(locationOf(fc)).toEqual({ kind: 'fc', location })
    expect(
      locationOf({ ...fc, ATTACHER_FC_SERVICE: 'network', ATTACHER_FC_ENDPOINT: 'http://127.0.0.1:8080/' }),
    ).toEqual({
      kind: 'fc',
      location: { ...location, service: 'network', endpoint: 'http://127.0.0.1:8080' },
    })
  })

  it('report all faults of that function at once', () => {
    expect(faults({ ...good, ATTACHER: 'fc' }).map((fault) => fault.split(' ')[0])).toEqual([
      'ATTACHER_FC_ACCOUNT_ID',
      'ATTACHER_FC_REGION',
      'ATTACHER_FC_FUNCTION',
    ])
    const wrong = {
      ATTACHER_FC_ACCOUNT_ID: 'me',
      ATTACHER_FC_REGION: 'Hangzhou!',
      ATTACHER_FC_FUNCTION: 'a function',
      ATTACHER_FC_SERVICE: 'a/service',
      ATTACHER_FC_ENDPOINT: 'http://fc.example.com',
    }
    const named = faults({ ...good, ...fc, ...wrong }).map((fault) => fault.split(' ')[0])
    expect(named.sort()).toEqual(Object.keys(wrong).sort())
    expect(faults({ ...good, ...wrong })).toEqual([])
  })

  it('are each on the page of settings, and have the default that --help prints', () => {
    const rows = [...readFileSync('docs/settings.md', 'utf8').matchAll(/^\| (`[A-Z].*?) \| (.*) \| (.*?) \|$/gm)]
    const rowOf = (name: string) => rows.find(([row]) => row.includes(`\`${name}\``))
    expect(SETTINGS.filter(({ name }) => rowOf(name) === undefined).map(({ name }) => name)).toEqual([])
    // A default that is a value is in code marks; others are described in words.
    const values = SETTINGS.filter((setting) => /^(?:[a-z]+|[\d.]+|\S+:\S+|\S+\.com)$/.test(setting.default ?? ' '))
    expect(values.length).toBeGreaterThan(10)
    const differing = values.filter((setting) => {
      const stated = rowOf(setting.name)?.[3] ?? ''
      return !stated.includes(setting.default ?? '') && stated !== "Alibaba's"
    })
    expect(differing.map(({ name }) => name)).toEqual([])
  })
})
