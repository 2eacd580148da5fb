/** What a world file says of trust: who has granted what, which roles may be assumed, whose tokens are believed. */
import * as v from 'valibot'
import { RamPolicy } from '../auth/ram-policy.js'

const SESSION_SECONDS = { least: 900, most: 43_200 } as const

export const Grant = v.strictObject({
  childInstanceId: v.string(),
  cenId: v.string(),
  /** The account that it was granted to; absent: the owner of the CEN, whoever that is. */
  cenOwnerId: v.optional(v.string()),
  /** The owner makes it then, seconds after the start; absent: it has been made. */
  afterSeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
})

export const Role = v.strictObject({
  roleName: v.string(),
  /** Absent: a role of this name is in every account. An entry with an account goes before one without. */
  accountId: v.optional(v.string()),
  /** Accounts whose identities may assume it; absent: the account of the printed keys. */
  trustedAccounts: v.optional(v.array(v.string())),
  /** ARNs of the OIDC providers whose tokens may assume it. */
  trustedOidcProviders: v.optional(v.array(v.string()), []),
  /** The `sub` that such a token must have, `*` for any text. */
  trustedSubject: v.optional(v.string()),
  externalId: v.optional(v.string()),
  maxSessionSeconds: v.optional(
    v.pipe(v.number(), v.minValue(SESSION_SECONDS.least), v.maxValue(SESSION_SECONDS.most)),
    3_600,
  ),
  /** What the role may do; absent: everything in its account. */
  policy: v.optional(RamPolicy),
})

export const Jwks = v.object({ keys: v.array(v.record(v.string(), v.unknown())) })

const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\//

export const OidcProvider = v.strictObject({
  /** `acs:ram::ACCOUNT:oidc-provider/NAME` */
  arn: v.pipe(v.string(), v.regex(/^acs:ram::\d+:oidc-provider\/[\w.-]+$/, 'is not the ARN of an OIDC provider')),
  issuer: v.string(),
  /** The client ids of the provider: a token must be meant for one of them. */
  audiences: v.array(v.string()),
  /** The issuer's public keys. */
  jwks: v.optional(Jwks),
  /** Where they are read from instead, each time a token is shown. */
  jwksUrl: v.optional(v.pipe(v.string(), v.regex(LOOPBACK, 'must be http on loopback'))),
})

export type Grant = v.InferOutput<typeof Grant>
export type Role = v.InferOutput<typeof Role>
export type Jwks = v.InferOutput<typeof Jwks>
export type OidcProvider = v.InferOutput<typeof OidcProvider>
