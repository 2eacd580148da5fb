/** Who may ask the console: its own page, opened by whoever was given its address. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export interface Refusal {
  readonly status: 401 | 403 | 415
  readonly why: string
}

export interface Access {
  readonly port: number
  readonly token: string
}

const sameText = (one: string, other: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** By names that no foreign DNS answers for: a name that was bound to this address afterwards is another one (DNS rebinding). */
const hostsOf = (port: number): string[] => [`127.0.0.1:${port}`, `localhost:${port}`]

/**
 * Undefined where it may pass. `open` is for the page itself, which says nothing; all else wants the token in a header, which
 * no other page can set. What changes something must come from the console's own page, and as JSON.
 */
export function refusalOf(
  method: string,
  headers: IncomingHttpHeaders,
  open: boolean,
  access: Access,
): Refusal | undefined {
  const { host = '', origin, authorization = '', 'sec-fetch-site': site } = headers
  if (!hostsOf(access.port).includes(host)) return { status: 403, why: 'this is no name of the console' }
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, why: 'asked from another site' }
  if (open) return undefined
  if (site !== undefined && site !== 'same-origin') return { status: 403, why: 'asked from another site' }
  if (method !== 'GET' && origin === undefined) return { status: 403, why: 'the page that asks is not named (Origin)' }
  if (!sameText(authorization, `Bearer ${access.token}`))
    return { status: 401, why: 'the token is missing or another one' }
  const { 'content-type': type = '' } = headers
  if (method !== 'GET' && !/^application\/json\b/.test(type)) return { status: 415, why: 'must be application/json' }
  return undefined
}
