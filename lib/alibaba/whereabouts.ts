/** Which CEN of the account holds a child instance: no action answers that, so all CENs are listed, once for many questions. */
import type { Answer, CallLimits, Clock } from '../ports.js'
import { createInventory } from './inventory.js'
import type { RpcCall } from './rpc.js'

/** A list this old still answers; a campaign of dry runs lists the account a few times, not once a row. */
const FRESH_MS = 10_000

/** The id of the CEN that a child instance is attached to, or undefined where no CEN of this account has it. */
export type Whereabouts = (childInstanceId: string, limits: CallLimits) => Promise<Answer<string | undefined>>

export function createWhereabouts(call: RpcCall, clock: Clock): Whereabouts {
  const inventory = createInventory(call)
  let listed: Promise<Answer<ReadonlyMap<string, string>>> | undefined
  let listedAtMs = -Infinity

  const list = async (limits: CallLimits): Promise<Answer<ReadonlyMap<string, string>>> => {
    const where = new Map<string, string>()
    const cens = await inventory.cens(limits)
    if (!cens.ok) return cens
    for (const cenId of cens.value) {
      const children = await inventory.attachedTo(cenId, limits)
      if (!children.ok) return children
      for (const { ChildInstanceId } of children.value) where.set(ChildInstanceId, cenId)
    }
    return { ok: true, value: where }
  }

  return async (childInstanceId, limits) => {
    if (listed === undefined || clock.now() - listedAtMs > FRESH_MS) {
      listedAtMs = clock.now()
      listed = list(limits)
    }
    const answer = await listed
    if (answer.ok) return { ok: true, value: answer.value.get(childInstanceId) }
    listed = undefined
    return answer
  }
}
