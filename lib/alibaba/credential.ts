/** Alibaba credentials: a source hands out keys that are valid now, and can be asked for new ones. */
import credentials from '@alicloud/credentials'
import type { AlibabaKeys } from '../alibaba-identity.js'

export interface KeySource {
  /** Keys that are valid now. Rejects where none can be had. */
  keys(): Promise<AlibabaKeys>
  /** Forgets what is held, so that the next keys are asked for anew; false where they are fixed. */
  renew(): boolean
}

export const fixedKeys = (keys: AlibabaKeys): KeySource => ({ keys: async () => keys, renew: () => false })

/** The default chain of `@alicloud/credentials`: environment, CLI profile, ECS or ECI instance role, credentials URI. */
export function defaultChain(): KeySource {
  let chain = new credentials.default()
  return {
    async keys() {
      const { accessKeyId = '', accessKeySecret = '', securityToken } = await chain.getCredential()
      return { accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) }
    },
    renew() {
      chain = new credentials.default()
      return true
    },
  }
}

/** A source as the SDK core asks for credentials: it calls nothing but `getCredential` (openapi-core 1.0.8, client.ts, callApi). */
export function toSdkCredential(source: KeySource): credentials.default {
  const sdkCredential = {
    async getCredential() {
      const keys = await source.keys()
      return { ...keys, type: keys.securityToken === undefined ? 'access_key' : 'sts' }
    },
  }
  return sdkCredential as unknown as credentials.default
}
