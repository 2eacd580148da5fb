/** The servers of the settings and of a token's issuer, by requests that need no credentials. */
import { connect } from 'node:tls'
import { type Answer, failureOf } from '../../domain/failure.js'

const TIMEOUT_MS = 5_000

export interface ServerFacts {
  /** Its clock minus this one, in milliseconds, to the second; absent: it sends no Date header. */
  readonly skewMs?: number
}

/** Any answer counts, whatever its status. Never rejects. */
export async function readServer(endpoint: string, now: () => number): Promise<Answer<ServerFacts>> {
  try {
    const sentMs = now()
    const answer = await fetch(endpoint, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
    await answer.body?.cancel()
    const date = Date.parse(answer.headers.get('date') ?? '')
    // The header has whole seconds, and was written between the request and its answer.
    const skewMs = date + 500 - (sentMs + now()) / 2
    return { ok: true, value: Number.isNaN(date) ? {} : { skewMs } }
  } catch (error) {
    return unreachable(error)
  }
}

export interface IssuerFacts {
  /** SHA-1 of the last certificate that the server sends, in hexadecimal: what an OIDC provider of RAM registers. */
  readonly fingerprint?: string
}

/** Reads the discovery document of an issuer, and the certificate chain of its server. Never rejects. */
export async function readIssuer(issuer: string): Promise<Answer<IssuerFacts>> {
  try {
    const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const answer = await fetch(discovery, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
    await answer.body?.cancel()
    if (answer.status !== 200)
      return { ok: false, failure: failureOf({ code: 'NoDiscovery', message: `${discovery}: HTTP ${answer.status}` }) }
    const url = new URL(issuer)
    return { ok: true, value: url.protocol === 'https:' ? { fingerprint: await lastFingerprint(url) } : {} }
  } catch (error) {
    return unreachable(error)
  }
}

function lastFingerprint({ hostname: host, port }: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, servername: host, port: Number(port) || 443, timeout: TIMEOUT_MS }, () => {
      let certificate = socket.getPeerCertificate(true)
      // A root refers to itself.
      while (certificate.issuerCertificate && certificate.issuerCertificate.fingerprint !== certificate.fingerprint)
        certificate = certificate.issuerCertificate
      socket.destroy()
      resolve(certificate.fingerprint.replaceAll(':', '').toLowerCase())
    })
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')))
  })
}

function unreachable(error: unknown): { ok: false; failure: ReturnType<typeof failureOf> } {
  const { cause, name } = error as { cause?: { code?: unknown }; name?: string }
  const message = typeof cause?.code === 'string' ? cause.code : (name ?? 'unknown')
  return { ok: false, failure: failureOf({ code: 'ConnectionFailed', message }) }
}
