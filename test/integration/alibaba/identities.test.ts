/** Every identity at Alibaba, against the emulator's STS and a fake STS of AWS, over real sockets. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { awsConnectionOf } from '../../../functions/compose/aws.js'
import { buildAttacher } from '../../../functions/compose/driver.js'
import { readTextFile } from '../../../functions/compose/process.js'
import { emulatorEnv } from '../../../functions/local/emulator-settings.js'
import { readConfig } from '../../../lib/config/config.js'
import { createEmulator } from '../../../lib/emulator/emulator.js'
import { createShiftedClock } from '../../../lib/emulator/http/control.js'
import { startEmulatorServer } from '../../../lib/emulator/http/server.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { readWorldFile } from '../../../lib/emulator/world/world-file.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { startFakeSecretsManager } from '../../support/aws/fake-secrets-manager.js'
import { type FakeSts, ISSUER, JWKS, SUBJECT, signToken, startFakeSts } from '../../support/aws/fake-sts.js'
import { basicEverywhere } from '../../support/basic-world.js'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const { accountId } = HOME_ACCOUNT
const PROVIDER = `acs:ram::${accountId}:oidc-provider/aws`
const ROLE = `acs:ram::${accountId}:role/cen-attach`
const WORLD = {
  oidcProviders: [{ arn: PROVIDER, issuer: ISSUER, audiences: ['sts.aliyuncs.com'], jwks: JWKS }],
  roles: [
    { roleName: 'cen-attach', accountId, trustedOidcProviders: [PROVIDER], trustedSubject: SUBJECT },
    { roleName: 'grantor', accountId: '1700000000000007' },
  ],
  grantsMissing: [{ childInstanceId: 'vpc-foreign' }],
}
const OIDC = { ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER, ALIBABA_CLOUD_ROLE_ARN: ROLE }
const QUEUES = {
  REQUEST_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/requests',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead',
  RESULT_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:results',
  ATTACHMENT_POLICY: 'allow-all',
}

/** A driver that is built from settings alone, as the entry points do. */
async function connect(settings: (aws: FakeSts) => Record<string, string>, { keyless = true } = {}) {
  const reading = readWorldFile(JSON.stringify(basicEverywhere(WORLD)))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const clock = createShiftedClock(systemClock)
  const emulator = createEmulator(reading.world, clock, Math.random)
  const server = await startEmulatorServer(emulator, clock)
  const aws = await startFakeSts(clock.now)
  stops.push(server.stop, aws.stop)
  const { ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ...endpoints } = emulatorEnv(server.url)
  const keys = keyless ? {} : { ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET }
  const awsEnv = { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 's', AWS_ENDPOINT_URL_STS: aws.url }
  const env = Object.fromEntries(
    Object.entries({ ...QUEUES, ...endpoints, ...keys, ...awsEnv, ...settings(aws) }).filter(([, value]) => value),
  ) as Record<string, string>
  const config = readConfig(env, readTextFile)
  if (!config.ok) throw new Error(config.faults.join('\n'))
  const attacher = buildAttacher(config.config, awsConnectionOf(env, QUEUES.REQUEST_QUEUE_URL), clock).basic
  return {
    attacher,
    emulator,
    clock,
    aws,
    calls: () => emulator.journal.map(({ action, code }) => `${action} ${code}`),
  }
}

const child = (id = 'vpc-1', childInstanceOwnerId?: string) => ({
  cenId: 'cen-1',
  childInstanceId: id,
  childInstanceType: 'VPC' as const,
  childInstanceRegionId: 'cn-hangzhou',
  ...(childInstanceOwnerId !== undefined && { childInstanceOwnerId }),
})
const soon = () => ({ deadlineMs: Date.now() + 5_000 })
const tokenFile = (text: string) => {
  const file = join(mkdtempSync(join(tmpdir(), 'token-')), 'token')
  writeFileSync(file, `${text}\n`)
  return file
}

