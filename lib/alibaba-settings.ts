/** The settings of whoever calls Alibaba's APIs, be it the worker or its function in Function Compute. */
import type { SettingReader } from './setting-reader.js'

export interface AlibabaEndpoints {
  readonly cbn: string
  readonly sts: string
  /** Absent: that of the region of a call. */
  readonly vpc?: string
  readonly smartag?: string
}

export interface AlibabaSettings {
  readonly endpoints: AlibabaEndpoints
  /** The account that owns the CENs; absent: that of the credentials. */
  readonly cenOwnerId?: string
  /** The role that grants for the owner of a child instance, in the owner's account. */
  readonly grantRoleName?: string
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export function readAlibabaSettings({ matching, endpoint }: SettingReader): AlibabaSettings {
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
      ...(vpc !== '' && { vpc }),
      ...(smartag !== '' && { smartag }),
    },
    ...(cenOwnerId !== undefined && { cenOwnerId }),
    ...(grantRoleName !== undefined && { grantRoleName }),
  }
}

export function readLogLevel({ said, fault }: SettingReader): LogLevel {
  const logLevel = LOG_LEVELS.find((level) => level === (said('LOG_LEVEL') ?? 'info').toLowerCase())
  if (logLevel === undefined) fault('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`)
  return logLevel ?? 'info'
}
