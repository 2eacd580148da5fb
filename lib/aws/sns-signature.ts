/** Proves by its signature that a message is a notification of a topic: anybody can write one, only SNS can sign it. */
import { verify, X509Certificate } from 'node:crypto'
import { regionOfArn } from '../config/aws-region.js'
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
/** A certificate that is being fetched may be there after this, in milliseconds. */
const SOON_MS = 500

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
      const home = regionOfArn(TopicArn)
      let look = certificates.look(SigningCertURL, home)
      const waitMs = Math.min(CHECK_TIMEOUT_MS, deadlineMs - clock.now())
      if ('fetching' in look && waitMs > 0) {
        const finished = new AbortController()
        await Promise.race([look.fetching, clock.sleep(waitMs, finished.signal)])
        finished.abort()
        look = certificates.look(SigningCertURL, home)
      }
      if ('absent' in look) return doubt(`SNS has no such certificate (${look.absent})`)
      if ('certificate' in look)
        return isSigned(notification, look.certificate)
          ? { ok: true, value: { topicArn: TopicArn } }
          : doubt('its signature does not hold')
      const [why, retryAfterMs] = 'failed' in look ? [look.failed] : ['no answer yet', SOON_MS]
      const message = `${SigningCertURL}: ${why}`
      return { ok: false, failure: failureOf({ code: 'CertificateUnreachable', message, retryAfterMs }) }
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

/** What is known of the certificate at a URL. */
type CertificateLook =
  | { readonly certificate: X509Certificate }
  /** SNS answered that there is none: who names it was not signed for by SNS. */
  | { readonly absent: string }
  /** It is being fetched; resolves when that is over, and never rejects. */
  | { readonly fetching: Promise<void> }
  /** It could not be had, or too many are being fetched: look again later. */
  | { readonly failed: string }

export interface SigningCertificates {
  /** True where the URL is one of SNS's own; no other is ever asked. */
  isCertificateUrl(url: string): boolean
  /**
   * What is known of the certificate at such a URL; begins to fetch it if nothing is, and if there is room. `home` is the
   * region of the topic: fetches from there have room of their own, which URLs elsewhere cannot use up.
   */
  look(url: string, home?: string): CertificateLook
}

/**
 * The host must be SNS's in a region: `sns.s3-eu-west-1.amazonaws.com` would be somebody's bucket. So must the path be
 * that of a certificate, whole, so that nobody chooses what is asked for.
 */
const SNS_CERTIFICATE =
  /^https:\/\/sns\.[a-z]{2,4}(?:-[a-z]{2,16}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?\/SimpleNotificationService-[0-9A-Za-z]{16,64}\.pem$/
/** A call takes at most this, in milliseconds. */
const FETCH_TIMEOUT_MS = 10_000
const MAX_CERTIFICATE_BYTES = 65_536
/** Certificates that are kept; SNS has one or two in each of its regions. */
const MAX_CACHED = 256
/** Answers that there is none, and how long they are kept, in milliseconds. Each is a URL of about 100 bytes. */
const MOST_ABSENT = 10_000
const ABSENT_MS = 3_600_000
/** How long a URL that gave no answer is not asked again, in milliseconds. */
const FAILED_MS = 5_000
/** In the topic's region, and the same again for all others together. */
const FETCHES_AT_ONCE = 2
const FETCHES_A_MINUTE = 120
const MINUTE_MS = 60_000
/** What SNS (S3 behind it) answers where there is no such certificate. */
const NONE_THERE: ReadonlySet<number> = new Set([403, 404])

interface Room {
  fetching: number
  begun: number
  sinceMs: number
}

/** `fetch` is the way to the outside. What was fetched stays good for the life of the process. */
export function createSigningCertificates(fetch: typeof globalThis.fetch, clock: Clock): SigningCertificates {
  const cached = new Map<string, X509Certificate>()
  const absent = new Map<string, { readonly why: string; readonly untilMs: number }>()
  const failed = new Map<string, { readonly why: string; readonly untilMs: number }>()
  const fetching = new Map<string, Promise<void>>()
  const newRoom = (): Room => ({ fetching: 0, begun: 0, sinceMs: Number.NEGATIVE_INFINITY })
  const [atHome, elsewhere] = [newRoom(), newRoom()]

  const fetchOne = async (url: string): Promise<void> => {
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS)
    try {
      const answer = await fetch(url, { redirect: 'error', signal })
      if (NONE_THERE.has(answer.status)) {
        await answer.body?.cancel()
        put(absent, url, { why: `HTTP ${answer.status}`, untilMs: clock.now() + ABSENT_MS }, MOST_ABSENT)
        return
      }
      if (!answer.ok) {
        await answer.body?.cancel()
        throw new Error(`HTTP ${answer.status}`)
      }
      put(cached, url, new X509Certificate(await textOf(answer)), MAX_CACHED)
    } catch (error) {
      put(failed, url, { why: (error as Error).message, untilMs: clock.now() + FAILED_MS }, MOST_ABSENT)
    }
  }
  const begin = (url: string, room: Room): CertificateLook => {
    if (clock.now() - room.sinceMs >= MINUTE_MS) Object.assign(room, { sinceMs: clock.now(), begun: 0 })
    if (room.fetching >= FETCHES_AT_ONCE || room.begun >= FETCHES_A_MINUTE)
      return { failed: 'other certificates are being fetched' }
    room.fetching += 1
    room.begun += 1
    const done = fetchOne(url).finally(() => {
      room.fetching -= 1
      fetching.delete(url)
    })
    fetching.set(url, done)
    return { fetching: done }
  }
  return {
    isCertificateUrl: (url) => SNS_CERTIFICATE.test(url),
    look(url, home) {
      const certificate = cached.get(url)
      if (certificate) return { certificate }
      const none = absent.get(url)
      if (none && clock.now() < none.untilMs) return { absent: none.why }
      const under = fetching.get(url)
      if (under) return { fetching: under }
      const lately = failed.get(url)
      if (lately && clock.now() < lately.untilMs) return { failed: lately.why }
      return begin(url, url.startsWith(`https://sns.${home}.`) ? atHome : elsewhere)
    },
  }
}

/** The latest entries are kept. */
function put<T>(entries: Map<string, T>, url: string, value: T, most: number): void {
  entries.delete(url)
  entries.set(url, value)
  const oldest = entries.keys().next().value
  if (entries.size > most && oldest !== undefined) entries.delete(oldest)
}

/** The text of an answer; rejects as soon as there is more of it than a certificate has. */
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
