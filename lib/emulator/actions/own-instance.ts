/** The network instance of a grant action, which must be one of the caller's own. */
import { type ChildInstanceType, typeOfChildInstanceId } from '../../domain/attachment.js'
import { ApiError } from '../api-error.js'
import type { ChildInstance } from '../world/world.js'
import type { ActionContext, EmulatedCall } from './action.js'

interface InstanceQuery {
  readonly id: string
  readonly type: ChildInstanceType
  readonly regionId: string
}

/** Another account's instance answers `InvalidInstanceId.NotFound` (on a revoke terraform-provider-alicloud takes it as revoked). */
export function requiredOwnInstance(
  call: EmulatedCall,
  { world, nowMs }: ActionContext,
  { id, type, regionId }: InstanceQuery,
): ChildInstance {
  if (!world.regions[type].has(regionId))
    throw new ApiError('InvalidRegionId.NotFound', { http: 404, message: 'The specified RegionId does not exist.' })
  const child =
    typeOfChildInstanceId(id) === type
      ? world.childInstance(id, { type, regionId, ownerId: call.caller.accountId })
      : undefined
  if (!child || child.ownerId !== call.caller.accountId || child.regionId !== regionId)
    throw new ApiError('InvalidInstanceId.NotFound', { http: 404, message: 'The specified InstanceId does not exist.' })
  if (world.isChanging(id, nowMs))
    throw new ApiError('IncorrectStatus', { message: 'Current Instance status is incorrect.' })
  return child
}
