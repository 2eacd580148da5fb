import { type Action, optional, paginate, required } from '../action.js'
import { ownVpcs } from '../own-networks.js'

/** DescribeRouteTableList: the route tables of the caller's VPCs and VBRs in a region. */
export const answerDescribeRouteTableList: Action = (call, context) => {
  const { world, nowMs } = context
  const { enterprise } = world
  const regionId = required(call, 'RegionId')
  const { RouteTableId: id, RouteTableType: type, RouterId: routerId } = call.parameters
  const routerType = optional(call, 'RouterType', /^(?:VRouter|VBR)$/)
  const own =
    call.parameters.VpcId === undefined
      ? world
          .childInstances()
          .filter((child) => child.regionId === regionId && child.ownerId === call.caller.accountId)
          .filter((child) => child.type !== 'CCN')
      : ownVpcs(call, context)
  const found = own.flatMap((child) => {
    const router = child.type === 'VBR' ? 'VBR' : 'VRouter'
    const ofRouter = child.type === 'VBR' ? child.childInstanceId : `vrt-${child.childInstanceId.slice(4)}`
    if ((routerType ?? router) !== router || (routerId ?? ofRouter) !== ofRouter) return []
    return enterprise
      .networkOf(child)
      .routeTables.filter((table) => (id ?? table.routeTableId) === table.routeTableId)
      .filter((table) => (type ?? table.type) === table.type)
      .map((table) => ({ child, table, router, ofRouter }))
  })
  const { items, ...page } = paginate(found, call)
  const RouterTableListType = items.map(({ child, table, router, ofRouter }) => ({
    RouteTableId: table.routeTableId,
    RouteTableName: '',
    Description: '',
    RouteTableType: table.type,
    AssociateType: table.associateType,
    VSwitchIds: { VSwitchId: table.vSwitchIds },
    GatewayIds: { GatewayIds: [] },
    VpcId: child.type === 'VPC' ? child.childInstanceId : '',
    RouterId: ofRouter,
    RouterType: router,
    OwnerId: Number(child.ownerId),
    ResourceGroupId: 'rg-default',
    RoutePropagationEnable: true,
    Status: world.statusOf(table.status ?? child.routeTableStatus, child, nowMs),
    Tags: { Tag: [] },
  }))
  return { RouterTableList: { RouterTableListType }, ...page }
}
