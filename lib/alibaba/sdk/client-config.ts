/** Settings of a client of Alibaba's SDK core: a server, and keys from a source. */

import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type credentials from '@alicloud/credentials'
import core from '@alicloud/openapi-core'
import { RuntimeOptions } from '@darabonba/typescript'
import { holdSecrets } from '../../domain/scrub.js'
import type { KeySource } from '../credentials/key-source.js'
import { TOO_LONG } from './call-failure.js'

interface SdkServer {
  /** `host[:port]`. */
  readonly endpoint: string
  /** `https` or `http`. */
  readonly protocol: string
}

/** `source`: absent for calls that need no signature. */
export function toSdkConfig(sdkServer: SdkServer, source: KeySource | undefined) {
  const config = new core.$OpenApiUtil.Config({ ...sdkServer })
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

/**
 * `httpx` 2.3, below the core, hands what it calls the connect timeout to Node as the timeout of the socket, which ends
 * every silence, also that of a server at work on a call. So the two are one: neither its default of 3 s nor a shorter one.
 */
export function callRuntime(timeoutMs: number): RuntimeOptions {
  watchAnswers()
  return new RuntimeOptions({ readTimeout: timeoutMs, connectTimeout: timeoutMs })
}

/**
 * `httpx` 2.3 starts a timer for each request, keeps it on the socket, and ends it in its own `read`, which the core does not
 * use. Left alone it keeps request and answer in memory until it fires, makes an error of a call that was long over, and
 * ends the timer of whichever call the connection carries by then.
 */
const READ_TIMER_NAME = 'TIMER::READ_TIMER'
/** The longest answer that is read, in bytes; a page of fifty entries has a hundredth of it. */
const MOST_ANSWER_BYTES = 4 * 1_048_576

let timerSymbol: symbol | undefined
let isSubscribed = false

/** From the first call on, for all answers to `httpx` in this process; those of other clients have no such timer and are left alone. */
export function watchAnswers(): void {
  if (isSubscribed) return
  isSubscribed = true
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    const socket = request.socket as { [key: symbol]: NodeJS.Timeout | undefined } | null
    if (socket === null) return
    timerSymbol ??= Object.getOwnPropertySymbols(socket).find(({ description }) => description === READ_TIMER_NAME)
    const timer = timerSymbol && socket[timerSymbol]
    if (!timer) return
    // By the answer's end another request may have the connection, and a timer of its own on it.
    response.once('close', () => clearTimeout(timer))
    bound(response)
  })
}

/** The core keeps every chunk until the end; what comes in is counted where the parser hands it over, so that nobody misses a chunk. */
function bound(response: IncomingMessage): void {
  // The core does not unpack; `httpx.read` does, to any length, though nobody asks for packed answers.
  delete response.headers['content-encoding']
  const push = response.push.bind(response)
  let bytes = 0
  response.push = (chunk: Buffer | null, encoding) => {
    bytes += chunk?.length ?? 0
    if (bytes <= MOST_ANSWER_BYTES) return push(chunk, encoding)
    response.destroy(Object.assign(new Error(`more than ${MOST_ANSWER_BYTES} bytes`), { name: TOO_LONG }))
    return false
  }
}
