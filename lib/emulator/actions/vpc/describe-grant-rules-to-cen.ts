import { type Action, required } from '../../action.js'
import { paged } from '../../page.js'

/** Vpc DescribeGrantRulesToCen, for the owner of a child instance: the CENs it is granted to. What is not there is an empty success. */
export const describeGrantRulesToCen: Action = (call, { world, nowMs }) => {
  const [id, regionId] = [required(call, 'InstanceId'), required(call, 'RegionId')]
  const type = required(call, 'InstanceType', /^(?:VPC|VBR|CCN)$/)
  const child = world
    .childInstances()
    .find(({ childInstanceId, ownerId }) => childInstanceId === id && ownerId === call.caller.accountId)
  const here = child?.type === type && child.regionId === regionId
  const grants = here
    ? world
        .cens()
        .filter((cen) => cen.ownerId !== child.ownerId)
        .flatMap((cen) => {
          const grant = world.grants.made(id, cen, nowMs)
          return grant ? [{ cen, grant }] : []
        })
    : []
  const { items, ...page } = paged(grants, call)
  const CbnGrantRule = items.map(({ cen, grant }) => ({
    CenInstanceId: cen.cenId,
    CenOwnerId: Number(cen.ownerId),
    CreationTime: `${new Date(grant.sinceMs).toISOString().slice(0, 19)}Z`,
  }))
  return { CenGrantRules: { CbnGrantRule }, ...page }
}
