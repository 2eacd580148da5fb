/** The parameters of a deployment: all faults in them are reported at once when the deployment is packaged. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readDeployment } from '../../deploy/parameters.js'
import { osls, PARAMETERS, POLICY_FILE } from '../support/packaged.js'

const example = PARAMETERS
const POLICY = '{"version":1,"rules":[{"id":"look","senders":["*"],"cenIds":["*"],"ownerIds":["*"],"dryRunOnly":true}]}'
const readFile = (path: string) => (path === POLICY_FILE ? POLICY : readFileSync(path, 'utf8'))
const read = (changes: object, stage = 'prod') => readDeployment({ ...example, ...changes }, stage, readFile)
const faults = (changes: object, stage?: string) => {
  const reading = read(changes, stage)
  return reading.ok ? [] : reading.faults
}
const withSetting = (name: string, value: unknown) => ({ settings: { ...example.settings, [name]: value } })
const producer = (kind: object) => ({ producers: [{ name: 'one', ...kind }] })
const spoke = { name: 'spoke', account: '210987654323' }
const KEYLESS = ['ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'ALIBABA_CLOUD_ROLE_ARN']
const anonymous = Object.fromEntries(Object.entries(example.settings).filter(([name]) => !KEYLESS.includes(name)))

describe('the parameters of a deployment', () => {
  it('of a stage that is filled in are right', () => {
    expect(faults({})).toEqual([])
  })

  it('of the example are wrong as long as they are the example, each by name', () => {
    const unedited = readDeployment(parse(readFileSync('deploy/example.yml', 'utf8')), 'prod', readFile)
    const said = unedited.ok ? [] : unedited.faults
    const edited = [
      'producers.0.accounts.0',
      'producers.1.bus',
      'producers.2.topic',
      'producers.3.account',
      'producers.4.role',
      'subscribers.0',
      'alarmTopicArn',
      'settings.ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
      'settings.ALIBABA_CLOUD_ROLE_ARN',
      'settings.CEN_OWNER_ID',
    ]
    expect(said.map((fault) => fault.split(' ')[0])).toEqual(edited)
    for (const fault of said) expect(fault).toMatch(/ has \d+, which is of the example: put yours, or leave it out$/)
  })

  it('are wrong in another region than that of who deploys', () => {
    const here = (env: Record<string, string>) => readDeployment(example, 'prod', readFile, env)
    expect(here({ AWS_REGION: 'us-east-1' })).toEqual({
      ok: false,
      faults: [expect.stringMatching(/^region is eu-west-1, but AWS_REGION is us-east-1: /)],
    })
    expect(here({ AWS_DEFAULT_REGION: 'us-east-1' })).toMatchObject({ ok: false })
    expect(here({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' })).toMatchObject({ ok: true })
  })

  it.each(['producers', 'subscribers', 'alarmTopicArn', 'maximumConcurrency', 'tags'])(
    'are right without %s',
    (name) => {
      const { [name]: _left, ...rest } = example as Record<string, unknown>
      expect(readDeployment(rest, 'prod', readFile)).toMatchObject({ ok: true })
    },
  )

  it.each<[string, object, RegExp]>([
    ['a parameter that is not known', { regoin: 'x' }, /^regoin is no parameter$/],
    ['a missing region', { region: undefined }, /^region is missing$/],
    ['a region that is none', { region: 'cn-hangzhou 1' }, /^region must be a region/],
    [
      'a producer without a name',
      { producers: ['arn:aws:iam::210987654321:role/x'] },
      /^producers\.0 must have a name, and/,
    ],
    [
      'everybody as producer',
      producer({ role: '*' }),
      /^producers\.0\.role must be the ARN of a role; a star is none$/,
    ],
    ['a service as producer', producer({ role: 'events.amazonaws.com' }), /^producers\.0\.role /],
    [
      'a name that is no part of names',
      producer({ name: 'my-own', account: '210987654321' }),
      /^producers\.0\.name must be/,
    ],
    ['any bus', producer({ bus: 'arn:aws:events:eu-west-1:210987654321:*' }), /^producers\.0\.bus must be create, or/],
    [
      'a bus elsewhere',
      producer({ bus: 'arn:aws:events:us-east-1:210987654321:event-bus/x' }),
      /^producers\.0\.bus must be in eu-west-1/,
    ],
    [
      'a topic elsewhere',
      producer({ topic: 'arn:aws:sns:us-east-1:210987654321:x' }),
      /^producers\.0\.topic must be in eu-west-1/,
    ],
    [
      'a FIFO topic',
      producer({ topic: 'arn:aws:sns:eu-west-1:210987654321:x.fifo' }),
      /^producers\.0\.topic .*FIFO is none$/,
    ],
    [
      'a producer of no kind',
      producer({}),
      /^producers\.0 must have exactly one of bus, topic, account, role; it has none$/,
    ],
    ['a producer of two kinds', producer({ bus: 'create', account: '210987654321' }), /; it has bus, account$/],
    [
      'accounts of a bus that is there',
      producer({ account: '210987654321', accounts: ['210987654322'] }),
      /^producers\.0\.accounts is for/,
    ],
    ['two producers of one name', { producers: [spoke, spoke] }, /^producers\.1\.name is that of producers\.0$/],
    [
      'ten producers',
      { producers: Array.from({ length: 10 }, (_, index) => ({ ...spoke, name: `p${index}` })) },
      /^producers must be 9 at most/,
    ],
    ['the sources of earlier versions', { sources: [] }, /^sources is no parameter: name each topic/],
    [
      'an alarm topic elsewhere',
      { alarmTopicArn: 'arn:aws:sns:us-east-1:210987654320:oncall' },
      /^alarmTopicArn must be in eu-west-1/,
    ],
    [
      'what the CLI prints for nothing',
      withSetting('CEN_OWNER_ID', 'None'),
      /^settings\.CEN_OWNER_ID is empty \("None"\)/,
    ],
    ['an empty text', withSetting('GRANT_ROLE_NAME', ''), /^settings\.GRANT_ROLE_NAME is empty \(""\): put a value/],
    [
      'an example as a sender in the policy',
      { policy: 'events/examples/policy.json' },
      /^ATTACHMENT_POLICY events\/examples\/policy\.json: rules\[\d\]\.senders\[0\] has A\w+EXAMPLE/,
    ],
    ['a subscriber as a number', { subscribers: [210987654321] }, /^subscribers\.0 must be an account id/],
    ['an alarm topic that is none', { alarmTopicArn: 'oncall' }, /^alarmTopicArn /],
    [
      'less concurrency than Lambda has',
      { maximumConcurrency: 1 },
      /^maximumConcurrency must be a whole number from 2/,
    ],
    ['no policy', { policy: undefined }, /^policy is missing$/],
    ['a policy outside the package', { policy: '../policy.json' }, /^policy must be a file below/],
    [
      'a policy that is not there',
      { policy: 'deploy/none.json' },
      /^ATTACHMENT_POLICY must be a policy file.*none\.json/,
    ],
    ['a policy that is none', { policy: 'deploy/queues.yml' }, /^ATTACHMENT_POLICY .*is not JSON/],
    ['a policy with a fault', { policy: 'package.json' }, /^ATTACHMENT_POLICY package\.json: version: must be 1/],
    [
      'a key',
      withSetting('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'x'),
      /^settings\.ALIBABA_CLOUD_ACCESS_KEY_SECRET is a secret/,
    ],
    [
      'what a collector takes for a key',
      withSetting('OTEL_EXPORTER_OTLP_HEADERS', 'api-key=x'),
      /^settings\.OTEL_EXPORTER_OTLP_HEADERS is a secret/,
    ],
    [
      'what the template sets',
      withSetting('REQUEST_QUEUE_URL', 'https://x'),
      /^settings\.REQUEST_QUEUE_URL is not yours/,
    ],
    ['what Lambda sets', withSetting('AWS_REGION', 'us-east-1'), /^settings\.AWS_REGION is not yours/],
    ['a setting that is none', withSetting('CEN_OWNER', '1'), /^settings\.CEN_OWNER is no setting$/],
    [
      'a number that YAML made of an account',
      withSetting('CEN_OWNER_ID', 1688),
      /^settings\.CEN_OWNER_ID must be text/,
    ],
    ['a setting with a wrong value', withSetting('LOG_LEVEL', 'loud'), /^settings\.LOG_LEVEL must be one of/],
    ['nobody at Alibaba', { settings: anonymous }, /^settings\.ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set.*: who is/],
    [
      'a token file',
      withSetting('ALIBABA_CLOUD_OIDC_TOKEN_FILE', '/t'),
      /^settings\.ALIBABA_CLOUD_OIDC_TOKEN_FILE is for others/,
    ],
  ])('are wrong with %s', (_name, changes, said) => {
    expect(faults(changes)).toEqual(expect.arrayContaining([expect.stringMatching(said)]))
  })

  it('are wrong with a stage that cannot be part of a name', () => {
    expect(faults({}, 'My Stage')).toEqual([expect.stringMatching(/^the stage must have/)])
  })

  it('give the role what its identity needs: no token for a function that asks for none', () => {
    const statements = (changes: object) => JSON.stringify(read(changes))
    expect(statements({})).toContain('sts:GetWebIdentityToken')
    expect(statements(withSetting('ALIBABA_CLOUD_OIDC_AUDIENCE', 'mine'))).toContain(
      '"sts:IdentityTokenAudience":["mine"]',
    )
  })

  it('let the role read the secret that has the keys, and no other', () => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:cen-attach-AbCdEf'
    const reading = read({ settings: { ...anonymous, ALIBABA_CLOUD_CREDENTIALS_SECRET: secret } })
    const statements = reading.ok ? reading.deployment.statements : []
    expect(statements.at(-1)).toEqual({ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: secret })
    expect(JSON.stringify(statements)).not.toContain('sts:')
  })

  it('end the packaging, with every fault of them and no stack', async () => {
    const file = 'deploy/broken-for-test.yml'
    writeFileSync(
      file,
      JSON.stringify({ ...example, producers: ['*'], policy: 'package.json', settings: { LOG_LEVEL: 'loud' } }),
    )
    const said = await osls('package', '--stage', 'broken-for-test').then(
      String,
      (error) => error.stdout + error.stderr,
    )
    rmSync(file)
    for (const fault of [
      'producers.0 must have a name',
      'ATTACHMENT_POLICY package.json: version',
      'settings.LOG_LEVEL must',
      'who is the function at Alibaba',
    ])
      expect(said).toContain(fault)
    expect(said).not.toContain('    at ')
  }, 30_000)
})
