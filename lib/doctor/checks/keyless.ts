/** The keyless chain, link by link: a token, its issuer, its audience, and the session that Alibaba gives for it. */
import * as v from 'valibot'
import type { AlibabaIdentity } from '../../config/alibaba.js'
import type { Failure } from '../../domain/failure.js'
import { shellWord } from '../../domain/shell.js'
import { tokenClaims } from '../../domain/web-token.js'
import type { Check } from '../check.js'
import type { Examined } from '../examined.js'
import { error, type Finding, ok, unknown, unread, warning, whyUnread } from '../finding.js'
import type { Probes } from '../probes.js'

type Oidc = Extract<AlibabaIdentity, { kind: 'oidc' }>

const Claims = v.object({
  iss: v.string(),
  sub: v.string(),
  aud: v.union([v.string(), v.array(v.string())]),
  exp: v.number(),
})
type Claims = v.InferOutput<typeof Claims>

/** The claims of a JWT, unverified; undefined if it is none. */
function claimsOf(token: string): Claims | undefined {
  const parsed = v.safeParse(Claims, tokenClaims(token))
  return parsed.success ? parsed.output : undefined
}

const providerName = ({ providerArn }: Oidc): string => providerArn.split('/').at(-1) ?? ''
const roleName = ({ roleArn }: Oidc): string => roleArn.split('/').at(-1) ?? ''

/** True: the token is for another identity than that of the function, so that a refusal proves nothing about the function. */
const isForOther = ({ stage }: Examined, claims: Claims | undefined): boolean =>
  stage?.roleArn !== undefined && claims?.sub !== stage.roleArn

async function readClaims({ keyless }: Probes): Promise<Claims | undefined> {
  const token = await keyless.token()
  return token.ok ? claimsOf(token.value) : undefined
}

/** The link that STS names by its code (Container Service, RRSA: errors and their causes), and what mends it. */
const REFUSED_LINKS: readonly {
  readonly code: RegExp
  readonly link: string
  fix(oidc: Oidc, claims?: Claims): string
}[] = [
  {
    code: /IssuerNotMatch/i,
    link: 'the issuer is not that of the OIDC provider',
    fix: (oidc, claims) =>
      `aliyun ims UpdateOIDCProvider --OIDCProviderName ${providerName(oidc)} --IssuerUrl ${shellWord(claims?.iss ?? 'ISSUER')}`,
  },
  {
    code: /AudienceNotMatch/i,
    link: 'the OIDC provider does not know the audience',
    fix: (oidc) =>
      `aliyun ims AddClientIdToOIDCProvider --OIDCProviderName ${providerName(oidc)} --ClientId ${shellWord(oidc.audience)}`,
  },
  {
    code: /Fingerprint|IssuerConfigurationBroken|Certificate/i,
    link: 'the fingerprint of the OIDC provider is not that of the issuer, or its keys cannot be read',
    fix: (oidc) => `aliyun ims GetOIDCProvider --OIDCProviderName ${providerName(oidc)}`,
  },
  {
    code: /Expired/i,
    link: 'the token has expired: this clock, or that of the issuer, is wrong',
    fix: () => 'timedatectl status',
  },
  {
    code: /NoPermission/i,
    link: 'the OIDC provider does not exist, or the trust of the role does not allow issuer, audience and subject',
    fix: (oidc) => `aliyun ram GetRole --RoleName ${roleName(oidc)}`,
  },
  {
    code: /EntityNotExist/i,
    link: 'the role does not exist',
    fix: (oidc) =>
      `aliyun ram CreateRole --RoleName ${roleName(oidc)} --AssumeRolePolicyDocument "$(cat docs/ram/keyless-role-trust.json)"`,
  },
]

function refusedSession(oidc: Oidc, { code }: Failure, claims: Claims | undefined): Finding {
  const known = REFUSED_LINKS.find((one) => one.code.test(code))
  const subject = claims ? `; the subject is ${claims.sub}` : ''
  if (known) return error('session', `${known.link} (${code})${subject}`, known.fix(oidc, claims))
  return error('session', `Alibaba refuses the token (${code})`, `npx cen-attach codes ${shellWord(code)}`)
}

