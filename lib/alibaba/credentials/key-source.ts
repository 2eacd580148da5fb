/** Sources of Alibaba credentials: fixed keys, the default chain, and the keys of a function's invocation. */
import type credentials from '@alicloud/credentials'
import type { AlibabaKeys } from '../../config/alibaba.js'
import { failureOf } from '../../domain/failure.js'

export interface KeySource {
  /** Keys that are valid now. Rejects if there are none. */
  keys(): Promise<AlibabaKeys>
  /** Drops the cached keys, so that the next call reads new ones; false if the keys are fixed. */
  renew(): boolean
}

export const fixedKeys = (keys: AlibabaKeys): KeySource => ({ keys: async () => keys, renew: () => false })

/**
 * The default chain of `@alicloud/credentials`: environment, CLI profile, ECS or ECI instance role, credentials URI. The
 * library is loaded on demand.
 */
export function defaultChain(): KeySource {
  let chain: Promise<credentials.default> | undefined
  const build = async () => {
    const { default: library } = await import('@alicloud/credentials')
    return new library.default()
  }
  return {
    async keys() {
      chain ??= build()
      const { accessKeyId = '', accessKeySecret = '', securityToken } = await (await chain).getCredential()
      return { accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) }
    },
    renew() {
      chain = undefined
      return true
    },
  }
}

interface InvocationKeys extends KeySource {
  set(keys: AlibabaKeys | undefined): void
}

/** The host passes new keys with each invocation; the latest serve all calls, also those under way. */
export function createInvocationKeys(): InvocationKeys {
  let current: AlibabaKeys | undefined
  return {
    set(keys) {
      current = keys
    },
    async keys() {
      if (current === undefined) throw failureOf({ code: 'FunctionMisconfigured', advice: ROLE_MISSING })
      return current
    },
    renew: () => false,
  }
}

const ROLE_MISSING = 'The function has no RAM role; give it the one of docs/function-compute.md.'
