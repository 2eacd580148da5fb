import { type Action, CHILD_TYPE, paginate, required } from '../action.js'

/** Vpc DescribeGrantRulesToCen, for the owner of a child instance: the CENs that it is granted to; unknown ids answer an empty list. */
export const answerVpcDescribeGrantRulesToCen: Action = (call, { world, nowMs }) => {
  const [id, regionId] = [required(call, 'InstanceId'), required(call, 'RegionId')]
  const type = required(call, 'InstanceType', CHILD_TYPE)
  const child = world
    .childInstances()
    .find(({ childInstanceId, ownerId }) => childInstanceId === id && ownerId === call.caller.accountId)
  const isInRegion = child?.type === type && child.regionId === regionId
  const grants = isInRegion
    ? world
        .cens()
        .filter((cen) => cen.ownerId !== child.ownerId)
        .flatMap((cen) => {
          const grant = world.grants.made(id, cen, nowMs)
          return grant ? [{ cen, grant }] : []
        })
    : []
  const { items, ...page } = paginate(grants, call)
  const CbnGrantRule = items.map(({ cen, grant }) => ({
    CenInstanceId: cen.cenId,
    CenOwnerId: Number(cen.ownerId),
    CreationTime: `${new Date(grant.sinceMs).toISOString().slice(0, 19)}Z`,
  }))
  return { CenGrantRules: { CbnGrantRule }, ...page }
}