const forOidc =
  (run: (oidc: Oidc, examined: Examined, probes: Probes) => Promise<readonly Finding[]>): Check['run'] =>
  async (examined, probes) => {
    const { alibabaIdentity } = examined.config
    if (alibabaIdentity.kind !== 'oidc' || examined.stage?.ownAlibabaIdentity) return []
    return run(alibabaIdentity, examined, probes)
  }

export const KEYLESS_CHECKS: readonly Check[] = [
  {
    id: 'token',
    topic: 'Keyless',
    looksAt: 'the token: who signs it, for whom, until when',
    run: forOidc(async ({ tokenFile, audience }, { nowMs, stage }, probes) => {
      const token = await probes.keyless.token()
      if (!token.ok) {
        const fix = tokenFile ? `check ALIBABA_CLOUD_OIDC_TOKEN_FILE: ls -l ${shellWord(tokenFile)}` : undefined
        if (/Federation/i.test(token.failure.code))
          return [
            error(
              'token',
              `AWS does not sign tokens in this account (${token.failure.code})`,
              'aws iam enable-outbound-web-identity-federation',
            ),
          ]
        const denied = fix ?? 'allow sts:GetWebIdentityToken to the role (docs/identities.md, keyless)'
        const finding = unread('token', token.failure, {
          denied,
          missing: fix ?? 'set AWS_REGION',
          unreachable: 'set AWS_REGION',
          other: fix ?? denied,
        })
        return [stage?.roleArn === undefined ? { ...finding, level: 'error' } : finding]
      }
      const claims = claimsOf(token.value)
      if (claims === undefined)
        return [
          error(
            'token',
            'it is no JWT with iss, sub, aud and exp',
            tokenFile ? `check what writes ${shellWord(tokenFile)}` : 'check AWS_ENDPOINT_URL_STS',
          ),
        ]
      const left = Math.round(claims.exp - nowMs / 1_000)
      if (left <= 0)
        return [
          error(
            'token',
            `it expired ${-left} s ago`,
            tokenFile ? `check what writes ${shellWord(tokenFile)}` : 'timedatectl status',
          ),
        ]
      const audiences = [claims.aud].flat()
      const found = [ok('token', `for ${claims.sub}, valid for ${left} s`)]
      if (audiences.includes(audience)) return [...found, ok('audience', audience)]
      return [
        ...found,
        error(
          'audience',
          `is ${audiences.join(', ')}, not ${audience}`,
          `export ALIBABA_CLOUD_OIDC_AUDIENCE=${shellWord(audiences[0] ?? '')}`,
        ),
      ]
    }),
  },
  {
    id: 'issuer',
    topic: 'Keyless',
    looksAt: 'the issuer of the token, and the fingerprint of its certificate',
    run: forOidc(async (oidc, _examined, probes) => {
      const claims = await readClaims(probes)
      if (claims === undefined) return []
      const issuer = await probes.keyless.issuer(claims.iss)
      if (!issuer.ok)
        return [
          warning(
            'issuer',
            `${claims.iss}: its keys cannot be read from here (${issuer.failure.message})`,
            `curl ${shellWord(`${claims.iss}/.well-known/openid-configuration`)}`,
          ),
        ]
      const { fingerprint } = issuer.value
      return [
        ok('issuer', `${claims.iss} answers`),
        ...(fingerprint
          ? [ok('fingerprint', `${fingerprint}; the OIDC provider ${providerName(oidc)} must have it`)]
          : []),
      ]
    }),
  },
  {
    id: 'session',
    topic: 'Keyless',
    looksAt: 'the session that Alibaba gives for the token: provider, fingerprint, audience and trust of the role',
    run: forOidc(async (oidc, examined, probes) => {
      const token = await probes.keyless.token()
      if (!token.ok) return []
      const session = await probes.alibaba.session()
      if (session.ok) return [ok('session', `the role ${oidc.roleArn} trusts the token`)]
      const claims = claimsOf(token.value)
      if (isForOther(examined, claims)) {
        const found = `not known: the token of this shell is for ${claims?.sub}, and only that of the function counts`
        return [unknown('session', found, 'npx cen-attach submit FILE --dry-run --campaign first --watch')]
      }
      if (whyUnread(session.failure) === 'unreachable')
        return [unread('session', session.failure, { unreachable: 'check STS_ENDPOINT' })]
      return [refusedSession(oidc, session.failure, claims)]
    }),
  },
]
