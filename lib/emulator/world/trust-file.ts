/** The schemas of a world file's grants, roles and OIDC providers. */
import * as v from 'valibot'
import { GRANT_ORDER_TYPES } from '../../domain/grant-call.js'
import { RamPolicy } from '../auth/ram-policy.js'

const SESSION_SECONDS = { min: 900, max: 43_200 } as const

export const Grant = v.strictObject({
  childInstanceId: v.string(),
  cenId: v.string(),
  /** The account that was granted; absent: the owner of the CEN. */
  cenOwnerId: v.optional(v.string()),
  /** When the owner makes the grant, seconds after the start; absent: before the start. */
  afterSeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Who pays for an Enterprise Edition attachment; absent: PayByCenOwner. */
  orderType: v.optional(v.picklist(GRANT_ORDER_TYPES)),
})

export const Role = v.strictObject({
  roleName: v.string(),
  /** Absent: every account has this role. An entry with an account takes precedence over one without. */
  accountId: v.optional(v.string()),
  /** The accounts that may assume the role; absent: the account of the printed keys. */
  trustedAccounts: v.optional(v.array(v.string())),
  /** ARNs of the OIDC providers whose tokens may assume the role. */
  trustedOidcProviders: v.optional(v.array(v.string()), []),
  /** The required `sub` of such a token; `*` matches any text. */
  trustedSubject: v.optional(v.string()),
  externalId: v.optional(v.string()),
  maxSessionSeconds: v.optional(
    v.pipe(v.number(), v.minValue(SESSION_SECONDS.min), v.maxValue(SESSION_SECONDS.max)),
    3_600,
  ),
  /** The permissions of the role; absent: all in its account. */
  policy: v.optional(RamPolicy),
})

export const Jwks = v.object({ keys: v.array(v.record(v.string(), v.unknown())) })

const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\//

export const OidcProvider = v.strictObject({
  /** `acs:ram::ACCOUNT:oidc-provider/NAME` */
  arn: v.pipe(v.string(), v.regex(/^acs:ram::\d+:oidc-provider\/[\w.-]+$/, 'is not the ARN of an OIDC provider')),
  issuer: v.string(),
  /** The client ids of the provider: the audience of a token must be one of them. */
  audiences: v.array(v.string()),
  /** The issuer's public keys. */
  jwks: v.optional(Jwks),
  /** The URL of the keys instead, read for each token. */
  jwksUrl: v.optional(v.pipe(v.string(), v.regex(LOOPBACK, 'must be http on loopback'))),
})

export type Grant = v.InferOutput<typeof Grant>
export type Role = v.InferOutput<typeof Role>
export type Jwks = v.InferOutput<typeof Jwks>
export type OidcProvider = v.InferOutput<typeof OidcProvider>
