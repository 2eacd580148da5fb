import { type Action, optional, paginate } from '../../action.js'
import { hasTags, tagsOf } from '../../tags.js'
import { ownCenOf, requiredOwnCen, toSecond, toTags } from '../../transit-routers.js'

/** ListTransitRouters: the routers of the caller's CENs; CenId with RegionId names the one of a region. */
export const answerListTransitRouters: Action = (call, context) => {
  const { world, nowMs } = context
  const { enterprise } = world
  const { RegionId: regionId, TransitRouterId: id, Type: type, Status: status } = call.parameters
  const [name, tags] = [optional(call, 'TransitRouterName', /./), tagsOf(call)]
  const cens = call.parameters.CenId === undefined ? world.cens() : [requiredOwnCen(call, context)]
  const routers = cens
    .filter(({ cenId }) => ownCenOf(cenId, call, context))
    .flatMap((cen) =>
      regionId === undefined ? enterprise.routersOf(cen, nowMs) : (enterprise.router(cen, regionId, nowMs) ?? []),
    )
    .filter((router) => (id ?? router.id) === router.id && (status ?? router.status) === router.status)
    .filter((router) => type === undefined || type === enterprise.editionOf(router, nowMs))
    .filter((router) => (name ?? router.name) === router.name && hasTags(router.tags, tags))
  const { items, ...page } = paginate(routers, call)
  const TransitRouters = items.map((router) => ({
    TransitRouterId: router.id,
    CenId: router.cenId,
    RegionId: router.regionId,
    AliUid: Number(world.cen(router.cenId)?.ownerId),
    Type: enterprise.editionOf(router, nowMs),
    Status: router.status,
    TransitRouterName: router.name ?? '',
    TransitRouterDescription: router.description ?? '',
    SupportMulticast: router.supportMulticast ?? false,
    TransitRouterCidrList: [],
    CreationTime: toSecond(router.createdAtMs),
    Tags: toTags(router.tags),
  }))
  return { TransitRouters, ...page }
}
