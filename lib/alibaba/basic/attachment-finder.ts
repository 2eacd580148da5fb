/** Finds the CEN that has a child instance. No API action does, so all CENs are listed, and the list serves many searches. */
import type { Clock } from '../../domain/clock.js'
import { type Answer, answered } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { RpcCall } from '../sdk/rpc.js'
import { createInventory } from './inventory.js'

/** The lifetime of a list, in milliseconds: a campaign of dry runs lists the account a few times, not once for each row. */
const MAX_AGE_MS = 10_000

/** The id of the CEN that has the child instance; undefined if no CEN of this account has it. */
type AttachmentFinder = (childInstanceId: string, limits: CallLimits) => Promise<Answer<string | undefined>>

export function createAttachmentFinder(call: RpcCall, clock: Clock): AttachmentFinder {
  const inventory = createInventory(call)
  let listed: Promise<Answer<ReadonlyMap<string, string>>> | undefined
  let listedAtMs = -Infinity

  const list = async (limits: CallLimits): Promise<Answer<ReadonlyMap<string, string>>> => {
    const cenOfChild = new Map<string, string>()
    const cens = await inventory.cens(limits)
    if (!cens.ok) return cens
    for (const cenId of cens.value) {
      const children = await inventory.attachedTo(cenId, limits)
      if (!children.ok) return children
      for (const { ChildInstanceId } of children.value) cenOfChild.set(ChildInstanceId, cenId)
    }
    return answered(cenOfChild)
  }

  return async (childInstanceId, limits) => {
    if (listed === undefined || clock.now() - listedAtMs > MAX_AGE_MS) {
      listedAtMs = clock.now()
      listed = list(limits)
    }
    const answer = await listed
    if (answer.ok) return answered(answer.value.get(childInstanceId))
    listed = undefined
    return answer
  }
}
