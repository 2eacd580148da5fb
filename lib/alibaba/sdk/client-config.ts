/** Settings of a client of Alibaba's SDK core: server, keys and timeouts. */
import type credentials from '@alicloud/credentials'
import core from '@alicloud/openapi-core'
import { RuntimeOptions } from '@darabonba/typescript'
import { holdSecrets } from '../../domain/scrub.js'
import type { KeySource } from '../credentials/key-source.js'
import { watchAnswers } from './watch-answers.js'

interface SdkServer {
  /** `host[:port]`. */
  readonly endpoint: string
  /** `https` or `http`. */
  readonly protocol: string
}

/** `source` is undefined for calls that need no signature. */
export function toSdkConfig(sdkServer: SdkServer, source: KeySource | undefined) {
  const config = new core.$OpenApiUtil.Config({ ...sdkServer })
  // Assigned, because a credential in the constructor makes the core load its whole credentials library.
  if (source) config.credential = toSdkCredential(source)
  return config
}

/** The core calls `getCredential` only (openapi-core 1.0.8, client.ts, callApi). */
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

/**
 * `httpx` 2.3, below the core, sets its connect timeout as the timeout of Node's socket, which ends every silence, also that
 * of a server that works on a call. So both timeouts must be equal: its default connect timeout of 3 s would end slow calls.
 */
export function callRuntime(timeoutMs: number): RuntimeOptions {
  watchAnswers()
  return new RuntimeOptions({ readTimeout: timeoutMs, connectTimeout: timeoutMs })
}
