/** The settings of a caller of Alibaba's APIs: the worker or its function in Function Compute. */
import { GRANT_ORDER_TYPES, type GrantOrderType } from '../domain/grant-call.js'
import { LOG_LEVELS, type LogLevel } from '../telemetry/log.js'
import type { SettingReader } from './setting-reader.js'

interface AlibabaEndpoints {
  readonly cbn: string
  readonly sts: string
  /** Called by `doctor` only. */
  readonly ram: string
  /** Absent: the endpoint of the region of the call. */
  readonly vpc?: string
  readonly smartag?: string
}

export interface AlibabaSettings {
  readonly endpoints: AlibabaEndpoints
  /** The account that owns the CENs; absent: the account of the credentials. */
  readonly cenOwnerId?: string
  /** What is done about a region without a transit router. */
  readonly transitRouter: 'create' | 'existing'
  /** What the routing fields of a request default to. */
  readonly routing: 'connected' | 'none'
  readonly grantOrderType: GrantOrderType
  /** The role in the owner's account that grants for the owner of a child instance. */
  readonly grantRoleName?: string
}

export function readAlibabaSettings({ matching, endpoint, oneOf }: SettingReader): AlibabaSettings {
  const cenOwnerId = matching('CEN_OWNER_ID', /^\d{1,20}$/, 'must be an account id: digits')
  const grantRoleName = matching(
    'GRANT_ROLE_NAME',
    /^[\w.-]{1,64}$/,
    'must be the name of a RAM role: 1 to 64 characters of A-Z a-z 0-9 . _ -',
  )
  const vpc = endpoint('VPC_ENDPOINT', '')
  const smartag = endpoint('SMARTAG_ENDPOINT', '')
  return {
    endpoints: {
      cbn: endpoint('CBN_ENDPOINT', 'https://cbn.aliyuncs.com'),
      sts: endpoint('STS_ENDPOINT', 'https://sts.aliyuncs.com'),
      ram: endpoint('RAM_ENDPOINT', 'https://ram.aliyuncs.com'),
      ...(vpc !== '' && { vpc }),
      ...(smartag !== '' && { smartag }),
    },
    transitRouter: oneOf('TRANSIT_ROUTER', ['create', 'existing']),
    routing: oneOf('ROUTING', ['connected', 'none']),
    grantOrderType: oneOf('GRANT_ORDER_TYPE', GRANT_ORDER_TYPES),
    ...(cenOwnerId !== undefined && { cenOwnerId }),
    ...(grantRoleName !== undefined && { grantRoleName }),
  }
}

