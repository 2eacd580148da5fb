/** The keys of an OIDC provider that has them behind a URL: read each time a token is shown, so that they may rotate. */

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import * as v from 'valibot'
import type { EmulatedCall } from '../actions/action.js'
import { ApiError } from '../api-error.js'
import { Jwks, type OidcProvider } from '../world/trust-file.js'
import type { World } from '../world/world.js'

const TIMEOUT_MS = 2_000

/** Keys that cannot be read are forgotten: the call that needs them says so. Never rejects. */
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

export interface OidcClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | string[]
  readonly exp: number
  readonly iat?: number
}

/** What the library says, and what Alibaba says (Container Service, RRSA: errors and their causes). First match wins. */
const REFUSALS: readonly { errorText: RegExp; code: string; message: string }[] = [
  { errorText: /^jwt expired/, code: 'Expired', message: 'This JsonWebToken is expired.' },
  { errorText: /^jwt audience invalid/, code: 'AudienceNotMatch', message: 'Invalid audience.' },
  {
    errorText: /^jwt issuer invalid/,
    code: 'IssuerNotMatch',
    message: "The issuer in the OIDC Token doesn't match the OIDC Provider registered.",
  },
  { errorText: /./, code: 'Invalid', message: 'This JsonWebToken is invalid.' },
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
    const { message: errorText } = error as Error
    const { code, message } = REFUSALS.find((refusal) => refusal.errorText.test(errorText)) ?? {
      code: 'Invalid',
      message: errorText,
    }
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
