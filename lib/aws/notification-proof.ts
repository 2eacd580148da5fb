/** Proves by its signature that a message is a notification of a topic: anybody can write one, only SNS can sign it. */
import { verify, type X509Certificate } from 'node:crypto'
import { regionOfArn } from '../aws-region.js'
import { carrierOf } from '../envelope.js'
import { failureOf } from '../failure.js'
import type { Clock, Provenance } from '../ports.js'
import type { SigningCertificates } from './signing-certificates.js'

/** What SNS signs, in its order (Amazon SNS developer guide, "Verifying the signatures of Amazon SNS messages"). */
const SIGNED = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const
const DIGESTS = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
])
/** A notification that was signed longer than this before it came onto the queue is not taken: somebody may have kept it. */
const LONGEST_WAY_MS = 24 * 3_600_000
/** No message waits longer than this for its check, in milliseconds; it comes back. */
const CHECK_MS = 5_000
/** A certificate that is being fetched may be there after this, in milliseconds. */
const SOON_MS = 500

type Field = (typeof SIGNED)[number] | 'Signature' | 'SigningCertURL' | 'SignatureVersion'
type Notification = Readonly<Partial<Record<Field, string>>>

export function createNotificationProof(certificates: SigningCertificates, clock: Clock): Provenance {
  return {
    async topicOf({ body, sentAtMs }, topics, { deadlineMs }) {
      const notification = readNotification(body)
      const { TopicArn = '', SigningCertURL = '', Timestamp = '' } = notification ?? {}
      if (!notification || !topics.has(TopicArn)) return { ok: true, value: {} }
      const doubt = (why: string) =>
        ({ ok: true, value: { doubt: `it claims to come from ${TopicArn}, but ${why}` } }) as const
      if (!(sentAtMs - Date.parse(Timestamp) <= LONGEST_WAY_MS))
        return doubt('it was not signed within the 24 hours before it was put on the queue')
      if (!certificates.mayCertify(SigningCertURL)) return doubt('its certificate is not at an address of SNS')
      const home = regionOfArn(TopicArn)
      let look = certificates.look(SigningCertURL, home)
      const waitMs = Math.min(CHECK_MS, deadlineMs - clock.now())
      if ('fetching' in look && waitMs > 0) {
        const over = new AbortController()
        await Promise.race([look.fetching, clock.sleep(waitMs, over.signal)])
        over.abort()
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
  SIGNED.filter((field) => notification[field] !== undefined)
    .map((field) => `${field}\n${notification[field]}\n`)
    .join('')
