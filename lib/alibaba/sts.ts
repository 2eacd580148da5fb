/** The STS API (Sts 2015-04-01), one function an action. */
import type { Answer, CallLimits } from '../ports.js'
import type { RpcCall } from './rpc.js'

export const STS_VERSION = '2015-04-01'

/** The account that the credentials belong to; needs no permission. */
export async function getCallerIdentity(call: RpcCall, limits: CallLimits): Promise<Answer<{ AccountId: string }>> {
  const answer = await call('GetCallerIdentity', {}, limits)
  return answer.ok ? { ok: true, value: { AccountId: String(answer.value.AccountId) } } : answer
}
