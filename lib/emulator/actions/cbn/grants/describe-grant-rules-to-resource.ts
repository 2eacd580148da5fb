import { type Action, required } from '../../action.js'
import { pageByToken, toSecond } from '../../transit-routers.js'
import { RESOURCE_TYPE, typeOfResource } from './grant-instance-to-transit-router.js'

/** DescribeGrantRulesToResource, for the owner of a network: the CENs that it is granted to. Unknown ids answer an empty list. */
export const answerDescribeGrantRulesToResource: Action = (call, { world, nowMs }) => {
  const type = typeOfResource(required(call, 'ProductType', RESOURCE_TYPE))
  const [id, regionId] = [required(call, 'ResourceId'), required(call, 'RegionId')]
  const child = world.findChild(id)
  const isOwn = child?.ownerId === call.caller.accountId && child.type === type && child.regionId === regionId
  const grants = (isOwn ? world.cens() : [])
    .filter((cen) => cen.ownerId !== child?.ownerId)
    .flatMap((cen) => {
      const grant = world.grants.made(id, cen, nowMs)
      return grant ? [{ cen, grant }] : []
    })
  const { items, page } = pageByToken(grants, call)
  const GrantRules = items.map(({ cen, grant }) => ({
    CenId: cen.cenId,
    CenOwnerId: Number(cen.ownerId),
    CreateTime: toSecond(grant.sinceMs),
    OrderType: grant.orderType ?? 'PayByCenOwner',
    EffectiveOrderType: grant.orderType ?? 'PayByCenOwner',
  }))
  return { GrantRules, ...page }
}
