/** Other clients against the emulator: both generations of Alibaba's SDK core, and plain HTTP, over real sockets. */
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import core from '@alicloud/openapi-core'
import popCore from '@alicloud/pop-core'
import { RuntimeOptions } from '@darabonba/typescript'
import { SignJWT } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { createEmulator } from '../../../lib/emulator/emulator.js'
import { createShiftedClock } from '../../../lib/emulator/http/control.js'
import { startEmulatorServer } from '../../../lib/emulator/http/server.js'
import { HOME_ACCOUNT } from '../../../lib/emulator/world/world.js'
import { readWorldFile } from '../../../lib/emulator/world/world-file.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { basicEverywhere } from '../../support/basic-world.js'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface Keys {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}
type Call = (action: string, parameters?: Record<string, string>) => Promise<Record<string, unknown>>
type Client = (url: string, version: string, keys: Keys) => Call

const HOME = HOME_ACCOUNT.accountId
const OWNER = '1700000000000002'
const OWNER_KEYS = { accessKeyId: 'LTAI-owner', accessKeySecret: 'owner/secret+=' }
const [CBN, VPC, SMARTAG, STS] = ['2017-09-12', '2016-04-28', '2018-03-13', '2015-04-01'] as const
const WORLD = {
  accounts: [{ accountId: OWNER, ...OWNER_KEYS }],
  cens: [{ cenId: 'cen-1' }],
  childInstances: [
    { childInstanceId: 'vpc-1', regionId: 'cn-hangzhou', ownerId: OWNER },
    { childInstanceId: 'ccn-1', regionId: 'ccn-cn-shanghai', ownerId: OWNER },
  ],
  grantsMade: false,
  roles: [{ roleName: 'cen-grant', accountId: OWNER, externalId: 'x-7' }],
  limits: { attachMs: 0, detachMs: 0, createMs: 0, grantMs: 0 },
}
const GRANT = { RegionId: 'cn-hangzhou', InstanceId: 'vpc-1', InstanceType: 'VPC', CenId: 'cen-1', CenOwnerId: HOME }
const CHILD = {
  CenId: 'cen-1',
  ChildInstanceId: 'vpc-1',
  ChildInstanceType: 'VPC',
  ChildInstanceRegionId: 'cn-hangzhou',
  ChildInstanceOwnerId: OWNER,
}
/** Characters that the two signatures encode differently. */
const AWKWARD = "cén *~!'()+/=&%20 網"

async function start(world: object = WORLD) {
  const reading = readWorldFile(JSON.stringify(basicEverywhere(world)))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const clock = createShiftedClock(systemClock)
  const emulator = createEmulator(reading.world, clock, Math.random)
  const server = await startEmulatorServer(emulator, clock)
  stops.push(server.stop)
  const state = async () => (await fetch(`${server.url}/_emulator/state`)).json()
  return { url: server.url, emulator, clock, state }
}

const openApiCore =
  (where: 'query' | 'body'): Client =>
  (url, version, keys) => {
    const config = new core.$OpenApiUtil.Config({ ...keys, endpoint: new URL(url).host, protocol: 'HTTP' })
    const client = new core.default(config)
    const rpc = { protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC', bodyType: 'json' }
    return async (action, parameters = {}) => {
      const params = new core.$OpenApiUtil.Params({ ...rpc, reqBodyType: 'formData', action, version })
      const request = new core.$OpenApiUtil.OpenApiRequest({ [where]: parameters })
      return (await client.callApi(params, request, new RuntimeOptions({}))).body
    }
  }

const popCoreWith =
  (method: 'GET' | 'POST'): Client =>
  (endpoint, apiVersion, keys) => {
    const client = new popCore.RPCClient({ endpoint, apiVersion, ...keys })
    return (action, parameters = {}) => client.request(action, parameters, { method })
  }

const CLIENTS: [string, Client][] = [
  ['openapi-core (ACS3, query)', openApiCore('query')],
  ['openapi-core (ACS3, form)', openApiCore('body')],
  ['pop-core (V1, GET)', popCoreWith('GET')],
  ['pop-core (V1, POST)', popCoreWith('POST')],
]

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (error: { code?: string }) => String(error.code),
  )

