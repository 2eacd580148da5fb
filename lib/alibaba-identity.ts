/** Who cen-attach is for Alibaba: read from the settings, one way at a time. */

export interface AlibabaKeys {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

/** Where keys come from that nobody assumed. */
export type KeyHolder =
  /** Keys that the settings name. */
  | { readonly kind: 'keys'; readonly keys: AlibabaKeys }
  /** Keys in a secret of AWS Secrets Manager, by its ARN. */
  | { readonly kind: 'secret'; readonly secretArn: string }
  /** The default chain of `@alicloud/credentials`: CLI profile, instance role, credentials URI. */
  | { readonly kind: 'chain' }

export type AlibabaIdentity =
  | KeyHolder
  /** A RAM role, assumed by such keys. */
  | { readonly kind: 'role'; readonly roleArn: string; readonly by: KeyHolder; readonly sessionName: string }
  /** A RAM role, assumed by an OIDC token: from a file, or from AWS where there is none. */
  | {
      readonly kind: 'oidc'
      readonly roleArn: string
      readonly providerArn: string
      readonly tokenFile?: string
      readonly audience: string
      readonly sessionName: string
    }

type Said = (name: string) => string | undefined
type Fault = (name: string, message: string) => void

/** What Alibaba's own OIDC guides name as the audience of a provider (RAM, RRSA). */
const AUDIENCE = 'sts.aliyuncs.com'
const ROLE_ARN = /^acs:ram::\d{1,20}:role\/[\w.-]{1,64}$/
const PROVIDER_ARN = /^acs:ram::\d{1,20}:oidc-provider\/[\w.-]{1,128}$/
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}$/
/** RoleSessionName: 2 to 64 characters (STS, AssumeRole). */
const SESSION_NAME = /^[\w.@-]{2,64}$/

/** Reads the identity. An OIDC provider that is named goes before keys: what is keyless is never defeated by a key that was left over. */
export function readIdentity(said: Said, fault: Fault): AlibabaIdentity {
  const holder = readHolder(said, fault)
  const roleArn = matching('ALIBABA_CLOUD_ROLE_ARN', ROLE_ARN, 'must be the ARN of a RAM role, acs:ram::…:role/…')
  const providerArn = matching(
    'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
    PROVIDER_ARN,
    'must be the ARN of an OIDC provider, acs:ram::…:oidc-provider/…',
  )
  const sessionName =
    matching('ALIBABA_CLOUD_ROLE_SESSION_NAME', SESSION_NAME, 'must be 2 to 64 characters of A-Z a-z 0-9 . @ - _') ??
    'cen-attach'
  const tokenFile = said('ALIBABA_CLOUD_OIDC_TOKEN_FILE')
  const audience = said('ALIBABA_CLOUD_OIDC_AUDIENCE') ?? AUDIENCE
  if (providerArn !== undefined && roleArn === undefined && said('ALIBABA_CLOUD_ROLE_ARN') === undefined)
    fault('ALIBABA_CLOUD_ROLE_ARN', 'is not set, but ALIBABA_CLOUD_OIDC_PROVIDER_ARN is: which role shall be assumed?')
  if (tokenFile !== undefined && said('ALIBABA_CLOUD_OIDC_PROVIDER_ARN') === undefined)
    fault('ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'is not set, but ALIBABA_CLOUD_OIDC_TOKEN_FILE is')

  if (roleArn !== undefined && providerArn !== undefined)
    return { kind: 'oidc', roleArn, providerArn, audience, sessionName, ...(tokenFile !== undefined && { tokenFile }) }
  if (roleArn !== undefined) return { kind: 'role', roleArn, sessionName, by: holder }
  return holder

  function matching(name: string, pattern: RegExp, rule: string): string | undefined {
    const value = said(name)
    if (value === undefined || pattern.test(value)) return value
    fault(name, rule)
    return undefined
  }
}

function readHolder(said: Said, fault: Fault): KeyHolder {
  const keys = readKeys(said, fault)
  const secretArn = said('ALIBABA_CLOUD_CREDENTIALS_SECRET')
  if (secretArn === undefined) return keys ? { kind: 'keys', keys } : { kind: 'chain' }
  if (!SECRET_ARN.test(secretArn))
    fault('ALIBABA_CLOUD_CREDENTIALS_SECRET', 'must be the ARN of a secret, arn:aws:secretsmanager:…:secret:…')
  if (keys)
    fault('ALIBABA_CLOUD_CREDENTIALS_SECRET', 'is set, and so is ALIBABA_CLOUD_ACCESS_KEY_ID: which shall it be?')
  return { kind: 'secret', secretArn }
}

function readKeys(said: Said, fault: Fault): AlibabaKeys | undefined {
  const accessKeyId = said('ALIBABA_CLOUD_ACCESS_KEY_ID')
  const accessKeySecret = said('ALIBABA_CLOUD_ACCESS_KEY_SECRET')
  const securityToken = said('ALIBABA_CLOUD_SECURITY_TOKEN')
  if (accessKeyId !== undefined && accessKeySecret === undefined)
    fault('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'is not set, but ALIBABA_CLOUD_ACCESS_KEY_ID is')
  if (accessKeyId === undefined && accessKeySecret !== undefined)
    fault('ALIBABA_CLOUD_ACCESS_KEY_ID', 'is not set, but ALIBABA_CLOUD_ACCESS_KEY_SECRET is')
  if (accessKeyId === undefined || accessKeySecret === undefined) return undefined
  return { accessKeyId, accessKeySecret, ...(securityToken !== undefined && { securityToken }) }
}
