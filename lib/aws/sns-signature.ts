/** Proves by its signature that a message is a notification of a topic: anybody can write one, only SNS can sign it. */
import { verify, X509Certificate } from 'node:crypto'
import type { Clock } from '../domain/clock.js'
import { carrierOf } from '../domain/envelope.js'
import { failureOf } from '../domain/failure.js'
import type { Provenance } from '../reconcile/provenance.js'

/** What SNS signs, in its order (Amazon SNS developer guide, "Verifying the signatures of Amazon SNS messages"). */
const SIGNED_FIELDS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const
const DIGESTS = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
])
/** A notification that was signed longer than this before it came onto the queue is not taken: somebody may have kept it. */
const MAX_SIGNATURE_AGE_MS = 24 * 3_600_000
/** No message waits longer than this for its check, in milliseconds; it comes back. */
const CHECK_TIMEOUT_MS = 5_000

type Field = (typeof SIGNED_FIELDS)[number] | 'Signature' | 'SigningCertURL' | 'SignatureVersion'
type Notification = Readonly<Partial<Record<Field, string>>>

export function createNotificationVerifier(certificates: SigningCertificates, clock: Clock): Provenance {
  return {
    async topicOf({ body, sentAtMs }, topics, { deadlineMs }) {
      const notification = readNotification(body)
      const { TopicArn = '', SigningCertURL = '', Timestamp = '' } = notification ?? {}
      if (!notification || !topics.has(TopicArn)) return { ok: true, value: {} }
      const doubt = (why: string) =>
        ({ ok: true, value: { doubt: `it claims to come from ${TopicArn}, but ${why}` } }) as const
      if (!(sentAtMs - Date.parse(Timestamp) <= MAX_SIGNATURE_AGE_MS))
        return doubt('it was not signed within the 24 hours before it was put on the queue')
      if (!certificates.isCertificateUrl(SigningCertURL)) return doubt('its certificate is not at an address of SNS')
      let certificate: X509Certificate
      const finished = new AbortController()
      const timeout = clock.sleep(Math.min(CHECK_TIMEOUT_MS, deadlineMs - clock.now()), finished.signal).then(() => {
        throw new Error('no answer in time')
      })
      try {
        certificate = await Promise.race([certificates.get(SigningCertURL), timeout])
      } catch (error) {
        const message = `${SigningCertURL}: ${(error as Error).message}`
        return { ok: false, failure: failureOf({ code: 'CertificateUnreachable', message }) }
      } finally {
        finished.abort()
      }
      return isSigned(notification, certificate)
        ? { ok: true, value: { topicArn: TopicArn } }
        : doubt('its signature does not hold')
    },
  }
}

/**
 * The notification in a body, or undefined. The request must be read from the field that is signed: a body that is
 * another envelope, too, would be read from a field that nobody signed.
 */
function readNotification(body: string): Notification | undefined {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  if (carrierOf(value) !== 'Message') return undefined
  const texts = Object.entries(value as object).filter(([, content]) => typeof content === 'string')
  const notification: Notification = Object.fromEntries(texts)
  return typeof notification.Message === 'string' ? notification : undefined
}

function isSigned(notification: Notification, { publicKey }: X509Certificate): boolean {
  const digest = DIGESTS.get(notification.SignatureVersion ?? '')
  if (digest === undefined || publicKey.asymmetricKeyType !== 'rsa') return false
  const signature = Buffer.from(notification.Signature ?? '', 'base64')
  return verify(digest, Buffer.from(toSign(notification)), publicKey, signature)
}

/** Each field's name and content on lines of their own; a subject only where there is one. */
const toSign = (notification: Notification): string =>
  SIGNED_FIELDS.filter((field) => notification[field] !== undefined)
    .map((field) => `${field}\n${notification[field]}\n`)
    .join('')

export interface SigningCertificates {
  /** True where the URL is one of SNS's own; no other is ever asked. */
  isCertificateUrl(url: string): boolean
  /** The certificate at such a URL; rejects where it cannot be had. All who ask meanwhile share one call. */
  get(url: string): Promise<X509Certificate>
}

/**
 * The host must be SNS's in a region: `sns.s3-eu-west-1.amazonaws.com` would be somebody's bucket. So must the path be
 * that of a certificate, whole, so that nobody chooses what is asked for.
 */
const SNS_CERTIFICATE =
  /^https:\/\/sns\.[a-z]{2,4}(?:-[a-z]{2,16}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?\/SimpleNotificationService-[0-9A-Za-z]{16,64}\.pem$/
/** A call takes at most this, in milliseconds. */
const FETCH_TIMEOUT_MS = 10_000
const MAX_CACHED = 32
const MAX_CERTIFICATE_BYTES = 65_536

/** `fetch` is the way to the outside. What was fetched stays good for the life of the process; a failure is not kept. */
export function createSigningCertificates(fetch: typeof globalThis.fetch): SigningCertificates {
  const cached = new Map<string, Promise<X509Certificate>>()
  const fetchOne = async (url: string) => {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) })
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
    const text = await answer.text()
    if (text.length > MAX_CERTIFICATE_BYTES) throw new Error('is too long for a certificate')
    return new X509Certificate(text)
  }
  return {
    isCertificateUrl: (url) => SNS_CERTIFICATE.test(url),
    get(url) {
      const cachedCertificate = cached.get(url)
      if (cachedCertificate) return cachedCertificate
      if (cached.size >= MAX_CACHED) cached.clear()
      const fetched = fetchOne(url)
      cached.set(url, fetched)
      fetched.catch(() => cached.delete(url))
      return fetched
    },
  }
}