export function readLogLevel({ optional, fault }: SettingReader): LogLevel {
  const logLevel = LOG_LEVELS.find((level) => level === (optional('LOG_LEVEL') ?? 'info').toLowerCase())
  if (logLevel === undefined) fault('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`)
  return logLevel ?? 'info'
}

export interface AlibabaKeys {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

/** A source of keys that are not from an assumed role. */
export type BaseKeySource =
  /** Keys in the settings. */
  | { readonly kind: 'keys'; readonly keys: AlibabaKeys }
  /** Keys in a secret of AWS Secrets Manager, by its ARN. */
  | { readonly kind: 'secret'; readonly secretArn: string }
  /** The default chain of `@alicloud/credentials`: CLI profile, instance role, credentials URI. */
  | { readonly kind: 'chain' }

export type AlibabaIdentity =
  | BaseKeySource
  /** A RAM role, assumed with such keys. */
  | { readonly kind: 'role'; readonly roleArn: string; readonly by: BaseKeySource; readonly sessionName: string }
  /** A RAM role, assumed with an OIDC token from `tokenFile`, or else from AWS. */
  | {
      readonly kind: 'oidc'
      readonly roleArn: string
      readonly providerArn: string
      readonly tokenFile?: string
      readonly audience: string
      readonly sessionName: string
    }

/** The audience of a provider in Alibaba's own OIDC guides (RAM, RRSA). */
export const OIDC_AUDIENCE = 'sts.aliyuncs.com'
const ROLE_ARN = /^acs:ram::\d{1,20}:role\/[\w.-]{1,64}$/
const PROVIDER_ARN = /^acs:ram::\d{1,20}:oidc-provider\/[\w.-]{1,128}$/
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}$/
/** RoleSessionName: 2 to 64 characters (STS, AssumeRole). */
const SESSION_NAME = /^[\w.@-]{2,64}$/

/** Reads the identity. An OIDC provider takes precedence over keys, so that a leftover key cannot disable keyless sign-in. */
export function readIdentity(reader: SettingReader): AlibabaIdentity {
  const { optional, fault, matching } = reader
  const baseKeys = readBaseKeys(reader)
  const roleArn = matching('ALIBABA_CLOUD_ROLE_ARN', ROLE_ARN, 'must be the ARN of a RAM role, acs:ram::…:role/…')
  const providerArn = matching(
    'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
    PROVIDER_ARN,
    'must be the ARN of an OIDC provider, acs:ram::…:oidc-provider/…',
  )
  const sessionName =
    matching('ALIBABA_CLOUD_ROLE_SESSION_NAME', SESSION_NAME, 'must be 2 to 64 characters of A-Z a-z 0-9 . @ - _') ??
    'cen-attach'
  const tokenFile = optional('ALIBABA_CLOUD_OIDC_TOKEN_FILE')
  const audience = optional('ALIBABA_CLOUD_OIDC_AUDIENCE') ?? OIDC_AUDIENCE
  if (providerArn !== undefined && roleArn === undefined && optional('ALIBABA_CLOUD_ROLE_ARN') === undefined)
    fault('ALIBABA_CLOUD_ROLE_ARN', 'is not set, but ALIBABA_CLOUD_OIDC_PROVIDER_ARN is: which role shall be assumed?')
  if (tokenFile !== undefined && optional('ALIBABA_CLOUD_OIDC_PROVIDER_ARN') === undefined)
    fault('ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'is not set, but ALIBABA_CLOUD_OIDC_TOKEN_FILE is')

  if (roleArn !== undefined && providerArn !== undefined)
    return { kind: 'oidc', roleArn, providerArn, audience, sessionName, ...(tokenFile !== undefined && { tokenFile }) }
  if (roleArn !== undefined) return { kind: 'role', roleArn, sessionName, by: baseKeys }
  return baseKeys
}

function readBaseKeys(reader: SettingReader): BaseKeySource {
  const { optional, fault } = reader
  const keys = readKeys(reader)
  const secretArn = optional('ALIBABA_CLOUD_CREDENTIALS_SECRET')
  if (secretArn === undefined) return keys ? { kind: 'keys', keys } : { kind: 'chain' }
  if (!SECRET_ARN.test(secretArn))
    fault('ALIBABA_CLOUD_CREDENTIALS_SECRET', 'must be the ARN of a secret, arn:aws:secretsmanager:…:secret:…')
  if (keys)
    fault('ALIBABA_CLOUD_CREDENTIALS_SECRET', 'is set, and so is ALIBABA_CLOUD_ACCESS_KEY_ID: which shall it be?')
  return { kind: 'secret', secretArn }
}

function readKeys({ optional, fault }: SettingReader): AlibabaKeys | undefined {
  const accessKeyId = optional('ALIBABA_CLOUD_ACCESS_KEY_ID')
  const accessKeySecret = optional('ALIBABA_CLOUD_ACCESS_KEY_SECRET')
  const securityToken = optional('ALIBABA_CLOUD_SECURITY_TOKEN')
  if (accessKeyId !== undefined && accessKeySecret === undefined)
    fault('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'is not set, but ALIBABA_CLOUD_ACCESS_KEY_ID is')
  if (accessKeyId === undefined && accessKeySecret !== undefined)
    fault('ALIBABA_CLOUD_ACCESS_KEY_ID', 'is not set, but ALIBABA_CLOUD_ACCESS_KEY_SECRET is')
  if (accessKeyId === undefined || accessKeySecret === undefined) return undefined
  return { accessKeyId, accessKeySecret, ...(securityToken !== undefined && { securityToken }) }
}
