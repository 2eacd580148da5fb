/** The attacher: what the hall asks of a CEN, as calls of Alibaba's APIs. */
import type { Answer, Attacher, Clock } from '../ports.js'
import { attachCenChildInstance } from './cbn.js'
import type { RpcCall } from './rpc.js'
import { createStateReader } from './state-reader.js'
import { getCallerIdentity } from './sts.js'

export interface AlibabaCalls {
  readonly cbn: RpcCall
  readonly sts: RpcCall
}

const IDENTITY_TIMEOUT_MS = 10_000

/** `cenOwnerId`: the account that owns the CENs; asked of STS, once, where it is not given. */
export function createAttacher({ cbn, sts }: AlibabaCalls, clock: Clock, cenOwnerId?: string): Attacher {
  let owner: Promise<Answer<string>> | undefined
  const askOwner = async (): Promise<Answer<string>> => {
    const answer = await getCallerIdentity(sts, { deadlineMs: clock.now() + IDENTITY_TIMEOUT_MS })
    if (answer.ok) return { ok: true, value: answer.value.AccountId }
    owner = undefined
    return answer
  }

  return {
    async attach(attachment, limits) {
      const answer = await attachCenChildInstance(cbn, attachment, limits)
      return answer.ok ? { ok: true, value: { apiRequestId: answer.value.RequestId } } : answer
    },
    readState: createStateReader(cbn),
    cenOwnerId() {
      if (cenOwnerId !== undefined) return Promise.resolve({ ok: true, value: cenOwnerId })
      owner ??= askOwner()
      return owner
    },
  }
}
