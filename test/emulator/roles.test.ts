import { generateKeyPairSync } from 'node:crypto'
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createTestEmulator, HOME, type Operation, OTHER, OWNER, START } from '../support/emulated.js'

const ROLE = { RoleArn: `acs:ram::${OWNER}:role/cen-grant`, RoleSessionName: 'cen-attach' }
const GRANT = {
  RegionId: 'cn-hangzhou',
  InstanceId: 'vpc-1',
  InstanceType: 'VPC',
  CenId: 'cen-1',
  CenOwnerId: HOME,
}
const roles = [{ roleName: 'cen-grant', accountId: OWNER }]
const allow = (Action: string | string[], Resource: string | string[], Effect = 'Allow') => ({
  Effect,
  Action,
  Resource,
})
const policy = (...Statement: object[]) => ({ Version: '1', Statement })

function assume(world: object, parameters: Record<string, string> = {}, who = HOME) {
  const here = createTestEmulator(world)
  const answer = here.call('sts:AssumeRole', { ...ROLE, ...parameters }, who)
  return { ...here, answer, key: String(answer.body.Credentials?.AccessKeyId) }
}

describe('AssumeRole', () => {
  it('gives temporary keys of the role, in the account of the role', () => {
    const { answer, call, key } = assume({ roles }, { DurationSeconds: '900' })
    expect(answer.body).toMatchObject({
      AssumedRoleUser: { Arn: `acs:ram::${OWNER}:role/cen-grant/cen-attach` },
      Credentials: {
        AccessKeyId: expect.stringMatching(/^STS\./),
        AccessKeySecret: expect.stringMatching(/^\w{40}$/),
        SecurityToken: expect.stringMatching(/^CAIS/),
        Expiration: '2026-11-25T12:15:00Z',
      },
    })
    expect(call('sts:GetCallerIdentity', {}, key).body).toMatchObject({
      AccountId: OWNER,
      IdentityType: 'AssumedRoleUser',
      Arn: `acs:ram::${OWNER}:assumed-role/cen-grant/cen-attach`,
    })
    expect(call('vpc:GrantInstanceToCen', GRANT, key).http).toBe(200)
  })

  it.each<[string, object[], Record<string, string>, string, string, number]>([
    ['of a role that is not there', [], {}, HOME, 'EntityNotExist.Role', 404],
    ['by an account that the role does not trust', roles, {}, OTHER, 'NoPermission', 403],
    ['of a role that trusts nobody', [{ ...roles[0], trustedAccounts: [] }], {}, HOME, 'NoPermission', 403],
    ['without its external id', [{ ...roles[0], externalId: 'x7' }], {}, HOME, 'NoPermission', 403],
    ['with a wrong one', [{ ...roles[0], externalId: 'x7' }], { ExternalId: 'x8' }, HOME, 'NoPermission', 403],
    ['with a role ARN that is none', roles, { RoleArn: 'cen-grant' }, HOME, 'InvalidParameter.RoleArn', 400],
    [
      'with a session name that is none',
      roles,
      { RoleSessionName: 'a b' },
      HOME,
      'InvalidParameter.RoleSessionName',
      400,
    ],
    ['for too short', roles, { DurationSeconds: '899' }, HOME, 'InvalidParameter.DurationSeconds', 400],
    ['for too long', roles, { DurationSeconds: '3601' }, HOME, 'InvalidParameter.DurationSeconds', 400],
    ['with a policy that is no JSON', roles, { Policy: '{' }, HOME, 'InvalidParameter.PolicyGrammar', 400],
    ['with a policy that is none', roles, { Policy: '{"Version":"1"}' }, HOME, 'InvalidParameter.PolicyGrammar', 400],
    [
      'with a policy of 2,049 characters',
      roles,
      { Policy: ' '.repeat(2_049) },
      HOME,
      'InvalidParameter.PolicySize',
      400,
    ],
  ])('is refused %s', (_name, named, parameters, who, code, http) => {
    const { answer } = assume({ roles: named }, parameters, who)
    expect([answer.code, answer.http]).toEqual([code, http])
    expect(assume({ roles }).answer.http).toBe(200)
  })

  it('treats a role without an account as present in every account, and prefers a role with an account', () => {
    const named = [{ roleName: 'cen-grant' }, { roleName: 'cen-grant', accountId: OTHER, trustedAccounts: [] }]
    expect(assume({ roles: named }).answer.http).toBe(200)
    expect(assume({ roles: named }, { RoleArn: `acs:ram::${OTHER}:role/cen-grant` }).answer.code).toBe('NoPermission')
    const gone = { roles: named, accounts: [{ accountId: OWNER, exists: false }] }
    expect(assume(gone).answer.code).toBe('EntityNotExist.Role')
  })

  it('can be denied by RAM like any action, and a session without permission cannot assume another role', () => {
    const denied = { roles, accounts: [{ accountId: HOME, denied: ['sts:AssumeRole'] }] }
    expect(assume(denied).answer).toMatchObject({
      code: 'NoPermission',
      body: { AccessDeniedDetail: { AuthAction: 'sts:AssumeRole' } },
    })
    const { call, key } = assume({ roles })
    expect(call('sts:AssumeRole', ROLE, key).code).toBe('NoPermission')
  })
})