describe.each(CLIENTS)('%s', (_name, client) => {
  it('grants, attaches, reads, detaches and revokes, each call with its own account', async () => {
    const { url } = await start()
    const cbn = client(url, CBN, HOME_ACCOUNT)
    const owner = client(url, VPC, OWNER_KEYS)
    expect(await codeOf(cbn('AttachCenChildInstance', CHILD))).toBe('Forbbiden.AttachChildInstanceAcrossUid')
    expect(await codeOf(client(url, VPC, HOME_ACCOUNT)('GrantInstanceToCen', GRANT))).toBe('InvalidInstanceId.NotFound')
    await owner('GrantInstanceToCen', { ...GRANT, ClientToken: 'once' })
    const rules = { RegionId: 'cn-hangzhou', InstanceId: 'vpc-1', InstanceType: 'VPC' }
    expect(await owner('DescribeGrantRulesToCen', rules)).toMatchObject({
      CenGrantRules: { CbnGrantRule: [{ CenInstanceId: 'cen-1' }] },
    })
    await cbn('AttachCenChildInstance', CHILD)
    expect(await cbn('DescribeCenAttachedChildInstanceAttribute', CHILD)).toMatchObject({ Status: 'Attached' })
    expect(await owner('DescribeVpcs', { RegionId: 'cn-hangzhou' })).toMatchObject({
      Vpcs: { Vpc: [{ VpcId: 'vpc-1', CenStatus: 'Attached' }] },
    })
    await cbn('DetachCenChildInstance', CHILD)
    expect(await codeOf(cbn('DescribeCenAttachedChildInstanceAttribute', CHILD))).toBe('ParameterInstanceId')
    await owner('RevokeInstanceFromCen', GRANT)
    expect(await codeOf(cbn('AttachCenChildInstance', CHILD))).toBe('Forbbiden.AttachChildInstanceAcrossUid')
    const smartag = client(url, SMARTAG, OWNER_KEYS)
    const ccn = { RegionId: 'cn-shanghai', CcnInstanceId: 'ccn-1', CenInstanceId: 'cen-1', CenUid: HOME }
    await smartag('GrantInstanceToCbn', ccn)
    expect(await codeOf(smartag('GrantInstanceToCbn', ccn))).toBe('DuplicatedGrantRule')
    await smartag('RevokeInstanceFromCbn', ccn)
  })

  it('signs parameters with any characters', async () => {
    const { url } = await start()
    const cbn = client(url, CBN, HOME_ACCOUNT)
    const { CenId } = await cbn('CreateCen', { Name: AWKWARD })
    const found = await cbn('DescribeCens', { 'Filter.1.Key': 'CenId', 'Filter.1.Value.1': String(CenId) })
    expect(found).toMatchObject({ Cens: { Cen: [{ Name: AWKWARD, Status: 'Active' }] } })
    await cbn('DeleteCen', { CenId: String(CenId) })
  })

  it('is refused with a wrong secret, an unknown key or a wrong token', async () => {
    const { url, emulator } = await start()
    const attempt = (keys: Keys) => codeOf(client(url, STS, keys)('GetCallerIdentity'))
    expect(await attempt(HOME_ACCOUNT)).toBe('OK')
    expect(await attempt({ ...HOME_ACCOUNT, accessKeySecret: 'wrong' })).toBe('SignatureDoesNotMatch')
    expect(await attempt({ ...HOME_ACCOUNT, accessKeyId: 'nobody' })).toBe('InvalidAccessKeyId.NotFound')
    expect(await attempt({ ...HOME_ACCOUNT, securityToken: 'made-up' })).toBe('InvalidSecurityToken.Expired')
    expect(emulator.journal).toHaveLength(1)
  })

  it('assumes a role, whose keys may do what the session policy allows, with their token, until they expire', async () => {
    const { url, clock } = await start()
    const sts = client(url, STS, HOME_ACCOUNT)
    const arn = `acs:vpc:cn-hangzhou:${OWNER}:vpc/vpc-1`
    const statement = { Effect: 'Allow', Action: 'vpc:GrantInstanceToCen', Resource: arn }
    const { Credentials } = await sts('AssumeRole', {
      RoleArn: `acs:ram::${OWNER}:role/cen-grant`,
      RoleSessionName: 'me@work',
      DurationSeconds: '900',
      ExternalId: 'x-7',
      Policy: JSON.stringify({ Version: '1', Statement: [statement] }),
    })
    const said = Credentials as Record<string, string>
    const keys = {
      accessKeyId: String(said.AccessKeyId),
      accessKeySecret: String(said.AccessKeySecret),
      securityToken: String(said.SecurityToken),
    }
    const identity = (held: Keys) => client(url, STS, held)('GetCallerIdentity')
    expect(await identity(keys)).toMatchObject({ AccountId: OWNER, IdentityType: 'AssumedRoleUser' })
    const vpc = client(url, VPC, keys)
    expect(await codeOf(vpc('RevokeInstanceFromCen', GRANT))).toBe('Forbidden.RAM')
    expect(await codeOf(vpc('GrantInstanceToCen', { ...GRANT, InstanceId: 'vpc-2' }))).toBe('Forbidden.RAM')
    expect(await codeOf(vpc('GrantInstanceToCen', GRANT))).toBe('OK')
    const { securityToken: _, ...withoutToken } = keys
    expect(await codeOf(identity(withoutToken))).toBe('MissingSecurityToken')
    expect(await codeOf(identity({ ...keys, securityToken: `${keys.securityToken}x` }))).toBe(
      'InvalidSecurityToken.Expired',
    )
    clock.advance(899_000)
    expect(await codeOf(identity(keys))).toBe('OK')
    clock.advance(1_000)
    expect(await codeOf(identity(keys))).toBe('InvalidSecurityToken.Expired')
  })

  it('gets an error for an action that is not emulated', async () => {
    const { url } = await start()
    expect(await codeOf(client(url, VPC, HOME_ACCOUNT)('DescribeNatGateways'))).toBe('InvalidAction.NotFound')
  })
})

