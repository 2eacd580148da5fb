/** Settings of a client of Alibaba's SDK core: server, keys, timeouts, and the largest answer. */
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

/**
 * `httpx` 2.3 starts a timer for each request, stores it on the socket, and clears it in its own `read`, which the core does
 * not use. Uncleared it keeps request and answer in memory until it fires, raises an error for a finished call, and stops the
 * timer of the call that the connection carries by then.
 */
const READ_TIMER_NAME = 'TIMER::READ_TIMER'
/** The largest answer, in bytes; a page of fifty entries has about a hundredth of it. */
const MAX_ANSWER_BYTES = 4 * 1_048_576

let timerSymbol: symbol | undefined
let isSubscribed = false

/** Covers all later answers to `httpx` in this process; answers to other clients have no such timer and are unaffected. */
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
    // When the answer ends, another request may already use the connection, with its own timer.
    response.once('close', () => clearTimeout(timer))
    limitSize(response)
  })
}

/**
 * The core buffers the whole answer. Node's parser ends an answer at its declared length; the bytes of any other are counted
 * as the parser pushes them, so that every chunk is counted.
 */
function limitSize(response: IncomingMessage): void {
  const { headers } = response
  // `httpx.read` would decompress an answer to any size; no request accepts compressed answers.
  if (headers['content-encoding'] !== undefined) delete headers['content-encoding']
  if (Number(headers['content-length']) <= MAX_ANSWER_BYTES) return
  const push = response.push.bind(response)
  let bytes = 0
  response.push = (chunk: Buffer | null, encoding) => {
    bytes += chunk?.length ?? 0
    if (bytes <= MAX_ANSWER_BYTES) return push(chunk, encoding)
    response.destroy(Object.assign(new Error(`more than ${MAX_ANSWER_BYTES} bytes`), { name: TOO_LONG }))
    return false
  }
}
