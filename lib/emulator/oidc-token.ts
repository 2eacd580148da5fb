/** The check of an OIDC token against the provider that the world knows: signature, issuer, audience, times. */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { ApiError } from './api-error.js'
import type { Jwks, OidcProvider } from './trust-file.js'

export interface OidcClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | string[]
  readonly exp: number
  readonly iat?: number
}

/** What the library says, and what Alibaba says (Container Service, RRSA: errors and their causes). First match wins. */
const REFUSALS: readonly { said: RegExp; code: string; message: string }[] = [
  { said: /^jwt expired/, code: 'Expired', message: 'This JsonWebToken is expired.' },
  { said: /^jwt audience invalid/, code: 'AudienceNotMatch', message: 'Invalid audience.' },
  {
    said: /^jwt issuer invalid/,
    code: 'IssuerNotMatch',
    message: "The issuer in the OIDC Token doesn't match the OIDC Provider registered.",
  },
  { said: /./, code: 'Invalid', message: 'This JsonWebToken is invalid.' },
]

/** Returns the claims; throws an ApiError as Sts would. */
export function verifyOidcToken(token: string, provider: OidcProvider, keys: Jwks, nowMs: number): OidcClaims {
  try {
    const [first, ...more] = provider.audiences
    if (first === undefined) throw new Error('jwt audience invalid')
    // The algorithms that it takes are those of the key's kind: neither none nor a shared secret.
    const claims = jwt.verify(token, keyOf(token, keys), {
      issuer: provider.issuer,
      audience: [first, ...more],
      clockTimestamp: Math.floor(nowMs / 1_000),
    })
    if (typeof claims === 'string' || claims.exp === undefined || !claims.sub) throw new Error('jwt without exp or sub')
    return claims as OidcClaims
  } catch (error) {
    const { message: said } = error as Error
    const { code, message } = REFUSALS.find((refusal) => refusal.said.test(said)) ?? { code: 'Invalid', message: said }
    throw new ApiError(`AuthenticationFail.OIDCToken.${code}`, { http: 400, message })
  }
}

/** The key that the token names, or the only one there is. */
function keyOf(token: string, { keys }: Jwks): KeyObject {
  const kid = jwt.decode(token, { complete: true })?.header.kid
  const jwk = kid === undefined && keys.length === 1 ? keys[0] : keys.find((key) => key.kid === kid)
  if (!jwk) throw new Error('no key of the issuer has signed it')
  return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
}
