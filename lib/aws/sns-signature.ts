/** Verifies the signature of an SNS notification, and fetches and caches the certificates that SNS signs with. */
import { verify, X509Certificate } from 'node:crypto'
import { regionOfArn } from '../config/aws-region.js'
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS, waitAtMost } from '../domain/clock.js'
import { failureOf } from '../domain/failure.js'
import { putNewest } from '../domain/kept.js'
import { carrierOf } from '../domain/messages/envelope.js'
import { parseJson } from '../domain/record.js'
import type { Provenance } from '../reconcile/provenance.js'

/** The signed fields, in the order of the signed text (Amazon SNS developer guide, "Verifying the signatures of Amazon SNS messages"). */
const SIGNED_FIELDS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const
const DIGESTS = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
])
/** A notification that was signed longer before it reached the queue is refused as a possible replay. */
const MAX_SIGNATURE_AGE_MS = DAY_MS
/** The longest wait of one message for a certificate, in milliseconds; the message is then deferred. */
const CHECK_TIMEOUT_MS = 5_000
/** The deferral of a message whose certificate is still being fetched, in milliseconds. */
const FETCH_RETRY_MS = 500

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
      const topicRegion = regionOfArn(TopicArn)
      let lookup = certificates.lookUp(SigningCertURL, topicRegion)
      const waitMs = Math.min(CHECK_TIMEOUT_MS, deadlineMs - clock.now())
      if ('fetching' in lookup && waitMs > 0) {
        await waitAtMost(waitMs, lookup.fetching, clock)
        lookup = certificates.lookUp(SigningCertURL, topicRegion)
      }
      if ('absent' in lookup) return doubt(`SNS has no such certificate (${lookup.absent})`)
      if ('certificate' in lookup)
        return isSigned(notification, lookup.certificate)
          ? { ok: true, value: { topicArn: TopicArn } }
          : doubt('its signature does not hold')
      const [why, retryAfterMs] = 'failed' in lookup ? [lookup.failed] : ['no answer yet', FETCH_RETRY_MS]
      const message = `${SigningCertURL}: ${why}`
      return { ok: false, failure: failureOf({ code: 'CertificateUnreachable', message, retryAfterMs }) }
    },
  }
}

/**
 * The notification in a body, or undefined. A body that is another envelope as well is no notification: its request would
 * be read from a field that is not signed.
 */
