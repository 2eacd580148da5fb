/** Canary secrets: they enter by every input, and no output may contain them. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ISSUER, JWKS, SUBJECT, signToken, startFakeSts } from '../support/aws/fake-sts.js'
import { startCloud, type TestCloud } from '../support/cloud.js'
import { type Running, run, start } from '../support/process.js'
import { request } from '../support/sim/sim.js'

const CANARIES = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.CanaryKeyId4711',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'CanaryKeySecret4712',
  ALIBABA_CLOUD_SECURITY_TOKEN: 'CanaryToken4713/with+signs==',
  AWS_ACCESS_KEY_ID: 'AKIACANARY4714',
  AWS_SECRET_ACCESS_KEY: 'CanaryAwsSecret4715',
  AWS_SESSION_TOKEN: 'CanaryAwsToken4716/+==',
}
/** Plain, URL-encoded, and in Base64. */
const spellings = (secret: string) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]
const found = (text: string, secrets: readonly string[] = Object.values(CANARIES)) =>
  secrets.flatMap(spellings).filter((spelling) => text.includes(spelling))

let cloud: TestCloud
const stops: (() => void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  await cloud.stop()
})
const startWorker = (env: Record<string, string>): Running => {
  const worker = start(['worker'], { ...cloud.env, LOG_LEVEL: 'debug', REQUEST_TTL_SECONDS: '8', ...env })
  stops.push(() => worker.child.kill('SIGKILL'))
  return worker
}

const BASIC = { TransitRouterId: 'tr-1', RegionId: 'cn-hangzhou', Type: 'Basic', Status: 'Active' }

/** An API that quotes the whole request in its response. */
async function startParrot(answer: (quoted: string) => { status: number; type: string; body: string }) {
  const server = createServer((incoming: IncomingMessage, response) => {
    const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}`)
    const quoted = `${incoming.method} http://${incoming.headers.host}${incoming.url}&x=1\n${headers.join('\n')}`
    // The look-up of the edition is answered, so that the write is sent.
    const isLookUp = incoming.headers['x-acs-action'] === 'ListTransitRouters'
    const { status, type, body } = isLookUp ? json(200, { TransitRouters: [BASIC], RequestId: 'R' }) : answer(quoted)
    response.writeHead(status, { 'content-type': type })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { CBN_ENDPOINT: url, STS_ENDPOINT: url, VPC_ENDPOINT: url, SMARTAG_ENDPOINT: url }
}

const json = (status: number, body: object) => ({ status, type: 'application/json', body: JSON.stringify(body) })
const denied = (quoted: string) => ({
  AuthAction: 'cen:AttachCenChildInstance',
  AuthPrincipalDisplayName: quoted,
  EncodedDiagnosticMessage: `AQEA${CANARIES.ALIBABA_CLOUD_SECURITY_TOKEN}`,
})

/** All output of a run. */
async function leavings(worker: Running): Promise<string> {
  const results = await cloud.allResults()
  const letters = await cloud.deadLetters()
  return [worker.out(), worker.err(), JSON.stringify(results), JSON.stringify(letters)].join('\n')
}

describe('secrets', () => {
  it.each<[string, (quoted: string) => { status: number; type: string; body: string }]>([
    ['an unlisted error', (Message) => json(400, { Code: 'Brand.New', Message, RequestId: 'R' })],
    ['a rejection', (Message) => json(400, { Code: 'InvalidParameter', Message, RequestId: 'R' })],
    [
      'a signature that does not match',
      (printed) =>
        json(400, { Code: 'SignatureDoesNotMatch', Message: `string to sign is: ${printed}`, RequestId: 'R' }),
    ],
    [
      'a denial with its details',
      (printed) =>
        json(403, { Code: 'NoPermission', Message: printed, AccessDeniedDetail: denied(printed), RequestId: 'R' }),
    ],
    ['a proxy page', (printed) => ({ status: 503, type: 'text/html', body: `<pre>${printed}</pre>` })],
    ['a success that is none', (printed) => json(200, { printed })],
  ])('do not come back out of %s that quotes the request', async (_name, answer) => {
    cloud = await startCloud()
    const worker = startWorker({ ...CANARIES, ...(await startParrot(answer)), GRANT_ROLE_NAME: 'grantor' })
    await cloud.send(
      request({ correlationId: 'seen' }),
      request({ childInstanceOwnerId: '1700000000000007' }),
      'no JSON',
    )
    await worker.wrote(/attach:failed|intake:paused/)
    await cloud.results(1)
    worker.child.kill('SIGTERM')
    await worker.ended
    const text = await leavings(worker)
    expect(text).toContain('RequestInvalid')
    expect(found(text)).toEqual([])
  })

  it('do not appear after a cut connection, nor after failures of topic and queue', async () => {
    cloud = await startCloud({ faults: [{ action: '*', fault: { reset: 'before' } }] })
    const worker = startWorker({ ...CANARIES, AWS_ENDPOINT_URL_SNS: 'http://user:CanaryPass4717@127.0.0.1:9' })
    await cloud.send(request(), 'no JSON')
    await worker.wrote('result:unpublished')
    worker.child.kill('SIGTERM')
    await worker.ended
    expect(found(await leavings(worker), [...Object.values(CANARIES), 'CanaryPass4717'])).toEqual([])
  })

  it('of sessions do not appear: neither a token nor the keys that it was exchanged for', async () => {
    const provider = 'acs:ram::1688000000000001:oidc-provider/aws'
    const roles = [
      { roleName: 'r', trustedOidcProviders: [provider], trustedSubject: SUBJECT },
      { roleName: 'grantor' },
    ]
    const audiences = ['sts.aliyuncs.com']
    cloud = await startCloud({
      oidcProviders: [{ arn: provider, issuer: ISSUER, audiences, jwks: JWKS }],
      roles,
      grantsMissing: [{ childInstanceId: 'vpc-foreign' }],
      limits: { attachMs: 50 },
    })
    const aws = await startFakeSts()
    stops.push(() => void aws.stop())
    const worker = startWorker({
      AWS_ENDPOINT_URL_STS: aws.url,
      ALIBABA_CLOUD_ACCESS_KEY_ID: '',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1688000000000001:role/r',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: provider,
      GRANT_ROLE_NAME: 'grantor',
    })
    await cloud.send(request({ childInstanceId: 'vpc-foreign', childInstanceOwnerId: '1700000000000007' }))
    const [result] = await cloud.results(1)
    expect(result?.data.outcome).toBe('attached')
    worker.child.kill('SIGTERM')
    await worker.ended
    const text = await leavings(worker)
    expect(text).toContain('grant:made')
    const [head] = (await signToken()).split('.')
    expect(text).not.toContain(head)
    expect(text).not.toMatch(/STS\.[A-Za-z0-9]{8}|CAIS[A-Za-z0-9]{8}/)
  })

  it('do not appear in faults of settings', async () => {
    cloud = await startCloud()
    const { code, out, err } = await run(['worker'], {
      ...cloud.env,
      ...CANARIES,
      REQUEST_QUEUE_URL: 'https://user:CanaryPass4717@sqs.example/queue',
      DEAD_LETTER_QUEUE_URL: 'nonsense',
      CBN_ENDPOINT: 'https://user:CanaryPass4717@cbn.example',
      ATTACHMENT_POLICY: '',
    })
    expect(code).toBe(2)
    expect(err).toContain('DEAD_LETTER_QUEUE_URL')
    expect(found(out + err, [...Object.values(CANARIES), 'CanaryPass4717'])).toEqual([])
  })
})
