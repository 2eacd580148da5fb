/** What is attached to a CEN, on transit routers of both editions, by reading only. */
import type { Edition } from '../domain/attachment.js'
import { type Answer, answered } from '../domain/failure.js'
import type { CallLimits } from '../reconcile/driver.js'
import type { ChildInstanceState } from './basic/cbn.js'
import { createInventory } from './basic/inventory.js'
import { type FoundAttachment, listAllAttachments, type RouterChildType } from './enterprise/calls/attachments.js'
import { readRoutersOfCen } from './enterprise/calls/routers.js'
import type { RpcCall } from './sdk/rpc.js'

export interface InventoryEntry {
  readonly childInstanceId: string
  /** As the API names it; not always a type that a request can have. */
  readonly type?: string
  readonly regionId?: string
  readonly ownerId?: string
  /** The API's status, in lower case. */
  readonly status: string
  /** Epoch milliseconds; of Basic Edition in whole minutes. */
  readonly attachedAtMs?: number
  /** `enterprise` if a transit router of that edition lists it; absent if only the CEN does. */
  readonly edition?: Edition
  /** The cloud service that manages it. */
  readonly managedService?: string
}

export interface CenInventory {
  /** Each child instance once. */
  readonly entries: readonly InventoryEntry[]
  /** Lists that RAM does not let the identity read, each as a sentence: the entries may then be incomplete. */
  readonly unread: readonly string[]
}

const CHILD_TYPES: readonly RouterChildType[] = ['VPC', 'VBR']

/**
 * Reads the list of the CEN and those of its Enterprise Edition transit routers; whether the first also has the entries of
 * the others is not documented. Fails if a list cannot be read to its end, unless RAM denies it.
 */
export async function readCenInventory(cbn: RpcCall, cenId: string, limits: CallLimits): Promise<Answer<CenInventory>> {
  const entries = new Map<string, InventoryEntry>()
  const unread: string[] = []
  const listed = await createInventory(cbn).attachedTo(cenId, limits)
  if (!listed.ok) return listed
  for (const one of listed.value) entries.set(one.ChildInstanceId, ofCen(one))

  const routers = await readRoutersOfCen(cbn, cenId, limits)
  // A CEN that does not exist has no routers either.
  if (!routers.ok && routers.failure.kind !== 'unauthorized' && routers.failure.kind !== 'absent') return routers
  if (!routers.ok && routers.failure.kind === 'unauthorized')
    unread.push(`the transit routers of ${cenId} (ListTransitRouters is denied: ${routers.failure.code})`)
  for (const { RegionId } of routers.ok ? routers.value.filter(({ Type }) => Type === 'Enterprise') : [])
    for (const type of CHILD_TYPES) {
      const attachments = await listAllAttachments(cbn, type, { CenId: cenId, RegionId }, limits)
      if (attachments.ok)
        for (const one of attachments.value) entries.set(one.childInstanceId, ofRouter(one, type, RegionId))
      else if (attachments.failure.kind === 'unauthorized')
        unread.push(`the ${type}s of ${cenId} in ${RegionId} (denied: ${attachments.failure.code})`)
      else return attachments
    }
  return answered({ entries: [...entries.values()], unread })
}

function ofCen(one: ChildInstanceState): InventoryEntry {
  const attachedAtMs = Date.parse(one.ChildInstanceAttachTime ?? '')
  return {
    childInstanceId: one.ChildInstanceId,
    status: one.Status.toLowerCase(),
    ...(one.ChildInstanceType !== undefined && { type: one.ChildInstanceType }),
    ...(one.ChildInstanceRegionId !== undefined && { regionId: one.ChildInstanceRegionId }),
    ...(one.ChildInstanceOwnerId !== undefined && { ownerId: one.ChildInstanceOwnerId }),
    ...(one.ManagedService !== undefined && { managedService: one.ManagedService }),
    ...(!Number.isNaN(attachedAtMs) && { attachedAtMs }),
  }
}

const ofRouter = (one: FoundAttachment, type: RouterChildType, regionId: string): InventoryEntry => ({
  childInstanceId: one.childInstanceId,
  type,
  regionId,
  status: one.status.toLowerCase(),
  edition: 'enterprise',
  ...(one.ownerId !== undefined && { ownerId: one.ownerId }),
  ...(one.managedService !== undefined && { managedService: one.managedService }),
  ...(one.createdAtMs !== undefined && { attachedAtMs: one.createdAtMs }),
})
