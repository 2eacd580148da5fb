/** The certificates that SNS signs with: fetched from amazonaws.com over TLS, once, and kept. */
import { X509Certificate } from 'node:crypto'

export interface SigningCertificates {
  /** True where the URL is one of SNS's own; no other is ever asked. */
  mayCertify(url: string): boolean
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
const FETCH_MS = 10_000
const MOST_KEPT = 32
const MOST_BYTES = 65_536

/** `fetch` is the way to the outside. What was fetched stays good for the life of the process; a failure is not kept. */
export function createSigningCertificates(fetch: typeof globalThis.fetch): SigningCertificates {
  const kept = new Map<string, Promise<X509Certificate>>()
  const fetchOne = async (url: string) => {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) })
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
    const text = await answer.text()
    if (text.length > MOST_BYTES) throw new Error('is too long for a certificate')
    return new X509Certificate(text)
  }
  return {
    mayCertify: (url) => SNS_CERTIFICATE.test(url),
    get(url) {
      const known = kept.get(url)
      if (known) return known
      if (kept.size >= MOST_KEPT) kept.clear()
      const fetched = fetchOne(url)
      kept.set(url, fetched)
      fetched.catch(() => kept.delete(url))
      return fetched
    },
  }
}
