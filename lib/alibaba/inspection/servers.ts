/** The servers of the settings and of a token's issuer, by requests that need no credentials. */
import { type Answer, answered, refusal } from '../../domain/failure.js'

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
    return answered(Number.isNaN(date) ? {} : { skewMs })
  } catch (error) {
    return unreachable(error)
  }
}

export interface IssuerFacts {
  /** SHA-1 of the last certificate that the server sends, in hexadecimal: what an OIDC provider of RAM registers. */
  readonly fingerprint?: string
}

/** Reads the discovery document of an issuer, and the certificates of its server by `fingerprintOf`. Never rejects. */
export async function readIssuer(
  issuer: string,
  fingerprintOf: (issuer: string) => Promise<string>,
): Promise<Answer<IssuerFacts>> {
  try {
    const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const answer = await fetch(discovery, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
    await answer.body?.cancel()
    if (answer.status !== 200) return refusal('NoDiscovery', `${discovery}: HTTP ${answer.status}`)
    return answered(issuer.startsWith('https:') ? { fingerprint: await fingerprintOf(issuer) } : {})
  } catch (error) {
    return unreachable(error)
  }
}

function unreachable(error: unknown): Answer<never> {
  const { cause, name } = error as { cause?: { code?: unknown }; name?: string }
  const message = typeof cause?.code === 'string' ? cause.code : (name ?? 'unknown')
  return refusal('ConnectionFailed', message)
}
