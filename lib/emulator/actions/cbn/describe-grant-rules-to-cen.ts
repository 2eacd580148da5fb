import type { ChildInstanceType } from '../../../domain/attachment.js'
import { ApiError } from '../../api-error.js'
import { type Action, CHILD_TYPE, optional, required } from '../action.js'

/** Cbn DescribeGrantRulesToCen, for the owner of the CEN: the grants of other accounts. Unknown ids answer an empty list. */
export const answerCbnDescribeGrantRulesToCen: Action = (call, { world, nowMs }) => {
  const cen = world.cen(required(call, 'CenId'))
  const type = required(call, 'ProductType', CHILD_TYPE) as ChildInstanceType
  const { ChildInstanceId: childId, ChildInstanceOwnerId: ownerId, RegionId: regionId } = call.parameters
  const size = Number(optional(call, 'MaxResults', /^\d+$/) ?? 20)
  const first = Number(optional(call, 'NextToken', /^\d+$/) ?? 0)
  // In an open world naming an instance creates it.
  if (childId && ownerId && regionId) world.childInstance(childId, { type, regionId, ownerId })
  if (size < 1 || size > 100) throw new ApiError('InvalidParameter', { message: 'MaxResults must be from 1 to 100.' })
  const granted =
    cen?.ownerId === call.caller.accountId
      ? world
          .childInstances()
          .filter((child) => child.type === type && child.ownerId !== cen.ownerId)
          .filter((child) => (childId ?? child.childInstanceId) === child.childInstanceId)
          .filter((child) => (ownerId ?? child.ownerId) === child.ownerId)
          .filter((child) => (regionId ?? child.regionId) === child.regionId)
          .filter((child) => world.grants.find(child.childInstanceId, cen, nowMs))
      : []
  const GrantRule = granted.slice(first, first + size).map((child) => ({
    CenId: cen?.cenId,
    ChildInstanceId: child.childInstanceId,
    ChildInstanceType: child.type,
    ChildInstanceRegionId: child.regionId,
    ChildInstanceOwnerId: Number(child.ownerId),
  }))
  const next = first + size < granted.length ? { NextToken: String(first + size) } : {}
  return { GrantRules: { GrantRule }, MaxResults: size, TotalCount: granted.length, ...next }
}
