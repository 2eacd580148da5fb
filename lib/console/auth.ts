/** Access to the console: only its own page, opened by the address with the token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

interface Refusal {
  readonly status: 401 | 403 | 415
  readonly why: string
}

interface Access {
  readonly port: number
  readonly token: string
}

const sameText = (one: string, other: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** The only accepted Host headers. Another name that resolves to this address is refused (DNS rebinding). */
const hostsOf = (port: number): string[] => [`127.0.0.1:${port}`, `localhost:${port}`]

/**
 * Undefined if the request is allowed. `open` routes need no token; all others need it in a header, which no other site can
 * set. A request that changes something must name the console as its Origin, and be JSON.
 */
export function refusalOf(
  method: string,
  headers: IncomingHttpHeaders,
  open: boolean,
  access: Access,
): Refusal | undefined {
  const { host = '', origin, authorization = '', 'sec-fetch-site': site } = headers
  if (!hostsOf(access.port).includes(host)) return { status: 403, why: 'this Host is not the console' }
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, why: 'requested by another site' }
  if (open) return undefined
  if (site !== undefined && site !== 'same-origin') return { status: 403, why: 'requested by another site' }
  if (method !== 'GET' && origin === undefined) return { status: 403, why: 'the header Origin is missing' }
  if (!sameText(authorization, `Bearer ${access.token}`)) return { status: 401, why: 'the token is missing or wrong' }
  const { 'content-type': type = '' } = headers
  if (method !== 'GET' && !/^application\/json\b/.test(type)) return { status: 415, why: 'must be application/json' }
  return undefined
}