function readNotification(body: string): Notification | undefined {
  const value = parseJson(body)
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

/** Name and content of each field, a line each; the subject is left out if there is none. */
const toSign = (notification: Notification): string =>
  SIGNED_FIELDS.filter((field) => notification[field] !== undefined)
    .map((field) => `${field}\n${notification[field]}\n`)
    .join('')

/** What is known of the certificate at a URL. */
type CertificateLookup =
  | { readonly certificate: X509Certificate }
  /** SNS answered that there is none, so the notification is not signed by SNS. */
  | { readonly absent: string }
  /** Resolves when the fetch is over; never rejects. */
  | { readonly fetching: Promise<void> }
  /** The fetch failed recently, or too many are being fetched. */
  | { readonly failed: string }

export interface SigningCertificates {
  /** True if the URL is one of SNS's own; no other is ever fetched. */
  isCertificateUrl(url: string): boolean
  /**
   * What is known of the certificate at such a URL; begins a fetch if nothing is known and the limits allow it. Fetches
   * from `topicRegion` have limits of their own, which URLs of other regions cannot exhaust.
   */
  lookUp(url: string, topicRegion?: string): CertificateLookup
}

/**
 * The host must be a regional endpoint of SNS: `sns.s3-eu-west-1.amazonaws.com` would be a bucket of S3. The whole path must
 * be that of a certificate, so that a sender cannot choose what is fetched.
 */
const SNS_CERTIFICATE =
  /^https:\/\/sns\.[a-z]{2,4}(?:-[a-z]{2,16}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?\/SimpleNotificationService-[0-9A-Za-z]{16,64}\.pem$/
const FETCH_TIMEOUT_MS = 10_000
const MAX_CERTIFICATE_BYTES = 65_536
/** Cached certificates; SNS has one or two in each region. */
const MAX_CACHED = 256
/** Cached URLs without a certificate, of about 100 bytes each. */
const MAX_CACHED_FAULTS = 10_000
/** How long it is remembered that SNS has no certificate at a URL, in milliseconds. */
const ABSENT_MS = HOUR_MS
/** How long a fetch that failed is not repeated, in milliseconds. */
const FAILED_MS = 5_000
/** Limits of the fetches in the topic's region, and again of those in all other regions together. */
const MAX_CONCURRENT_FETCHES = 2
const MAX_FETCHES_PER_MINUTE = 120
/** The HTTP status of SNS (S3 behind it) if there is no such certificate. */
const ABSENT_STATUSES: ReadonlySet<number> = new Set([403, 404])

/** A fixed window of a minute. */
interface FetchWindow {
  fetching: number
  begun: number
  sinceMs: number
}

/** A fetched certificate is cached for the life of the process. */
export function createSigningCertificates(fetch: typeof globalThis.fetch, clock: Clock): SigningCertificates {
  const cached = new Map<string, X509Certificate>()
  const absent = new Map<string, { readonly why: string; readonly untilMs: number }>()
  const failed = new Map<string, { readonly why: string; readonly untilMs: number }>()
  const fetching = new Map<string, Promise<void>>()
  const newWindow = (): FetchWindow => ({ fetching: 0, begun: 0, sinceMs: Number.NEGATIVE_INFINITY })
  const [inTopicRegion, elsewhere] = [newWindow(), newWindow()]

  const fetchOne = async (url: string): Promise<void> => {
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS)
    try {
      const answer = await fetch(url, { redirect: 'error', signal })
      if (ABSENT_STATUSES.has(answer.status)) {
        await answer.body?.cancel()
        putNewest(absent, url, { why: `HTTP ${answer.status}`, untilMs: clock.now() + ABSENT_MS }, MAX_CACHED_FAULTS)
        return
      }
      if (!answer.ok) {
        await answer.body?.cancel()
        throw new Error(`HTTP ${answer.status}`)
      }
      putNewest(cached, url, new X509Certificate(await textOf(answer)), MAX_CACHED)
    } catch (error) {
      putNewest(failed, url, { why: (error as Error).message, untilMs: clock.now() + FAILED_MS }, MAX_CACHED_FAULTS)
    }
  }
  const begin = (url: string, window: FetchWindow): CertificateLookup => {
    if (clock.now() - window.sinceMs >= MINUTE_MS) Object.assign(window, { sinceMs: clock.now(), begun: 0 })
    if (window.fetching >= MAX_CONCURRENT_FETCHES || window.begun >= MAX_FETCHES_PER_MINUTE)
      return { failed: 'other certificates are being fetched' }
    window.fetching += 1
    window.begun += 1
    const done = fetchOne(url).finally(() => {
      window.fetching -= 1
      fetching.delete(url)
    })
    fetching.set(url, done)
    return { fetching: done }
  }
  return {
    isCertificateUrl: (url) => SNS_CERTIFICATE.test(url),
    lookUp(url, topicRegion) {
      const certificate = cached.get(url)
      if (certificate) return { certificate }
      const absence = absent.get(url)
      if (absence && clock.now() < absence.untilMs) return { absent: absence.why }
      const ongoing = fetching.get(url)
      if (ongoing) return { fetching: ongoing }
      const failure = failed.get(url)
      if (failure && clock.now() < failure.untilMs) return { failed: failure.why }
      return begin(url, url.startsWith(`https://sns.${topicRegion}.`) ? inTopicRegion : elsewhere)
    },
  }
}

/** The text of an answer; rejects as soon as it is longer than a certificate. */
async function textOf(answer: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of answer.body ?? []) {
    bytes += piece.length
    if (bytes > MAX_CERTIFICATE_BYTES) throw new Error('is too long for a certificate')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