describe('the policy of a session', () => {
  const arn = `acs:vpc:cn-hangzhou:${OWNER}:vpc/vpc-1`
  const cases: [string, object, boolean][] = [
    ['the action on the resource', policy(allow('vpc:GrantInstanceToCen', arn)), true],
    ['wildcards', policy(allow(['vpc:Grant*'], ['acs:vpc:*:*:vpc/vpc-?'])), true],
    ['the action in another case', policy(allow('VPC:grantinstancetocen', '*')), true],
    ['another action', policy(allow('vpc:RevokeInstanceFromCen', '*')), false],
    ['another resource', policy(allow('vpc:*', `${arn}2`)), false],
    ['a dot that is a dot', policy(allow('vpc.GrantInstanceToCen', '*')), false],
    ['nothing', policy(), false],
    ['it and denies it', policy(allow('*', '*'), allow('vpc:Grant*', arn, 'Deny')), false],
  ]
  it.each(cases)('with %s decides whether a grant is allowed', (_name, document, allowed) => {
    const { call, key } = assume({ roles }, { Policy: JSON.stringify(document) })
    const granted = call('vpc:GrantInstanceToCen', GRANT, key)
    expect(granted.code).toBe(allowed ? undefined : 'Forbidden.RAM')
    expect(granted.body.AccessDeniedDetail?.AuthAction).toBe(allowed ? undefined : 'vpc:GrantInstanceToCen')
  })

  it.each(cases)(
    'is combined with that of the role: with %s there it decides in the same way',
    (_name, document, allowed) => {
      const { call, key } = assume({ roles: [{ ...roles[0], policy: document }] })
      expect(call('vpc:GrantInstanceToCen', GRANT, key).code).toBe(allowed ? undefined : 'Forbidden.RAM')
    },
  )

  it('cannot extend the permissions of the role', () => {
    const role = { ...roles[0], policy: policy(allow('vpc:Describe*', '*')) }
    const { call, key } = assume({ roles: [role] }, { Policy: JSON.stringify(policy(allow('*', '*'))) })
    expect(call('vpc:GrantInstanceToCen', GRANT, key).code).toBe('Forbidden.RAM')
    expect(call('vpc:DescribeVpcs', { RegionId: 'cn-hangzhou' }, key).http).toBe(200)
  })

  it.each<[Operation, Record<string, string>, string]>([
    [
      'cbn:AttachCenChildInstance',
      { CenId: 'cen-1', ChildInstanceId: 'vpc-1', ChildInstanceType: 'VPC' },
      'Unauthorized',
    ],
    ['cbn:DescribeCens', {}, 'Unauthorized'],
    ['smartag:GrantInstanceToCbn', { CcnInstanceId: 'ccn-1' }, 'Forbidden.RAM'],
    ['sts:AssumeRole', ROLE, 'NoPermission'],
  ])('that allows nothing is asked about %s, too', (operation, parameters, code) => {
    const { call, key } = assume({ roles }, { Policy: JSON.stringify(policy()) })
    expect(call(operation, parameters, key).code).toBe(code)
    expect(call('sts:GetCallerIdentity', {}, key).http).toBe(200)
  })
})

