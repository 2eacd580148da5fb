/** The accounts of a target: the calls of each product with the keys of one account, recorded. */
import { fixedKeys, type KeySource } from '../../lib/alibaba/credentials/key-source.js'
import { getCallerIdentity } from '../../lib/alibaba/credentials/sts.js'
import { API_VERSIONS, createSingleCall, type RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import type { Clock } from '../../lib/domain/clock.js'
import type { LabAccount } from '../lab/lab.js'
import type { AccountName } from '../lab/resources.js'
import type { Transcript } from '../transcript.js'

export interface Endpoints {
  readonly cbn: string
  readonly vpc: string
  readonly ram: string
  readonly sts: string
}

export interface Target {
  readonly name: string
  readonly regionId: string
  readonly endpoints: Endpoints
  readonly keys: Readonly<Partial<Record<AccountName, KeySource>>> & { readonly own: KeySource }
  readonly clock: Clock
  /** For dry runs only. */
  readonly vbrId?: string
  stop(): Promise<void>
}

const CALL_MS = 30_000
const MOST_TRIES = 6
const USUAL_WAIT_MS = 1_000

/** A throttled call changed nothing, so it is repeated after the wait that was asked for. */
const repeatThrottled =
  (call: RpcCall, clock: Clock): RpcCall =>
  async (action, query, limits) => {
    for (let tries = 1; ; tries++) {
      const answer = await call(action, query, { ...limits, deadlineMs: clock.now() + CALL_MS })
      if (answer.ok || answer.failure.kind !== 'throttled' || tries === MOST_TRIES) return answer
      await clock.sleep(answer.failure.retryAfterMs ?? USUAL_WAIT_MS * tries)
    }
  }

/** Rejects with a sentence if the keys of an account are not accepted. */
export async function openAccounts(
  { endpoints, keys, clock }: Target,
  transcript: Transcript,
): Promise<Partial<Record<AccountName, LabAccount>> & { readonly own: LabAccount }> {
  const open = async (name: AccountName, source: KeySource): Promise<LabAccount> => {
    const call = (product: keyof Endpoints) =>
      transcript.record(
        name,
        product,
        createSingleCall({ endpoint: endpoints[product], version: API_VERSIONS[product] }, source, clock),
      )
    const sts = call('sts')
    const identity = await getCallerIdentity(repeatThrottled(sts, clock), { deadlineMs: clock.now() + CALL_MS })
    if (!identity.ok) throw new Error(`the keys of the account "${name}" are refused: ${identity.failure.code}`)
    const cbn = call('cbn')
    return {
      name,
      accountId: identity.value.AccountId,
      cbn: repeatThrottled(cbn, clock),
      unrepeated: cbn,
      vpc: repeatThrottled(call('vpc'), clock),
      ram: repeatThrottled(call('ram'), clock),
    }
  }
  const own = await open('own', keys.own)
  const others = await Promise.all(
    (['owner', 'bare'] as const).map(async (name) => {
      const source = keys[name]
      return source ? [[name, await open(name, source)] as const] : []
    }),
  )
  return { own, ...Object.fromEntries(others.flat()) }
}

/** Keys that no account has. */
export const NOBODY = { accessKeyId: 'LTAI0conformance0nobody0', accessKeySecret: 'no-secret-of-anybody' } as const

/** Calls with those keys. */
export const unknownKeyCall = ({ endpoints, clock }: Target, transcript: Transcript): RpcCall =>
  transcript.record(
    'nobody',
    'cbn',
    createSingleCall({ endpoint: endpoints.cbn, version: API_VERSIONS.cbn }, fixedKeys(NOBODY), clock),
  )
