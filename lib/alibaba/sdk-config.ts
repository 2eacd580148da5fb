/** Settings of a client of Alibaba's SDK core: a server, and keys from a source. */
import type credentials from '@alicloud/credentials'
import core from '@alicloud/openapi-core'
import { holdSecrets } from '../scrub.js'
import type { KeySource } from './credential.js'

export interface Server {
  /** `host[:port]`. */
  readonly endpoint: string
  /** `https` or `http`. */
  readonly protocol: string
}

/** `source`: absent for calls that need no signature. */
export function toSdkConfig(server: Server, source: KeySource | undefined) {
  const config = new core.$OpenApiUtil.Config({ ...server })
  // Set, not passed: a credential that is passed has the core load its whole library of credentials, to look at its class.
  if (source) config.credential = toSdkCredential(source)
  return config
}

/** It calls nothing but `getCredential` (openapi-core 1.0.8, client.ts, callApi). */
function toSdkCredential(source: KeySource): credentials.default {
  const sdkCredential = {
    async getCredential() {
      const keys = await source.keys()
      holdSecrets(keys.accessKeySecret, keys.securityToken)
      return { ...keys, type: keys.securityToken === undefined ? 'access_key' : 'sts' }
    },
  }
  return sdkCredential as unknown as credentials.default
}
