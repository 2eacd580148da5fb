/** Custom routes of a network's route table, as Cbn and Vpc add, remove and show them. */
import { ApiError } from '../api-error.js'
import { UNDOCUMENTED_CODES } from '../undocumented-codes.js'
import type { NetworkRoute } from '../world/enterprise/router-records.js'
import { randomId } from '../world/random-id.js'
import { isPending } from '../world/refusal-rules.js'
import type { ActionContext, EmulatedCall } from './action.js'
import { isTrue, toSecond } from './transit-routers.js'

type NewRoute = Pick<
  NetworkRoute,
  'childInstanceId' | 'tableId' | 'destinationCidrBlock' | 'nextHopType' | 'nextHopId' | 'name' | 'description'
>

const ROUTES_PER_TABLE = 200
const SERVICE_CIDR_BLOCK = '100.64.0.0/10'

/** Pending at first, then Available; gives the id of the route. Throws an ApiError with the cause. */
export function addNetworkRoute(call: EmulatedCall, context: ActionContext, route: NewRoute): string {
  const { world, nowMs, random } = context
  const child = world.findChild(route.childInstanceId)
  const network = child && world.enterprise.networkOf(child)
  const table = network?.routeTables.find(({ routeTableId }) => routeTableId === route.tableId)
  if (!child || !network || !table) throw new ApiError(UNDOCUMENTED_CODES.noSuchRouteTable, { http: 404 })
  const routeCase = { world, nowMs, child }
  if (isPending(table.status, routeCase) || isPending(child.routeTableStatus, routeCase))
    throw new ApiError('IncorrectStatus.VpcRouteTable')
  const { networkRoutes } = world.enterprise.records
  const routes = networkRoutes.by('table', route.tableId, nowMs)
  const taken = [...routes, ...network.vSwitches.map(({ cidrBlock }) => ({ destinationCidrBlock: cidrBlock }))]
  if (taken.some(({ destinationCidrBlock }) => destinationCidrBlock === route.destinationCidrBlock))
    throw new ApiError(UNDOCUMENTED_CODES.routeExists, {
      message: `The route table ${route.tableId} has a route to ${route.destinationCidrBlock}.`,
    })
  if (routes.length >= (world.limitsAt(nowMs).routesPerTable ?? ROUTES_PER_TABLE))
    throw new ApiError(UNDOCUMENTED_CODES.routeQuota, { message: `The route table ${route.tableId} is full.` })
  if (isTrue(call, 'DryRun')) return ''
  const endsAtMs = endOf(context)
  const id = `rte-${randomId(random, 20)}`
  networkRoutes.put({ ...route, id, status: 'Pending', endsAtMs, nextStatus: 'Available', createdAtMs: nowMs })
  return id
}

/** Deleting at first, then gone. Throws an ApiError with the cause. */
export function removeNetworkRoute(
  call: EmulatedCall,
  context: ActionContext,
  wanted: Pick<NetworkRoute, 'tableId' | 'destinationCidrBlock'> & { readonly nextHopId?: string | undefined },
): void {
  const { world, nowMs } = context
  const { networkRoutes } = world.enterprise.records
  world.enterprise.tableOwner(wanted.tableId)
  const route = networkRoutes
    .by('table', wanted.tableId, nowMs)
    .find(
      ({ destinationCidrBlock, nextHopId }) =>
        destinationCidrBlock === wanted.destinationCidrBlock && (wanted.nextHopId ?? nextHopId) === nextHopId,
    )
  if (!route) throw new ApiError(UNDOCUMENTED_CODES.noSuchRoute, { http: 404 })
  if (route.status !== 'Available') throw new ApiError('IncorrectStatus.VpcRouteEntry')
  if (isTrue(call, 'DryRun')) return
  networkRoutes.put({ ...route, status: 'Deleting', endsAtMs: endOf(context), nextStatus: undefined })
}

/** Assumed: an entry of a VPC's route table is no change of the CEN, so none of its limits holds. */
const endOf = ({ world, nowMs, random }: ActionContext): number => nowMs + world.durationMs('routeMs', nowMs, random)

/** The routes of a route table as DescribeRouteEntryList gives them: those of vSwitches and services, then custom ones. */
export function toRouteEntries(tableId: string, { world, nowMs }: ActionContext) {
  const owner = world.enterprise.tableOwner(tableId)
  const child = owner === undefined ? undefined : world.findChild(owner)
  const vSwitches = child ? world.enterprise.networkOf(child).vSwitches : []
  const system = [...vSwitches.map(({ cidrBlock }) => cidrBlock), SERVICE_CIDR_BLOCK].map((block, index) => ({
    RouteEntryId: `rte-${tableId.slice(4)}-system-${index}`,
    RouteEntryName: '',
    Description: 'Created by system.',
    RouteTableId: tableId,
    DestinationCidrBlock: block,
    Type: 'System',
    Status: 'Available',
    IpVersion: 'ipv4',
    NextHops: { NextHop: [{ NextHopType: block === SERVICE_CIDR_BLOCK ? 'service' : 'local', NextHopId: '' }] },
  }))
  const custom = world.enterprise.records.networkRoutes.by('table', tableId, nowMs).map((route) => ({
    RouteEntryId: route.id,
    RouteEntryName: route.name ?? '',
    Description: route.description ?? '',
    RouteTableId: tableId,
    DestinationCidrBlock: route.destinationCidrBlock,
    Type: 'Custom',
    Status: route.status,
    IpVersion: 'ipv4',
    GmtModified: toSecond(route.createdAtMs),
    NextHops: {
      NextHop: [
        {
          NextHopType: route.nextHopType,
          NextHopId: route.nextHopId,
          Enabled: 1,
          Weight: 0,
          NextHopRegionId: child?.regionId,
        },
      ],
    },
  }))
  return [...system, ...custom]
}
