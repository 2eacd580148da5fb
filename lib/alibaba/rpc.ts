/** One call of an Alibaba RPC API, through the generic call of Alibaba's own SDK core; answers carry failures as values. */
import core from '@alicloud/openapi-core'
import { RuntimeOptions } from '@darabonba/typescript'
import { type Failure, failureOf } from '../failure.js'
import type { Answer, CallLimits, Clock } from '../ports.js'
import { toCallFailure } from './call-failure.js'
import { type KeySource, toSdkCredential } from './credential.js'
import { withShortRetries } from './short-retries.js'

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

/** The SDK's own default is 3 s; an attach that takes longer would have an unknown outcome. */
const READ_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 3_000
/** Credentials that were renewed this recently are not renewed again. */
const RENEWAL_MS = 5_000

/** `source`: absent for calls that need no signature. */
export function createRpcCall(api: RpcApi, source: KeySource | undefined, clock: Clock): RpcCall {
  const { protocol, host } = new URL(api.endpoint)
  const config = { endpoint: host, protocol: protocol.replace(':', '') }
  const credential = source && toSdkCredential(source)
  const client = new core.default(new core.$OpenApiUtil.Config({ ...config, ...(credential && { credential }) }))
  let renewedAtMs = 0

  const callOnce: RpcCall = async (action, query, limits) => {
    try {
      await source?.keys()
    } catch (error) {
      return { ok: false, failure: failureOfKeys(error) }
    }
    const readTimeout = Math.max(1, Math.min(READ_TIMEOUT_MS, limits.deadlineMs - clock.now()))
    const runtime = new RuntimeOptions({ readTimeout, connectTimeout: Math.min(CONNECT_TIMEOUT_MS, readTimeout) })
    try {
      const authType = source ? 'AK' : 'Anonymous'
      const params = new core.$OpenApiUtil.Params({ ...RPC, authType, action, version: api.version })
      const answer = await client.callApi(params, new core.$OpenApiUtil.OpenApiRequest({ query }), runtime)
      const body = answer.body as Body | undefined
      if (typeof body?.RequestId === 'string') return { ok: true, value: body }
      return { ok: false, failure: failureOf({ code: 'UnreadableAnswer', message: 'the answer has no RequestId' }) }
    } catch (error) {
      return { ok: false, failure: toCallFailure(error) }
    }
  }
  return async (action, query, limits) => {
    const answer = await withShortRetries(() => callOnce(action, query, limits), limits, clock)
    if (answer.ok || answer.failure.kind !== 'credentials' || source === undefined) return answer
    // A role's session may have been ended early: new credentials are asked for once, together for all calls that were refused.
    if (clock.now() - renewedAtMs >= RENEWAL_MS) {
      if (!source.renew()) return answer
      renewedAtMs = clock.now()
    }
    return callOnce(action, query, limits)
  }
}

/** What a provider throws may hold whole files and answers, so only a failure that was already classified is kept. */
function failureOfKeys(error: unknown): Failure {
  const { code, kind, message, advice } = (error ?? {}) as Partial<Failure>
  if (kind === undefined || code === undefined) return failureOf({ code: 'CredentialsUnavailable' })
  // An STS that cannot be reached says nothing about the credentials; the call was not made.
  if (PASSES.has(kind)) return error as Failure
  const why = kind === 'credentials' ? advice : message
  return failureOf({ code: 'CredentialsUnavailable', advice: `The role cannot be assumed: ${code}: ${why}` })
}

const PASSES: ReadonlySet<string> = new Set(['unavailable', 'throttled', 'busy'])

/** The constant half of `Params`, as the generated clients have it. */
const RPC = {
  protocol: 'HTTPS',
  pathname: '/',
  method: 'POST',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
} as const
