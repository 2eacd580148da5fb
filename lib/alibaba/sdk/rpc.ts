/** Calls of an Alibaba RPC API, over the generic call of Alibaba's SDK core; answers carry failures as values. */
import type { Clock } from '../../domain/clock.js'
import { type Answer, answered, failureOf } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { NO_OBSERVER, type Observer } from '../../telemetry/observer.js'
import type { KeySource } from '../credentials/key-source.js'
import { toCallFailure } from './call-failure.js'
import { createLazySdkClient } from './lazy-sdk-client.js'
import { createSignedCall } from './signed-call.js'

/** The version of each API. */
export const API_VERSIONS = {
  cbn: '2017-09-12',
  vpc: '2016-04-28',
  smartag: '2018-03-13',
  ram: '2015-05-01',
  sts: '2015-04-01',
} as const

export interface RpcApi {
  /** `https://host[:port]`, or http for loopback. */
  readonly endpoint: string
  readonly version: string
}

export type Body = Readonly<Record<string, unknown>>

/** Calls an action with its parameters in the API's spelling. Never rejects. */
export type RpcCall = (
  action: string,
  query: Readonly<Record<string, string>>,
  limits: CallLimits,
) => Promise<Answer<Body>>

/** The SDK's default is 3 s, after which the outcome of a slow attach would be unknown. */
const TIMEOUT_MS = 10_000

const NO_ANSWER = 'the answer has another status than 200, or no RequestId'

/** Makes each call once, without retries and unobserved. `source` is undefined for calls that need no signature. */
export function createSingleCall(api: RpcApi, source: KeySource | undefined, clock: Clock): RpcCall {
  const authType = source ? 'AK' : 'Anonymous'
  const client = createLazySdkClient(api.endpoint, source, { ...RPC_PARAMS, authType, version: api.version })
  return async (action, query, limits) => {
    const timeoutMs = Math.max(1, Math.min(TIMEOUT_MS, limits.deadlineMs - clock.now()))
    try {
      const { statusCode: httpStatus, body } = await client.send(action, { query }, timeoutMs)
      // The core takes any status below 400 for a success, also a redirect of a proxy.
      if (httpStatus === 200 && typeof (body as Body | undefined)?.RequestId === 'string') return answered(body as Body)
      return { ok: false, failure: failureOf({ code: 'UnreadableAnswer', message: NO_ANSWER, httpStatus }) }
    } catch (error) {
      return { ok: false, failure: toCallFailure(error, action) }
    }
  }
}

/** `source` is undefined for calls that need no signature. */
export function createRpcCall(
  api: RpcApi,
  source: KeySource | undefined,
  clock: Clock,
  observer: Observer = NO_OBSERVER,
): RpcCall {
  const callOnce = createSingleCall(api, source, clock)
  const signed = createSignedCall(source, clock, observer)
  return (action, query, limits) => signed(action, () => callOnce(action, query, limits), limits)
}

/** The constant part of `Params`, as in the generated clients. */
export const RPC_PARAMS = {
  protocol: 'HTTPS',
  pathname: '/',
  method: 'POST',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
} as const
