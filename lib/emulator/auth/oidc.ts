/** OIDC: reading the keys of a provider, and verifying a token, a JWS (RFC 7515). */
import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'
import * as v from 'valibot'
import type { EmulatedCall } from '../actions/action.js'
import { ApiError } from '../api-error.js'
import { Jwks, type OidcProvider } from '../world/trust-file.js'
import type { World } from '../world/world.js'

const TIMEOUT_MS = 2_000

/** Reads the provider's keys for each call, so that they may rotate. If they cannot be read, the call is refused. Never rejects. */
export async function readOidcKeys({ action, parameters }: EmulatedCall, world: World): Promise<void> {
  const provider = world.oidcProviders.find(({ arn }) => arn === parameters.OIDCProviderArn)
  if (action !== 'AssumeRoleWithOIDC' || provider?.jwksUrl === undefined) return
  try {
    const answer = await fetch(provider.jwksUrl, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    world.oidcKeySets.set(provider.arn, v.parse(Jwks, await answer.json()))
  } catch {
    world.oidcKeySets.delete(provider.arn)
  }
}

interface OidcClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | string[]
  readonly exp: number
}

/** Alibaba's texts (Container Service, RRSA: errors and their causes). */
const REFUSALS = {
  Expired: 'This JsonWebToken is expired.',
  AudienceNotMatch: 'Invalid audience.',
  IssuerNotMatch: "The issuer in the OIDC Token doesn't match the OIDC Provider registered.",
  Invalid: 'This JsonWebToken is invalid.',
}

function refusal(code: keyof typeof REFUSALS): ApiError {
  return new ApiError(`AuthenticationFail.OIDCToken.${code}`, { http: 400, message: REFUSALS[code] })
}

/** The signature algorithms with public keys (RFC 7518, section 3.1), without `none` and HMAC. */
const ALGORITHMS: Readonly<Record<string, { keyType: 'rsa' | 'ec'; digest: string; curve?: string }>> = {
  RS256: { keyType: 'rsa', digest: 'sha256' },
  RS384: { keyType: 'rsa', digest: 'sha384' },
  RS512: { keyType: 'rsa', digest: 'sha512' },
  ES256: { keyType: 'ec', digest: 'sha256', curve: 'prime256v1' },
  ES384: { keyType: 'ec', digest: 'sha384', curve: 'secp384r1' },
  ES512: { keyType: 'ec', digest: 'sha512', curve: 'secp521r1' },
}

/** Returns the claims of a valid token; throws an ApiError as STS would. */
export function verifyOidcToken(token: string, provider: OidcProvider, keys: Jwks, nowMs: number): OidcClaims {
  const claims = signedClaims(token, keys)
  const { iss, sub, aud, exp, nbf } = claims
  const nowSeconds = Math.floor(nowMs / 1_000)
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= nowSeconds)) throw refusal('Invalid')
  if (typeof exp !== 'number') throw refusal('Invalid')
  if (nowSeconds >= exp) throw refusal('Expired')
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!provider.audiences.some((audience) => audiences.includes(audience))) throw refusal('AudienceNotMatch')
  if (iss !== provider.issuer) throw refusal('IssuerNotMatch')
  if (typeof sub !== 'string' || sub === '') throw refusal('Invalid')
  return claims as unknown as OidcClaims
}

/** The claims of a compact JWS that a key of the issuer has signed. */
function signedClaims(token: string, keys: Jwks): Record<string, unknown> {
  const [header = '', payload = '', signature = '', ...more] = token.split('.')
  const { alg, kid } = objectOf(header)
  const algorithm = typeof alg === 'string' && Object.hasOwn(ALGORITHMS, alg) ? ALGORITHMS[alg] : undefined
  if (algorithm === undefined || more.length > 0) throw refusal('Invalid')
  const key = keyOf(kid, keys)
  const { keyType, digest, curve } = algorithm
  if (key.asymmetricKeyType !== keyType || key.asymmetricKeyDetails?.namedCurve !== curve) throw refusal('Invalid')
  const bytes = Buffer.from(signature, 'base64url')
  if (!verify(digest, Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, bytes))
    throw refusal('Invalid')
  return objectOf(payload)
}

function objectOf(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Not JSON.
  }
  throw refusal('Invalid')
}

/** The key that the token names, or the issuer's only key. */
function keyOf(kid: unknown, { keys }: Jwks): KeyObject {
  const jwk = kid === undefined && keys.length === 1 ? keys[0] : keys.find((key) => key.kid === kid)
  if (!jwk) throw refusal('Invalid')
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  } catch {
    throw refusal('Invalid')
  }
}
