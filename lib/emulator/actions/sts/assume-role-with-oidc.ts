import { ApiError } from '../../api-error.js'
import { openSession, requiredRole } from '../../auth/assumed-role.js'
import { verifyOidcToken } from '../../auth/oidc.js'
import { wildcardPattern } from '../../auth/ram-policy.js'
import { type Action, required } from '../action.js'

const refused = (message: string) => new ApiError('AuthenticationFail.NoPermission', { http: 403, message })

/** AssumeRoleWithOIDC: temporary keys for a token of a trusted provider; the call is not signed. */
export const answerAssumeRoleWithOidc: Action = (call, context) => {
  const { world, nowMs } = context
  const arn = required(call, 'OIDCProviderArn', /./)
  const token = required(call, 'OIDCToken', /^[\w.-]{4,20000}$/)
  const provider = world.oidcProviders.find((one) => one.arn === arn)
  if (!provider) throw refused('No such OIDC Provider registered.')
  const keys = world.oidcKeySets.get(arn) ?? provider.jwks
  if (!keys)
    throw new ApiError('AuthenticationFail.OIDCToken.IssuerConfigurationBroken', {
      message: `Get public keys from OIDC Provider failed, the issuer is ${provider.issuer}`,
    })
  const claims = verifyOidcToken(token, provider, keys, nowMs)
  const role = requiredRole(call, context)
  const isTrusted =
    role.trustedOidcProviders.includes(arn) && wildcardPattern(role.trustedSubject ?? '*').test(claims.sub)
  if (!isTrusted) throw refused('There is no permission')
  return {
    ...openSession(role, call, context),
    OIDCTokenInfo: {
      Subject: claims.sub,
      Issuer: claims.iss,
      ClientIds: [claims.aud].flat().join(','),
      ExpirationTime: new Date(claims.exp * 1_000).toISOString(),
      VerificationInfo: 'Success',
    },
  }
}
