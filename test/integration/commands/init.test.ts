/** `cen-attach init`: what it finds, asks for, writes and prints. */
import { X509Certificate } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readDeployment } from '../../../deploy/parameters.js'
import { issuerFingerprint } from '../../../functions/init/fingerprint.js'
import { collectFacts } from '../../../functions/init/questions.js'
import { UsageError } from '../../../functions/terminal/print.js'
import { setupCommands, workerPolicy } from '../../../lib/deployment/alibaba-setup.js'
import { faultsOfCommand } from '../../support/aliyun-grammar.js'
import { type FakeSts, ISSUER, startFakeSts } from '../../support/aws/fake-sts.js'
import { intermediate, leaf, leafKey, root } from '../../support/certificate-chain.js'
import { startCloud, type TestCloud } from '../../support/cloud.js'
import { run } from '../../support/process.js'

const SENDER = 'AROA7HUGESPLITEAGLE01:jo@corp'
const AUTHORITY = 'AB'.repeat(20)
let cloud: TestCloud
let sts: FakeSts
let env: Record<string, string>
beforeAll(async () => {
  cloud = await startCloud({ cens: [{ cenId: 'cen-one' }, { cenId: 'cen-two' }] })
  sts = await startFakeSts(Date.now, { mine: SENDER })
  env = { ...cloud.env, AWS_ACCESS_KEY_ID: 'mine', AWS_ENDPOINT_URL_STS: sts.url, AWS_REGION: 'eu-west-1' }
})
afterAll(async () => {
  await sts.stop()
  await cloud.stop()
})