describe('an identity', () => {
  it('is keyless: AWS signs a token, Alibaba exchanges it for a session of a role, and no key is stored', async () => {
    const { attacher, aws, calls } = await connect(() => OIDC)
    expect(await attacher.attach(child(), soon())).toMatchObject({ ok: true })
    expect(calls()).toEqual(['AssumeRoleWithOIDC OK', 'AttachCenChildInstance OK'])
    const [asked] = aws.requests
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      Action: 'GetWebIdentityToken',
      'Audience.member.1': 'sts.aliyuncs.com',
      SigningAlgorithm: 'RS256',
    })
  })

  it('is requested once for concurrent calls, and again shortly before it expires', async () => {
    const { attacher, clock, aws, calls } = await connect(() => OIDC)
    await Promise.all(Array.from({ length: 10 }, (_, index) => attacher.attach(child(`vpc-${index}`), soon())))
    expect(aws.requests).toHaveLength(1)
    clock.advance(55 * 60_000)
    expect(await attacher.attach(child('vpc-late'), { deadlineMs: clock.now() + 5_000 })).toMatchObject({ ok: true })
    await expect.poll(() => calls().filter((call) => call === 'AssumeRoleWithOIDC OK').length).toBe(2)
    // A call that begins after the new session was answered ends after it has arrived.
    await attacher.attach(child('vpc-meanwhile'), { deadlineMs: clock.now() + 5_000 })
    clock.advance(10 * 60_000)
    expect(await attacher.attach(child('vpc-later'), { deadlineMs: clock.now() + 5_000 })).toMatchObject({ ok: true })
    expect(calls().filter((call) => call.includes('Expired'))).toEqual([])
  })

  it('keeps the old session while AWS gives no new token', async () => {
    const { attacher, clock, aws } = await connect(() => OIDC)
    await attacher.attach(child(), soon())
    aws.refuse()
    clock.advance(55 * 60_000)
    expect(await attacher.attach(child('vpc-2'), { deadlineMs: clock.now() + 5_000 })).toMatchObject({ ok: true })
    clock.advance(10 * 60_000)
    expect(await attacher.attach(child('vpc-3'), { deadlineMs: clock.now() + 5_000 })).toMatchObject({
      ok: false,
      failure: {
        code: 'CredentialsUnavailable',
        kind: 'credentials',
        message: expect.stringContaining('AccessDenied'),
      },
    })
  })

  it.each<[string, Parameters<typeof signToken>[0], string]>([
    ['of another audience', { audience: 'somebody-else' }, 'AudienceNotMatch'],
    ['of another issuer', { issuer: 'https://elsewhere.example' }, 'IssuerNotMatch'],
    ['that has ended', { seconds: -60 }, 'Expired'],
    ['that somebody else has signed', { forged: true }, 'Invalid'],
  ])('is refused with a token %s, and says why', async (_name, facts, code) => {
    const file = tokenFile(await signToken(facts))
    const { attacher } = await connect(() => ({ ...OIDC, ALIBABA_CLOUD_OIDC_TOKEN_FILE: file }))
    expect(await attacher.attach(child(), soon())).toMatchObject({
      ok: false,
      failure: { kind: 'credentials', message: expect.stringContaining(`AuthenticationFail.OIDCToken.${code}`) },
    })
  })

  it('is read from a token file, again for every session', async () => {
    const file = tokenFile(await signToken({ seconds: -60 }))
    const { attacher, aws } = await connect(() => ({ ...OIDC, ALIBABA_CLOUD_OIDC_TOKEN_FILE: file }))
    expect(await attacher.attach(child(), soon())).toMatchObject({ ok: false })
    writeFileSync(file, await signToken())
    expect(await attacher.attach(child(), soon())).toMatchObject({ ok: true })
    expect(aws.requests).toEqual([])
  })

  it('is a role that the keys assume', async () => {
    const { attacher, calls } = await connect(() => ({ ALIBABA_CLOUD_ROLE_ARN: ROLE }), { keyless: false })
    expect(await attacher.attach(child(), soon())).toMatchObject({ ok: true })
    expect(calls()).toEqual(['AssumeRole OK', 'AttachCenChildInstance OK'])
  })

  it('grants for an owner with a session that is used for this grant only', async () => {
    const { attacher, emulator } = await connect(() => ({ ...OIDC, GRANT_ROLE_NAME: 'grantor' }))
    const foreign = child('vpc-foreign', '1700000000000007')
    expect(await attacher.attach(foreign, soon())).toMatchObject({ ok: false, failure: { kind: 'not-granted' } })
    expect(await attacher.isGranted(foreign, soon())).toEqual({ ok: true, value: false })
    expect(await attacher.grant?.(foreign, 'token-1', soon())).toMatchObject({ ok: true })
    expect(await attacher.isGranted(foreign, soon())).toEqual({ ok: true, value: true })
    expect(await attacher.attach(foreign, soon())).toMatchObject({ ok: true })
    expect(emulator.journal.find(({ action }) => action === 'GrantInstanceToCen')?.callerId).toBe('1700000000000007')
  })

  it('reports which identity is unavailable, without the text that was read', async () => {
    const { attacher } = await connect(() => ({ ...OIDC, ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/nowhere/secret-token' }))
    const answer = await attacher.attach(child(), soon())
    expect(answer).toMatchObject({
      ok: false,
      failure: { code: 'CredentialsUnavailable', message: expect.stringContaining('OidcTokenUnavailable') },
    })
    expect(JSON.stringify(answer)).not.toContain('nowhere')
  })

  describe('from a secret of AWS', () => {
    const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:cen-attach-AbCdEf'
    const keys = { accessKeyId: HOME_ACCOUNT.accessKeyId, accessKeySecret: HOME_ACCOUNT.accessKeySecret }
    const withSecret = async (more: Record<string, string> = {}) => {
      const secrets = await startFakeSecretsManager()
      stops.push(secrets.stop)
      const settings = { ALIBABA_CLOUD_CREDENTIALS_SECRET: SECRET, AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url }
      return { secrets, ...(await connect(() => ({ ...settings, ...more }))) }
    }

    it('is read once for concurrent calls', async () => {
      const { secrets, attacher } = await withSecret()
      secrets.hold(JSON.stringify(keys))
      const answers = await Promise.all([1, 2, 3].map((one) => attacher.attach(child(`vpc-${one}`), soon())))
      expect(answers.map(({ ok }) => ok)).toEqual([true, true, true])
      expect(secrets.requests).toEqual([SECRET])
    })

    it('can assume a role', async () => {
      const { secrets, attacher, calls } = await withSecret({ ALIBABA_CLOUD_ROLE_ARN: ROLE })
      secrets.hold(JSON.stringify(keys))
      expect(await attacher.attach(child(), soon())).toMatchObject({ ok: true })
      expect(calls()).toEqual(['AssumeRole OK', 'AttachCenChildInstance OK'])
    })

    it('is read again if Alibaba refuses its keys', async () => {
      const { secrets, attacher, clock } = await withSecret()
      secrets.hold(JSON.stringify({ ...keys, accessKeyId: 'LTAIrotated' }))
      expect(await attacher.attach(child(), soon())).toMatchObject({ ok: false, failure: { kind: 'credentials' } })
      secrets.hold(JSON.stringify(keys))
      clock.advance(10_000)
      expect(await attacher.attach(child(), { deadlineMs: clock.now() + 5_000 })).toMatchObject({ ok: true })
    })

    it.each<[string, string | undefined]>([
      ['cannot be read', undefined],
      ['is no JSON', 'hush-hush'],
      ['holds no keys', '{"accessKeyId":"hush-hush"}'],
    ])('pauses the intake where it %s, without a word of what it holds', async (_name, text) => {
      const { secrets, attacher } = await withSecret()
      secrets.hold(text)
      const answer = await attacher.attach(child(), soon())
      expect(answer).toMatchObject({
        ok: false,
        failure: { kind: 'credentials', message: expect.stringContaining('CredentialsSecretUnavailable') },
      })
      expect(JSON.stringify(answer)).not.toContain('hush-hush')
      secrets.hold(JSON.stringify(keys))
      expect(await attacher.attach(child(), soon())).toMatchObject({ ok: true })
    })
  })
})
