/** The check of an ACS3-HMAC-SHA256 signature (Alibaba Cloud, V3 request body and signature mechanism). */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ApiError } from './api-error.js'
import type { Account } from './world.js'

export interface SignedRequest {
  readonly method: string
  readonly pathname: string
  /** Decoded parameters of the query string. */
  readonly query: ReadonlyArray<readonly [string, string]>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

const ALGORITHM = 'ACS3-HMAC-SHA256'
const AUTHORIZATION = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/

/** Returns the account that signed; throws an ApiError as the API would. */
export function verifySignature(
  request: SignedRequest,
  accountOfKey: (accessKeyId: string) => Account | undefined,
): Account {
  const header = request.headers.authorization
  if (header === undefined) throw new ApiError('MissingParameter', { message: 'The request is not signed.' })
  const [, accessKeyId, signedHeaders, signature] = AUTHORIZATION.exec(String(header)) ?? []
  if (!accessKeyId || !signedHeaders || !signature)
    throw new ApiError('IncompleteSignature', { message: 'The authorization header cannot be read.' })
  const account = accountOfKey(accessKeyId)
  if (!account?.accessKeySecret)
    throw new ApiError('InvalidAccessKeyId.NotFound', { message: 'Specified access key is not found.' })
  if (account.securityToken !== undefined && request.headers['x-acs-security-token'] !== account.securityToken) {
    throw new ApiError('InvalidSecurityToken.Expired', { message: 'The security token is not valid.' })
  }
  const bodyHash = sha256(request.body)
  const expected = createHmac('sha256', account.accessKeySecret)
    .update(`${ALGORITHM}\n${sha256(canonical(request, signedHeaders, bodyHash))}`)
    .digest('hex')
  const same = timingSafeEqual(Buffer.from(expected), Buffer.from(signature))
  if (!same || request.headers['x-acs-content-sha256'] !== bodyHash) {
    throw new ApiError('SignatureDoesNotMatch', { message: 'The signature does not match.' })
  }
  return account
}

/** The query is encoded anew: the SDK sends some characters raw (`*`) that it signs encoded. */
function canonical(request: SignedRequest, signedHeaders: string, bodyHash: string): string {
  const query = request.query
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const headers = signedHeaders.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
  return [request.method, request.pathname, query, headers.join(''), signedHeaders, bodyHash].join('\n')
}

/** RFC 3986. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
