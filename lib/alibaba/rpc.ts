/** One call of an Alibaba RPC API, through the generic call of Alibaba's own SDK core; answers carry failures as values. */
import core from '@alicloud/openapi-core'
import { RuntimeOptions } from '@darabonba/typescript'
import { failureOf } from '../failure.js'
import type { Answer, CallLimits, Clock } from '../ports.js'
import { toCallFailure } from './call-failure.js'
import { type Credential, type CredentialSettings, createCredential } from './credential.js'
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

export function createRpcCall(api: RpcApi, credentials: CredentialSettings, clock: Clock): RpcCall {
  const { protocol, host } = new URL(api.endpoint)
  let credential = createCredential(credentials)
  let client = connect(credential)
  let renewedAtMs = 0

  function connect(held: Credential): core.default {
    const config = new core.$OpenApiUtil.Config({
      credential: held,
      endpoint: host,
      protocol: protocol.replace(':', ''),
    })
    return new core.default(config)
  }
  const callOnce: RpcCall = async (action, query, limits) => {
    try {
      await credential.getCredential()
    } catch {
      // What a provider throws may hold whole files and answers; the table's words say what to do.
      return { ok: false, failure: failureOf({ code: 'CredentialsUnavailable' }) }
    }
    const readTimeout = Math.max(1, Math.min(READ_TIMEOUT_MS, limits.deadlineMs - clock.now()))
    const runtime = new RuntimeOptions({ readTimeout, connectTimeout: Math.min(CONNECT_TIMEOUT_MS, readTimeout) })
    try {
      const params = new core.$OpenApiUtil.Params({ ...RPC, action, version: api.version })
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
    if (answer.ok || answer.failure.kind !== 'credentials') return answer
    // A role's session may have been ended early: new credentials are asked for once; fixed keys cannot be renewed.
    if (credentials.keys !== undefined) return answer
    renewedAtMs = renew(renewedAtMs, clock.now())
    return callOnce(action, query, limits)
  }

  /** Many calls may be refused together; the credentials are renewed once for all of them. */
  function renew(lastMs: number, nowMs: number): number {
    if (nowMs - lastMs < RENEWAL_MS) return lastMs
    credential = createCredential(credentials)
    client = connect(credential)
    return nowMs
  }
}

/** The constant half of `Params`, as the generated clients have it. */
const RPC = {
  protocol: 'HTTPS',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
} as const
