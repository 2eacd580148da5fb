/** Where Alibaba credentials come from: keys that the settings name, or the default chain of `@alicloud/credentials`. */
import credentials from '@alicloud/credentials'
import type { AlibabaKeys } from '../config.js'

export type Credential = credentials.default

export interface CredentialSettings {
  /** Absent: environment, OIDC token file, CLI profile, instance role, in the order of the library's default chain. */
  readonly keys?: AlibabaKeys
}

export function createCredential({ keys }: CredentialSettings): Credential {
  if (!keys) return new credentials.default()
  const { accessKeyId, accessKeySecret, securityToken } = keys
  const config = new credentials.Config({
    type: securityToken === undefined ? 'access_key' : 'sts',
    accessKeyId,
    accessKeySecret,
    ...(securityToken !== undefined && { securityToken }),
  })
  return new credentials.default(config)
}
