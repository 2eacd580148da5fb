/** The caller's networks, as Vpc describes them. */
import { ApiError } from '../api-error.js'
import type { ChildInstance } from '../world/world.js'
import { type ActionContext, type EmulatedCall, required } from './action.js'

/** The caller's VPC of `VpcId`; in an open world it is created in the region of the call. */
export function ownVpc(call: EmulatedCall, { world }: ActionContext): ChildInstance | undefined {
  const id = required(call, 'VpcId', /^vpc-[\w-]+$/)
  const { RegionId: regionId } = call.parameters
  const ownerId = call.caller.accountId
  const vpc = regionId === undefined ? world.findChild(id) : world.childInstance(id, { type: 'VPC', regionId, ownerId })
  return vpc?.ownerId === ownerId && (regionId ?? vpc.regionId) === vpc.regionId ? vpc : undefined
}

/** The caller's VPCs of `RegionId`, or the one of `VpcId`. */
export function ownVpcs(call: EmulatedCall, context: ActionContext): ChildInstance[] {
  const { RegionId: regionId, VpcId: id } = call.parameters
  if (id !== undefined) return [ownVpc(call, context)].flatMap((vpc) => vpc ?? [])
  if (regionId === undefined)
    throw new ApiError('MissingParameter', { message: 'RegionId or VpcId is mandatory for this action.' })
  return context.world
    .childInstances()
    .filter((child) => child.type === 'VPC' && child.ownerId === call.caller.accountId && child.regionId === regionId)
}

/** How long a new VPC or vSwitch is Pending, in milliseconds. */
const PENDING_MS = 500

/** The status of a network that is being created. */
export const pendingUntil = ({ world, nowMs }: ActionContext) => ({
  status: 'Pending',
  availableAfterMs: nowMs - world.startedAtMs + PENDING_MS,
})