/** A folder with what init needs of a checkout. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cen-attach-init-'))
  mkdirSync(join(folder, 'deploy'))
  for (const file of ['serverless.yml', 'deploy/example.yml']) copyFileSync(file, join(folder, file))
  return folder
}
const init = (folder: string, ...args: string[]) => run(['init', ...args], env, '', folder)
const BY_OPTIONS = {
  region: 'eu-west-1',
  awsAccount: '210987654321',
  sender: SENDER,
  alibabaAccount: '1700000000000001',
  cen: ['cen-one'],
  producer: [
    'vending=bus',
    'landing=topic:arn:aws:sns:eu-west-1:210987654322:landing-zone',
    'spoke=account:210987654323',
  ],
  issuer: ISSUER,
  fingerprint: AUTHORITY,
}
const args = Object.entries(BY_OPTIONS).flatMap(([name, value]) =>
  [value].flat().flatMap((one) => [`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, one]),
)

describe('init', () => {
  it('finds the sender, both accounts, the CENs and the issuer, and prints each command that remains', async () => {
    const folder = checkout()
    const { code, out, err } = await init(
      folder,
      'prod',
      '--json',
      '--fingerprint',
      AUTHORITY,
      '--grant-role',
      'grantor',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const found = JSON.parse(out)
    expect(found).toMatchObject({
      region: 'eu-west-1',
      awsAccount: '123456789012',
      senderId: SENDER,
      alibabaAccount: '1688000000000001',
      cenIds: ['cen-one', 'cen-two'],
      issuer: ISSUER,
      fingerprint: AUTHORITY,
      files: ['deploy/prod.yml', 'deploy/prod.policy.json'],
    })
    const commands: string[] = [...found.commands, ...found.inOwnerAccounts]
    expect(commands.map((command) => command.split(' ')[2])).toEqual([
      'CreateOIDCProvider',
      'CreateRole',
      'CreatePolicy',
      'AttachPolicyToRole',
      'CreateStack',
    ])
    expect(commands.flatMap(faultsOfCommand)).toEqual([])
    for (const command of commands) expect(command).not.toMatch(/\bACCOUNT\b|\bROLE\b|ISSUER|PROVIDER|undefined/)
    const wrote = readFileSync(join(folder, 'deploy/prod.yml'), 'utf8')
    expect(parse(wrote).settings).toMatchObject({ CEN_OWNER_ID: '1688000000000001', GRANT_ROLE_NAME: 'grantor' })
    // Reading only: nothing was asked of STS but who and what the account is.
    expect(new Set(sts.requests.map((form) => form.get('Action')))).toEqual(
      new Set(['GetCallerIdentity', 'GetWebIdentityToken']),
    )
  })

  it('writes files that are packaged as they are, in which the sender and each producer may attach, and others look', async () => {
    const folder = checkout()
    expect((await init(folder, 'prod', '--yes', ...args)).code).toBe(0)
    const read = (path: string) => readFileSync(join(folder, path), 'utf8')
    expect(readDeployment(parse(read('deploy/prod.yml')), 'prod', read, { AWS_REGION: 'eu-west-1' })).toMatchObject({
      ok: true,
    })
    const request = JSON.stringify({ cenId: 'cen-one', childInstanceId: 'vpc-1', childInstanceRegionId: 'cn-hangzhou' })
    const allowed = async (body: string, ...more: string[]) =>
      (await run(['policy', 'explain', body, '--policy', join(folder, 'deploy/prod.policy.json'), ...more])).code === 0
    expect(await allowed(request, '--sender', SENDER)).toBe(true)
    expect(await allowed(request, '--sender', 'AROAOTHER:x')).toBe(false)
    expect(await allowed(request.replace('}', ',"action":"detach"}'), '--sender', SENDER)).toBe(false)
    expect(await allowed(request.replace('}', ',"dryRun":true}'), '--sender', 'AROAOTHER:x')).toBe(true)
    expect(await allowed(request, '--sender', 'AIDAAWS', '--queue', 'cen-attach-prod-from-vending')).toBe(true)
    expect(await allowed(request, '--sender', 'AIDAAWS', '--queue', 'cen-attach-prod-requests')).toBe(false)
  })

  it('replaces nothing without --force, and writes into a checkout only', async () => {
    const folder = checkout()
    await init(folder, 'prod', ...args)
    const second = await init(folder, 'prod', ...args, '--region', 'us-east-1')
    expect(second).toMatchObject({ code: 2, out: '' })
    expect(second.err).toContain('deploy/prod.yml is there already; --force replaces it')
    expect(readFileSync(join(folder, 'deploy/prod.yml'), 'utf8')).toContain('"eu-west-1"')
    const wider = ['--owner', '*', '--actions', 'detach,attach']
    expect((await init(folder, 'prod', ...args, ...wider, '--force')).code).toBe(0)
    const [operator, producer] = JSON.parse(readFileSync(join(folder, 'deploy/prod.policy.json'), 'utf8')).rules
    expect(operator.actions).toEqual(['attach', 'detach'])
    expect(producer.actions).toBeUndefined()
    expect(readFileSync(join(folder, 'deploy/prod.policy.json'), 'utf8')).toContain('"*"')
    expect((await init(tmpdir(), 'prod', ...args)).err).toContain('run it there')
  })

  it('names all that is missing or wrong at once, each by its option, with the command that helps', async () => {
    sts.refuse()
    const folder = checkout()
    const wrong = ['--cen', 'vpc-1', '--alarm-topic', 'x', '--producer', 'a=queue', '--producer', 'b=account:12']
    const { code, err } = await init(folder, 'example', ...wrong, '--force')
    expect(code).toBe(2)
    for (const fault of [
      'example is the example',
      '--issuer is missing: AccessDenied: no. If outbound identity federation is off, run once: aws iam enable-outbound-web-identity-federation',
      '--fingerprint is missing: the issuer is not known',
      '--cen must be ids of CENs',
      '--alarm-topic must be the ARN of a topic in eu-west-1',
      '--producer a=queue: must have a name, and one of',
      '--producer b=account:12: must be an account id',
    ])
      expect(err).toContain(fault)
    expect(existsSync(join(folder, 'deploy/example.policy.json'))).toBe(false)
  })

  it('asks for what no option says, proposes what it found, and asks again for what cannot be', async () => {
    const { cen: _, region: _r, producer: _p, ...options } = BY_OPTIONS
    const asked: string[] = []
    const answers: Record<string, string[]> = { CENs: ['vpc-1', 'cen-two'], Producers: ['vending=bus'] }
    const facts = await collectFacts('prod', options, env, async (question, proposed) => {
      asked.push(`${question.split(' ')[0]}: ${proposed ?? ''}`)
      return answers[question.split(' ')[0] ?? '']?.shift() ?? proposed ?? ''
    })
    expect(asked).toEqual([
      'AWS: eu-west-1',
      'CENs: cen-one,cen-two',
      'CENs: cen-one,cen-two',
      'Accounts: cen-owner',
      'What: attach',
      'Producers: none',
    ])
    expect(facts).toMatchObject({
      region: 'eu-west-1',
      cenIds: ['cen-two'],
      producers: [{ name: 'vending', bus: 'create' }],
    })
  })

  it('lets the RAM role assume the owners’ role only if there is one', async () => {
    const actions = (grantRoleName?: string) =>
      workerPolicy({ alibabaAccount: '1700000000000001', grantRoleName }).Statement.map(({ Action }) => Action)
    expect(actions()).not.toContain('sts:AssumeRole')
    expect(actions('grantor')).toContain('sts:AssumeRole')
    const facts = await collectFacts('prod', { ...BY_OPTIONS, grantRole: 'grantor' }, {})
    expect(setupCommands(facts).join()).toContain('"acs:ram::*:role/grantor"')
  })

  it('refuses a grant role that is no name', async () => {
    await expect(collectFacts('prod', { ...BY_OPTIONS, grantRole: 'a b' }, {})).rejects.toThrow(UsageError)
  })
})

describe('the fingerprint of an issuer', () => {
  it('is that of the last certificate that its server sends, if the server is trusted', async () => {
    const server = createServer({ key: leafKey, cert: leaf + intermediate })
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const issuer = `https://localhost:${(server.address() as AddressInfo).port}`
    const sha1 = new X509Certificate(intermediate).fingerprint.replaceAll(':', '')
    expect(await issuerFingerprint(issuer, root)).toBe(sha1)
    await expect(issuerFingerprint(issuer)).rejects.toThrow(/certificate/)
    server.close()
  })
})