describe('AssumeRoleWithOIDC', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const arn = `acs:ram::${HOME}:oidc-provider/aws`
  const issuer = 'https://tokens.test'
  const jwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }
  const provider = { arn, issuer, audiences: ['cen-attach', 'sts.aliyuncs.com'], jwks: { keys: [jwk] } }
  const role = { roleName: 'cen-attach', accountId: HOME, trustedOidcProviders: [arn] }
  const nowSeconds = START / 1_000
  const good = {
    iss: issuer,
    aud: 'cen-attach',
    sub: 'arn:aws:iam::1:role/worker',
    iat: nowSeconds,
    exp: nowSeconds + 300,
  }
  const { exp: _, ...withoutEnd } = good
  type SigningKey = Parameters<SignJWT['sign']>[0]
  const signed = (claims: JWTPayload = good, key: SigningKey = rsa.privateKey, header: object = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key)

  const ask = (OIDCToken: string, world: object = {}, parameters: Record<string, string> = {}) => {
    const here = createTestEmulator({ roles: [role], oidcProviders: [provider], ...world })
    const asked = {
      RoleArn: `acs:ram::${HOME}:role/cen-attach`,
      RoleSessionName: 'worker',
      OIDCProviderArn: arn,
      OIDCToken,
      ...parameters,
    }
    return { ...here, answer: here.call('sts:AssumeRoleWithOIDC', asked, 'anonymous') }
  }

  it('gives keys for a valid token', async () => {
    const { answer, call, emulator } = ask(await signed())
    expect(answer.body).toMatchObject({
      Credentials: { Expiration: '2026-11-25T13:00:00Z' },
      OIDCTokenInfo: { Subject: good.sub, Issuer: issuer, VerificationInfo: 'Success' },
    })
    const { AccessKeyId } = answer.body.Credentials
    expect(call('sts:GetCallerIdentity', {}, AccessKeyId).body).toMatchObject({ AccountId: HOME })
    expect(JSON.stringify(emulator.journal)).not.toContain(await signed())
  })

  it.each<[string, () => string | Promise<string>, string]>([
    ['has expired', () => signed({ ...good, exp: nowSeconds - 1 }), 'AuthenticationFail.OIDCToken.Expired'],
    ['is for somebody else', () => signed({ ...good, aud: 'other' }), 'AuthenticationFail.OIDCToken.AudienceNotMatch'],
    [
      'comes from another issuer',
      () => signed({ ...good, iss: 'https://evil.test' }),
      'AuthenticationFail.OIDCToken.IssuerNotMatch',
    ],
    ['is signed by another key', () => signed(good, stranger.privateKey), 'AuthenticationFail.OIDCToken.Invalid'],
    [
      'names a key that is not there',
      () => signed(good, rsa.privateKey, { kid: 'k2' }),
      'AuthenticationFail.OIDCToken.Invalid',
    ],
    ['is not valid yet', () => signed({ ...good, nbf: nowSeconds + 60 }), 'AuthenticationFail.OIDCToken.Invalid'],
    ['never expires', () => signed(withoutEnd), 'AuthenticationFail.OIDCToken.Invalid'],
    ['is signed by nobody', () => new UnsecuredJWT(good).encode(), 'AuthenticationFail.OIDCToken.Invalid'],
    [
      'is signed with the public key as a secret',
      () => signed(good, rsa.publicKey.export({ format: 'der', type: 'spki' }), { alg: 'HS256' }),
      'AuthenticationFail.OIDCToken.Invalid',
    ],
    ['is no token', () => 'hello', 'AuthenticationFail.OIDCToken.Invalid'],
  ])('refuses a token that %s', async (_name, token, code) => {
    expect(ask(await token()).answer.code).toBe(code)
  })

  it.each<[string, object, string]>([
    ['no such provider is registered', { oidcProviders: [] }, 'AuthenticationFail.NoPermission'],
    [
      'the role does not trust the provider',
      { roles: [{ ...role, trustedOidcProviders: [] }] },
      'AuthenticationFail.NoPermission',
    ],
    [
      'the role trusts another subject',
      { roles: [{ ...role, trustedSubject: 'arn:aws:iam::2:*' }] },
      'AuthenticationFail.NoPermission',
    ],
    ['the role is not there', { roles: [] }, 'EntityNotExist.Role'],
    [
      'the provider’s keys cannot be read',
      { oidcProviders: [{ ...provider, jwks: undefined }] },
      'AuthenticationFail.OIDCToken.IssuerConfigurationBroken',
    ],
    [
      'the provider knows no audience',
      { oidcProviders: [{ ...provider, audiences: [] }] },
      'AuthenticationFail.OIDCToken.AudienceNotMatch',
    ],
  ])('refuses where %s', async (_name, world, code) => {
    expect(ask(await signed(), world).answer.code).toBe(code)
  })

  it('checks the times of a token against the emulator’s clock', async () => {
    const { call, advance } = ask(await signed())
    advance(301_000)
    const late = {
      RoleArn: `acs:ram::${HOME}:role/cen-attach`,
      RoleSessionName: 'worker',
      OIDCProviderArn: arn,
      OIDCToken: await signed(),
    }
    expect(call('sts:AssumeRoleWithOIDC', late, 'anonymous').code).toBe('AuthenticationFail.OIDCToken.Expired')
  })
})