describe('a V1 signature', () => {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  const signed = (method: string, changed: Record<string, string> = {}) => {
    const parameters: Record<string, string> = {
      Action: 'DescribeCens',
      Version: CBN,
      Format: 'JSON',
      AccessKeyId: HOME_ACCOUNT.accessKeyId,
      SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0',
      SignatureNonce: '7',
      Timestamp: '2026-11-25T12:00:00Z',
      PageSize: '20',
    }
    const text = Object.keys(parameters)
      .sort()
      .map((name) => `${encode(name)}=${encode(parameters[name] ?? '')}`)
      .join('&')
    const signature = createHmac('sha1', `${HOME_ACCOUNT.accessKeySecret}&`)
      .update(`${method}&%2F&${encode(text)}`)
      .digest('base64')
    return new URLSearchParams({ ...parameters, Signature: signature, ...changed })
  }

  it.each<[string, Record<string, string>, string | undefined]>([
    ['as it was signed', {}, undefined],
    ['with a parameter changed', { PageSize: '21' }, 'SignatureDoesNotMatch'],
    ['with a parameter added', { PageNumber: '1' }, 'SignatureDoesNotMatch'],
    ['with another action', { Action: 'DeleteCen' }, 'SignatureDoesNotMatch'],
    ['with a signature that is none', { Signature: 'x' }, 'SignatureDoesNotMatch'],
    ['with an empty signature', { Signature: '' }, 'SignatureDoesNotMatch'],
    ['by a method that is not known', { SignatureMethod: 'HMAC-MD5' }, 'InvalidParameter'],
  ])('is read from query, form or both, %s', async (_name, changed, code) => {
    const { url } = await start()
    const inQuery = await fetch(`${url}/?${signed('GET', changed)}`)
    const inForm = await fetch(url, { method: 'POST', body: signed('POST', changed) })
    const both = signed('POST', changed)
    const { PageSize = '' } = Object.fromEntries(both)
    both.delete('PageSize')
    const mixed = await fetch(`${url}/?PageSize=${PageSize}`, { method: 'POST', body: both })
    for (const answer of [inQuery, inForm, mixed]) expect(((await answer.json()) as { Code?: string }).Code).toBe(code)
  })

  it('that does not match is answered with the string to sign, in the place that the SDKs parse', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/?${signed('GET', { Signature: 'x' })}`)
    const { Message } = (await answer.json()) as { Message: string }
    const [before, toSign, ...rest] = Message.split(':')
    expect([answer.status, before, rest]).toEqual([
      400,
      'Specified signature is not matched with our calculation. server string to sign is',
      [],
    ])
    expect(toSign).toMatch(/^GET&%2F&AccessKeyId%3DLTAI-emulator-key-id%26Action%3D/)
  })

  it('is required for every action except AssumeRoleWithOIDC', async () => {
    const { url } = await start()
    const ask = async (text: string) => ((await (await fetch(`${url}/?${text}`)).json()) as { Code?: string }).Code
    expect(await ask(`Action=DescribeCens&Version=${CBN}`)).toBe('MissingParameter')
    expect(await ask(`Action=AssumeRole&Version=${STS}`)).toBe('MissingParameter')
    expect(
      await ask(`Action=AssumeRoleWithOIDC&Version=${STS}&OIDCProviderArn=acs:ram::1:oidc-provider/x&OIDCToken=a.b.c`),
    ).toBe('AuthenticationFail.NoPermission')
  })
})

describe('AssumeRoleWithOIDC over HTTP', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  async function startIssuer() {
    let keys: object[] = []
    const server = createServer((_request, response) => response.end(JSON.stringify({ keys })))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    stops.push(async () => void server.close())
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return {
      issuer,
      publish(kid: string) {
        keys = [{ ...publicKey.export({ format: 'jwk' }), kid }]
      },
    }
  }

  it('verifies a token with the keys that its issuer publishes now, and opens a session', async () => {
    const { issuer, publish } = await startIssuer()
    const OIDCProviderArn = `acs:ram::${HOME}:oidc-provider/aws`
    const { url, state } = await start({
      ...WORLD,
      roles: [{ roleName: 'worker', accountId: HOME, trustedOidcProviders: [OIDCProviderArn], externalId: 'x-7' }],
      oidcProviders: [{ arn: OIDCProviderArn, issuer, audiences: ['me'], jwksUrl: `${issuer}/jwks` }],
    })
    const token = (keyid: string) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid: keyid })
        .setIssuer(issuer)
        .setAudience('me')
        .setSubject('job')
        .setExpirationTime('60s')
        .sign(privateKey)
    const ask = async (OIDCToken: string) => {
      const RoleArn = `acs:ram::${HOME}:role/worker`
      const body = new URLSearchParams({ RoleArn, RoleSessionName: 'job', OIDCProviderArn, OIDCToken })
      const answer = await fetch(`${url}/?Action=AssumeRoleWithOIDC&Version=${STS}&Format=JSON`, {
        method: 'POST',
        body,
      })
      return (await answer.json()) as { Code?: string; Credentials: Record<string, string> }
    }
    expect((await ask(await token('k1'))).Code).toBe('AuthenticationFail.OIDCToken.Invalid')
    publish('k1')
    const { Credentials } = await ask(await token('k1'))
    publish('k2')
    expect((await ask(await token('k1'))).Code).toBe('AuthenticationFail.OIDCToken.Invalid')

    const keys = {
      accessKeyId: String(Credentials.AccessKeyId),
      accessKeySecret: String(Credentials.AccessKeySecret),
      securityToken: String(Credentials.SecurityToken),
    }
    expect(await openApiCore('query')(url, STS, keys)('GetCallerIdentity')).toMatchObject({ AccountId: HOME })

    const shown = await state()
    expect(shown).toMatchObject({
      roles: [{ roleName: 'worker' }],
      sessions: [{ roleName: 'worker', sessionName: 'job' }],
    })
    const secrets = [keys.accessKeySecret, keys.securityToken, HOME_ACCOUNT.accessKeySecret, 'x-7', 'eyJ']
    expect(secrets.filter((secret) => JSON.stringify(shown).includes(secret))).toEqual([])
  })
})

describe('the state of the control endpoint', () => {
  it('has the effective grants', async () => {
    const { url, clock, state } = await start({
      ...WORLD,
      grants: [{ childInstanceId: 'vpc-1', cenId: 'cen-1', afterSeconds: 60 }],
    })
    expect(await state()).toMatchObject({ grants: [] })
    await openApiCore('query')(url, VPC, OWNER_KEYS)('GrantInstanceToCen', { ...GRANT, CenId: 'cen-9' })
    clock.advance(60_000)
    expect(await state()).toMatchObject({
      grants: [
        { childInstanceId: 'vpc-1', cenId: 'cen-1' },
        { childInstanceId: 'vpc-1', cenId: 'cen-9', cenOwnerId: HOME },
      ],
    })
  })
})
