/** The caller's CENs that an action on tags or resource groups names by ResourceType and ResourceId. */
import { ApiError } from '../api-error.js'
import type { EmulatedCen } from '../world/world.js'
import { type ActionContext, type EmulatedCall, required } from './action.js'
import { listOf } from './tags.js'

/** The documentation of Cbn spells the type `cen`, `Cen` and `CEN`; bandwidth packages and transit routers are not emulated. */
export function requiredCenType(call: EmulatedCall): void {
  if (required(call, 'ResourceType').toLowerCase() !== 'cen')
    throw new ApiError('InvalidParameter', { message: 'Only the ResourceType CEN is emulated.' })
}

/** The CENs of `ResourceId.N`; throws an ApiError if there is none, or if one is not the caller's. */
export function requiredCens(call: EmulatedCall, context: ActionContext): EmulatedCen[] {
  requiredCenType(call)
  const ids = listOf(call, 'ResourceId')
  if (ids.length === 0) throw new ApiError('MissingParameter', { message: 'The parameter ResourceId.1 is missing.' })
  return ids.map((cenId) => ownCen(cenId, call, context))
}

export function ownCen(cenId: string, { caller }: EmulatedCall, { world }: ActionContext): EmulatedCen {
  const cen = world.cen(cenId)
  if (cen?.ownerId !== caller.accountId)
    throw new ApiError('ParameterCenInstanceId', { message: 'The CEN does not exist.' })
  return cen
}
