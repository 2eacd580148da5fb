/** The check of a V1 signature: HMAC-SHA1 over all parameters (Alibaba Cloud, RPC signature mechanism, version 1.0). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { ApiError } from './api-error.js'
import { encode, type KeyHolder, signatureDoesNotMatch } from './signature.js'
import type { Caller } from './world.js'

/** Parameters of the wire, not of an action. */
export const WIRE_PARAMETERS: ReadonlySet<string> = new Set([
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

/** Parameters of query and form together. Returns who signed; throws an ApiError as the API would. */
export function verifyRpcSignature(
  method: string,
  parameters: ReadonlyArray<readonly [string, string]>,
  holderOf: KeyHolder,
): Caller {
  const {
    AccessKeyId = '',
    Signature = '',
    SignatureMethod,
    SecurityToken,
  } = Object.fromEntries(parameters) as Partial<Record<string, string>>
  if (SignatureMethod !== 'HMAC-SHA1')
    throw new ApiError('InvalidParameter', { message: 'The parameter SignatureMethod is invalid.' })
  const holder = holderOf(AccessKeyId, SecurityToken)
  const canonical = parameters
    .filter(([name]) => name !== 'Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const toSign = `${method}&${encode('/')}&${encode(canonical)}`
  const expected = createHmac('sha1', `${holder.accessKeySecret}&`).update(toSign).digest()
  const given = Buffer.from(Signature, 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw signatureDoesNotMatch(toSign)
  return holder
}
