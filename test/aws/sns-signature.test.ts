/** The verification of SNS signatures, over real TLS to a fake SNS host. */
import '../support/aws/sns-host.mjs'
import fc from 'fast-check'
import MessageValidator from 'sns-validator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createNotificationVerifier,
  createSigningCertificates,
  type SigningCertificates,
} from '../../lib/aws/sns-signature.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'
import { CERTIFICATE_URL, type FakeSns, startFakeSns, TOPIC } from '../support/aws/fake-sns.js'
import { budget } from '../support/budget.js'
import { request } from '../support/sim/sim.js'

const SENT_AT = Date.parse('2026-11-25T12:00:00Z')
const timestamp = new Date(SENT_AT - 1_000).toISOString()
let sns: FakeSns
let other: FakeSns

beforeAll(async () => {
  sns = await startFakeSns()
  other = await startFakeSns()
  Object.assign(process.env, sns.env)
})
afterAll(async () => {
  for (const name of Object.keys(sns.env)) delete process.env[name]
  await Promise.all([sns.stop(), other.stop()])
})
beforeEach(() => {
  sns.answer(200)
  sns.requests.length = 0
})

const proofOf = (body: unknown, { topics = [TOPIC], deadlineMs = Infinity, fetched = fetch } = {}) => {
  const message = {
    messageId: 'm',
    handle: { current: 'r' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    receiveCount: 1,
    sentAtMs: SENT_AT,
    receivedAtMs: SENT_AT,
  }
  const proof = createNotificationVerifier(createSigningCertificates(fetched, systemClock), systemClock)
  return proof.topicOf(message, new Set(topics), { deadlineMs })
}
const proved = { ok: true, value: { topicArn: TOPIC } }
const doubted = (why: string) => ({ ok: true, value: { doubt: expect.stringContaining(why) } })

describe('a notification is accepted as sent by its topic', () => {
  it.each(['1', '2'] as const)(
    'if its signature of version %s is valid, with and without a subject',
    async (version) => {
      expect(await proofOf(sns.notify(request(), { version, timestamp }))).toEqual(proved)
      expect(await proofOf(sns.notify(request(), { version, timestamp, subject: 'new account' }))).toEqual(proved)
    },
  )

  it('but not if it is signed with another key', async () => {
    expect(await proofOf(other.notify(request(), { timestamp }))).toEqual(doubted('does not hold'))
  })

  it.each(['Message', 'MessageId', 'Subject', 'Timestamp'])('but not if its %s was changed', async (field) => {
    const body = { ...sns.notify(request(), { timestamp, subject: 's' }) }
    body[field] = field === 'Timestamp' ? new Date(SENT_AT).toISOString() : `${body[field]} `
    expect(await proofOf(body)).toEqual(doubted('does not hold'))
  })

  it('but not of another topic than it was published on', async () => {
    const mine = `${TOPIC}-of-mine`
    const body = { ...sns.notify(request(), { timestamp, topicArn: mine }), TopicArn: TOPIC }
    expect(await proofOf(body)).toEqual(doubted('does not hold'))
  })

  it.each<[string, Record<string, unknown>]>([
    ['another version', { SignatureVersion: '3' }],
    ['a property name of Object.prototype as version', { SignatureVersion: 'constructor' }],
    ['no signature', { Signature: '' }],
  ])('but not with %s', async (_name, fields) => {
    expect(await proofOf({ ...sns.notify(request(), { timestamp }), ...fields })).toEqual(doubted('does not hold'))
  })

  it('but not if it reached the queue more than 24 hours after it was signed', async () => {
    const old = new Date(SENT_AT - 24 * 3_600_000 - 1).toISOString()
    expect(await proofOf(sns.notify(request(), { timestamp: old }))).toEqual(doubted('24 hours'))
    expect(await proofOf(sns.notify(request(), { timestamp: 'yesterday' }))).toEqual(doubted('24 hours'))
  })

  // Only `Message` is signed; a request in another field is not.
  it.each<[string, object]>([
    ['a CloudEvent', { specversion: '1.0', data: JSON.parse(request()) }],
    ['an EventBridge event', { 'detail-type': 'x', detail: JSON.parse(request()) }],
  ])('but not if the request would be read from %s beside the signed message', async (_name, unsigned) => {
    const body = { ...sns.notify(request(), { timestamp }), ...unsigned }
    expect(await proofOf(body)).toEqual({ ok: true, value: {} })
    expect(sns.requests).toEqual([])
  })

  it('but not if its message is no text', async () => {
    const body = { ...sns.notify('[object Object]', { timestamp }), Message: JSON.parse(request()) }
    expect(await proofOf(body)).toEqual({ ok: true, value: {} })
  })
})

describe('the certificate', () => {
  it.each([
    'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.us-east-1.amazonaws.com.example.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.s3-eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.s3.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://example.com/sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://me@sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&x=.pem',
    'https://sns.us-east-1.amazonaws.com/mine/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    `${CERTIFICATE_URL}?x`,
    `${CERTIFICATE_URL}\n`,
    '',
  ])('is not fetched from %j', async (SigningCertURL) => {
    let fetches = 0
    const fetched = async () => {
      fetches += 1
      return new Response(sns.certificate)
    }
    const body = { ...sns.notify(request(), { timestamp }), SigningCertURL }
    expect(await proofOf(body, { fetched })).toEqual(doubted('not at an address of SNS'))
    expect(fetches).toBe(0)
  })

  it.each(['us-east-1', 'us-gov-west-1', 'ap-southeast-2', 'me-central-1', 'eusc-de-east-1'])(
    'may be at an endpoint in %s',
    (region) => {
      const { isCertificateUrl } = createSigningCertificates(fetch, systemClock)
      expect(isCertificateUrl(CERTIFICATE_URL.replace('us-east-1', region))).toBe(true)
      expect(isCertificateUrl(CERTIFICATE_URL.replace('us-east-1.amazonaws.com', 'cn-north-1.amazonaws.com.cn'))).toBe(
        true,
      )
    },
  )

  it('is not fetched if no rule names the topic, nor for a body that is no notification', async () => {
    expect(await proofOf(sns.notify(request(), { timestamp }), { topics: [`${TOPIC}2`] })).toEqual({
      ok: true,
      value: {},
    })
    for (const body of ['no json', '[]', 'null', request()])
      expect(await proofOf(body)).toEqual({ ok: true, value: {} })
    expect(sns.requests).toEqual([])
  })

  /** A clock that only the test advances. */
  const manualClock = () => {
    let nowMs = SENT_AT
    const advance = (ms: number) => {
      nowMs += ms
    }
    return { now: () => nowMs, sleep: async () => undefined, advance }
  }
  /** The result once no fetch is under way. */
  const settled = async (certificates: SigningCertificates, url = CERTIFICATE_URL, topicRegion?: string) => {
    const lookup = certificates.lookUp(url, topicRegion)
    if (!('fetching' in lookup)) return lookup
    await lookup.fetching
    return certificates.lookUp(url, topicRegion)
  }
  const urlOf = (index: number, region = 'us-east-1') =>
    `https://sns.${region}.amazonaws.com/SimpleNotificationService-${String(index).padStart(32, '0')}.pem`

  it('is fetched once for all messages that need it, and again 5 s after a failure', async () => {
    const clock = manualClock()
    const certificates = createSigningCertificates(fetch, clock)
    sns.answer(503)
    expect(await settled(certificates)).toEqual({ failed: 'HTTP 503' })
    sns.answer(200)
    expect(await settled(certificates)).toEqual({ failed: 'HTTP 503' })
    expect(sns.requests).toHaveLength(1)
    clock.advance(5_000)
    await Promise.all([settled(certificates), settled(certificates)])
    expect(await settled(certificates)).toMatchObject({ certificate: expect.anything() })
    expect(sns.requests).toHaveLength(2)
  })

  it.each([403, 404])('that SNS does not have (%i) is a refusal, and is fetched once an hour', async (status) => {
    sns.answer(status)
    const body = sns.notify(request(), { timestamp })
    expect(await proofOf(body)).toEqual(doubted(`SNS has no such certificate (HTTP ${status})`))
    const clock = manualClock()
    const certificates = createSigningCertificates(fetch, clock)
    sns.requests.length = 0
    for (let count = 0; count < 50; count++) expect(await settled(certificates)).toEqual({ absent: `HTTP ${status}` })
    expect(sns.requests).toHaveLength(1)
    clock.advance(3_600_000)
    sns.answer(200)
    expect(await settled(certificates)).toMatchObject({ certificate: expect.anything() })
  })

  it('is fetched at most two at a time and 120 a minute, whatever messages name', async () => {
    const clock = manualClock()
    let [fetches, concurrent, mostConcurrent] = [0, 0, 0]
    const fetched = async () => {
      fetches += 1
      mostConcurrent = Math.max(mostConcurrent, ++concurrent)
      await new Promise((resolve) => setImmediate(resolve))
      concurrent -= 1
      return new Response('', { status: 404 })
    }
    const certificates = createSigningCertificates(fetched, clock)
    const flood = async () => {
      for (let index = 0; index < 1_000; index += 10)
        await Promise.all(
          Array.from({ length: 10 }, (_, more) => settled(certificates, urlOf(index + more), 'us-east-1')),
        )
    }
    for (let round = 0; round < 5; round++) await flood()
    expect([fetches, mostConcurrent]).toEqual([120, 2])
    // The topic's region and all other regions have limits of their own.
    expect(await settled(certificates, urlOf(0, 'eu-west-1'), 'us-east-1')).toEqual({ absent: 'HTTP 404' })
    expect(await settled(certificates, urlOf(1, 'eu-west-1'), 'eu-west-1')).toMatchObject({ failed: expect.anything() })
    clock.advance(60_000)
    await flood()
    expect(fetches).toBe(241)
  })

  it('is read up to 64 KiB only', async () => {
    let sent = 0
    const endless = () =>
      new ReadableStream({
        pull(controller) {
          sent += 16_384
          controller.enqueue(new Uint8Array(16_384))
        },
      })
    const certificates = createSigningCertificates(async () => new Response(endless()), systemClock)
    expect(await settled(certificates)).toEqual({ failed: 'is too long for a certificate' })
    expect(sent).toBeLessThan(200_000)
  })

  it.each<[string, number]>([
    ['is refused', 503],
    ['is redirected', 302],
  ])('that %s does not make the sender refused', async (_name, status) => {
    sns.answer(status)
    const proof = await proofOf(sns.notify(request(), { timestamp }))
    expect(proof).toMatchObject({ ok: false, failure: { code: 'CertificateUnreachable', kind: 'unavailable' } })
  })

  it('that is still being fetched at the deadline defers the message by 500 ms', async () => {
    sns.answer(0)
    const proof = await proofOf(sns.notify(request(), { timestamp }), { deadlineMs: 0 })
    expect(proof).toMatchObject({ ok: false, failure: { code: 'CertificateUnreachable', retryAfterMs: 500 } })
  })

  it('that never arrives is not waited for beyond the deadline', async () => {
    sns.answer(0)
    const proof = await proofOf(sns.notify(request(), { timestamp }), { deadlineMs: Date.now() + 200 })
    expect(proof).toMatchObject({ ok: false, failure: { code: 'CertificateUnreachable' } })
  })

  it('that is another page, or comes from a host with another name, is refused', async () => {
    const page = async () => new Response('<html>sign in</html>')
    expect(await proofOf(sns.notify(request(), { timestamp }), { fetched: page })).toMatchObject({ ok: false })
    const elsewhere = { ...sns.notify(request(), { timestamp }) }
    elsewhere.SigningCertURL = CERTIFICATE_URL.replace('us-east-1', 'us-east-2')
    expect(await proofOf(elsewhere)).toMatchObject({ ok: false })
    expect(sns.requests).toEqual([])
  })
})

describe("AWS's own validator", () => {
  it('agrees about every notification, valid, changed or forged', async () => {
    const validator = new MessageValidator()
    const agrees = (body: Record<string, string>) =>
      new Promise<boolean>((resolve) => validator.validate(JSON.stringify(body), (error) => resolve(!error)))
    const text = fc.string({ unit: 'grapheme', maxLength: 40 })
    const change = fc.option(fc.constantFrom('Message', 'MessageId', 'Subject', 'Signature', 'SignatureVersion'))
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.option(text, { nil: undefined }),
        fc.constantFrom('1' as const, '2' as const),
        change,
        text,
        async (message, subject, version, changed, put) => {
          const by = put.length % 5 === 4 ? other : sns
          const body = by.notify(message, { version, timestamp, ...(subject !== undefined && { subject }) })
          if (changed) body[changed] = put
          const proof = await proofOf(body)
          expect(proof.ok && proof.value.topicArn === TOPIC).toBe(await agrees(body))
        },
      ),
      { numRuns: budget({ quick: 40, full: 200 }) },
    )
  })
})
