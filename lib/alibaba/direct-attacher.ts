/** The attacher that calls Alibaba from here. */
import type { AlibabaEndpoints, AlibabaKeys } from '../config.js'
import type { Answer, Attacher, Clock } from '../ports.js'
import { attachCenChildInstance, CBN_VERSION } from './cbn.js'
import { createRpcCall } from './rpc.js'
import { createStateReader } from './state-reader.js'
import { getCallerIdentity, STS_VERSION } from './sts.js'

export interface DirectAttacherSettings {
  readonly endpoints: AlibabaEndpoints
  readonly keys?: AlibabaKeys | undefined
  readonly cenOwnerId?: string | undefined
}

const IDENTITY_TIMEOUT_MS = 10_000

export function createDirectAttacher({ endpoints, keys, cenOwnerId }: DirectAttacherSettings, clock: Clock): Attacher {
  const credentials = keys ? { keys } : {}
  const cbn = createRpcCall({ endpoint: endpoints.cbn, version: CBN_VERSION }, credentials, clock)
  const sts = createRpcCall({ endpoint: endpoints.sts, version: STS_VERSION }, credentials, clock)
  const readState = createStateReader(cbn)
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
    readState,
    cenOwnerId() {
      if (cenOwnerId !== undefined) return Promise.resolve({ ok: true, value: cenOwnerId })
      owner ??= askOwner()
      return owner
    },
  }
}
