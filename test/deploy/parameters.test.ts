/** The parameters of a deployment: all faults in them are reported at once when the deployment is packaged. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readDeployment } from '../../deploy/parameters.js'
import { osls } from '../support/packaged.js'

const example = parse(readFileSync('deploy/example.yml', 'utf8'))
const readFile = (path: string) => readFileSync(path, 'utf8')
const read = (changes: object, stage = 'prod') => readDeployment({ ...example, ...changes }, stage, readFile)
const faults = (changes: object, stage?: string) => {
  const reading = read(changes, stage)
  return reading.ok ? [] : reading.faults
}
const withSetting = (name: string, value: unknown) => ({ settings: { ...example.settings, [name]: value } })
const KEYLESS = ['ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'ALIBABA_CLOUD_ROLE_ARN']
const anonymous = Object.fromEntries(Object.entries(example.settings).filter(([name]) => !KEYLESS.includes(name)))

describe('the parameters of a deployment', () => {
  it('of the example are right', () => {
    expect(faults({})).toEqual([])
  })

  it.each(['producers', 'sources', 'subscribers', 'alarmTopicArn', 'maximumConcurrency', 'tags'])(
    'are right without %s',
    (name) => {
      const { [name]: _left, ...rest } = example
      expect(readDeployment(rest, 'prod', readFile)).toMatchObject({ ok: true })
    },
  )

  it.each<[string, object, RegExp]>([
    ['a parameter that is not known', { regoin: 'x' }, /^regoin is no parameter$/],
    ['a missing region', { region: undefined }, /^region is missing$/],
    ['a region that is none', { region: 'cn-hangzhou 1' }, /^region must be a region/],
    ['everybody as producer', { producers: ['*'] }, /^producers\.0 must be the ARN .* a star is none$/],
    ['a service as producer', { producers: ['events.amazonaws.com'] }, /^producers\.0 /],
    ['any rule as source', { sources: ['arn:aws:events:eu-west-1:111122223333:*'] }, /^sources\.0 /],
    ['a subscriber as a number', { subscribers: [444455556666] }, /^subscribers\.0 must be an account id/],
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
    ['a policy that is none', { policy: 'deploy/example.yml' }, /^ATTACHMENT_POLICY .*is not JSON/],
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
    const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:cen-attach-AbCdEf'
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
      'producers.0 must be',
      'ATTACHMENT_POLICY package.json: version',
      'settings.LOG_LEVEL must',
      'who is the function at Alibaba',
    ])
      expect(said).toContain(fault)
    expect(said).not.toContain('    at ')
  }, 30_000)
})
