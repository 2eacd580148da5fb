import type { ChildInstanceType } from '../../../domain/attachment.js'
import { type Action, CHILD_TYPE, required } from '../action.js'
import { pageByToken } from '../transit-routers.js'

/** Cbn DescribeGrantRulesToCen, for the owner of the CEN: the grants of other accounts. Unknown ids answer an empty list. */
export const answerCbnDescribeGrantRulesToCen: Action = (call, { world, nowMs }) => {
  const cen = world.cen(required(call, 'CenId'))
  const type = required(call, 'ProductType', CHILD_TYPE) as ChildInstanceType
  const { ChildInstanceId: childId, ChildInstanceOwnerId: ownerId, RegionId: regionId } = call.parameters
  // In an open world naming an instance creates it.
  if (childId && ownerId && regionId) world.childInstance(childId, { type, regionId, ownerId })
  const granted =
    cen?.ownerId === call.caller.accountId
      ? (childId === undefined ? world.childInstances() : [world.findChild(childId)].flatMap((child) => child ?? []))
          .filter((child) => child.type === type && child.ownerId !== cen.ownerId)
          .filter((child) => (ownerId ?? child.ownerId) === child.ownerId)
          .filter((child) => (regionId ?? child.regionId) === child.regionId)
          .flatMap((child) => {
            const grant = world.grants.find(child.childInstanceId, cen, nowMs)
            return grant ? [{ child, grant }] : []
          })
      : []
  const { items, page } = pageByToken(granted, call)
  const GrantRule = items.map(({ child, grant }) => ({
    CenId: cen?.cenId,
    CenOwnerId: Number(cen?.ownerId),
    ChildInstanceId: child.childInstanceId,
    ChildInstanceType: child.type,
    ChildInstanceRegionId: child.regionId,
    ChildInstanceOwnerId: Number(child.ownerId),
    CreateTime: grant.sinceMs,
    OrderType: grant.orderType ?? 'PayByCenOwner',
    EffectiveOrderType: grant.orderType ?? 'PayByCenOwner',
  }))
  return { GrantRules: { GrantRule }, ...page }
}
