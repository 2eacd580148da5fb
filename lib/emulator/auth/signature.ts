/** The verification of Alibaba's signatures: V3, ACS3-HMAC-SHA256, and V1, HMAC-SHA1 over all parameters of an RPC call. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ApiError } from '../api-error.js'
import type { Caller } from '../world/world.js'

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

/** The holder of a key, by its id and its security token; throws an ApiError if there is none. */
export type FindKeyHolder = (
  accessKeyId: string,
  securityToken: string | undefined,
) => Caller & { accessKeySecret: string }

/** Returns the signer of a V3 signature; throws an ApiError as the API would. */
export function verifyV3Signature(request: SignedRequest, findKeyHolder: FindKeyHolder): Caller {
  const header = request.headers.authorization
  const [, accessKeyId, signedHeaders, signature] = AUTHORIZATION.exec(String(header)) ?? []
  if (!accessKeyId || !signedHeaders || !signature)
    throw new ApiError('IncompleteSignature', { message: 'The authorization header cannot be read.' })
  const token = request.headers['x-acs-security-token']
  const holder = findKeyHolder(accessKeyId, token === undefined ? undefined : String(token))
  const bodyHash = sha256(request.body)
  const toSign = `${ALGORITHM}\n${sha256(canonicalRequest(request, signedHeaders, bodyHash))}`
  const expected = createHmac('sha256', holder.accessKeySecret).update(toSign).digest('hex')
  const same = timingSafeEqual(Buffer.from(expected), Buffer.from(signature))
  if (!same || request.headers['x-acs-content-sha256'] !== bodyHash) throw signatureDoesNotMatch(toSign)
  return holder
}

/**
 * Alibaba's SDKs parse the text: they compare the string after its one colon with the string that they signed, and report a wrong
 * secret if both are equal (aliyun-python-sdk-core: client.py, _get_server_exception).
 */
const signatureDoesNotMatch = (toSign: string): ApiError =>
  new ApiError('SignatureDoesNotMatch', {
    message: `Specified signature is not matched with our calculation. server string to sign is:${toSign}`,
  })

/** The query is encoded again: the SDK sends some characters raw (`*`) that it signs encoded. */
function canonicalRequest(request: SignedRequest, signedHeaders: string, bodyHash: string): string {
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

/** Parameters of the protocol, not of an action. */
export const PROTOCOL_PARAMETERS: ReadonlySet<string> = new Set([
  'AccessKeyId',
  'Action',
  'Format',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureType',
  'SignatureVersion',
  'Timestamp',
  'Version',
])

/** Returns the signer of a V1 signature over the parameters of query and form; throws an ApiError as the API would. */
export function verifyV1Signature(
  method: string,
  parameters: ReadonlyArray<readonly [string, string]>,
  findKeyHolder: FindKeyHolder,
): Caller {
  const {
    AccessKeyId = '',
    Signature = '',
    SignatureMethod,
    SecurityToken,
  } = Object.fromEntries(parameters) as Partial<Record<string, string>>
  if (SignatureMethod !== 'HMAC-SHA1')
    throw new ApiError('InvalidParameter', { message: 'The parameter SignatureMethod is invalid.' })
  const holder = findKeyHolder(AccessKeyId, SecurityToken)
  const canonicalQuery = parameters
    .filter(([name]) => name !== 'Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const toSign = `${method}&${encode('/')}&${encode(canonicalQuery)}`
  const expected = createHmac('sha1', `${holder.accessKeySecret}&`).update(toSign).digest()
  const given = Buffer.from(Signature, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw signatureDoesNotMatch(toSign)
  return holder
}
