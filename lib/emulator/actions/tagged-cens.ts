/** The CENs that an action of tags or resource groups names: ResourceType and ResourceId, of the caller's own. */

import { ApiError } from '../api-error.js'
import type { EmulatedCen } from '../world/world.js'
import { type ActionContext, type EmulatedCall, required } from './action.js'
import { listOf } from './tags.js'

/** Cbn spells the type `cen`, `Cen` and `CEN` in its own texts; bandwidth packages and transit routers are not emulated. */
export function requiredCenType(call: EmulatedCall): void {
  if (required(call, 'ResourceType').toLowerCase() !== 'cen')
    throw new ApiError('InvalidParameter', { message: 'Only the ResourceType CEN is emulated.' })
}

/** The caller's CENs of `ResourceId.N`; refused if one is none of them, or none is named. */
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
