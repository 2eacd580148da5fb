/** The certificates that SNS signs with: fetched from amazonaws.com over TLS, few at once and so many a minute, and kept. */
import { X509Certificate } from 'node:crypto'
import type { Clock } from '../ports.js'

/** What is known of the certificate at a URL. */
export type CertificateLook =
  | { readonly certificate: X509Certificate }
  /** SNS answered that there is none: who names it was not signed for by SNS. */
  | { readonly absent: string }
  /** It is being fetched; resolves when that is over, and never rejects. */
  | { readonly fetching: Promise<void> }
  /** It could not be had, or too many are being fetched: look again later. */
  | { readonly failed: string }

export interface SigningCertificates {
  /** True where the URL is one of SNS's own; no other is ever asked. */
  mayCertify(url: string): boolean
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
const FETCH_MS = 10_000
const MOST_BYTES = 65_536
/** Certificates that are kept; SNS has one or two in each of its regions. */
const MOST_KEPT = 256
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
  const kept = new Map<string, X509Certificate>()
  const absent = new Map<string, { readonly why: string; readonly untilMs: number }>()
  const failed = new Map<string, { readonly why: string; readonly untilMs: number }>()
  const fetching = new Map<string, Promise<void>>()
  const newRoom = (): Room => ({ fetching: 0, begun: 0, sinceMs: Number.NEGATIVE_INFINITY })
  const [atHome, elsewhere] = [newRoom(), newRoom()]

  const fetchOne = async (url: string): Promise<void> => {
    const signal = AbortSignal.timeout(FETCH_MS)
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
      put(kept, url, new X509Certificate(await textOf(answer)), MOST_KEPT)
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
    mayCertify: (url) => SNS_CERTIFICATE.test(url),
    look(url, home) {
      const certificate = kept.get(url)
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
    if (bytes > MOST_BYTES) throw new Error('is too long for a certificate')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
