/** Transit routers, their route tables and zones (Cbn 2017-09-12): one function for each action. */
import { type Answer, mapAnswer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import { isText, listedEntries, readAnswer } from '../../sdk/read-answer.js'
import { listByNumber, listByToken, NUMBERED_PAGE } from '../../sdk/read-lists.js'
import type { Body, RpcCall } from '../../sdk/rpc.js'

export interface ListedRouter {
  readonly TransitRouterId: string
  readonly CenId: string
  readonly RegionId: string
  readonly Type: 'Basic' | 'Enterprise'
  /** `Creating`, `Active`, `Modifying`, `Deleting`, `Upgrading`. */
  readonly Status: string
}

/** The transit router of a CEN in a region, which has one at most. */
export async function findTransitRouter(
  cbn: RpcCall,
  { cenId, regionId }: { readonly cenId: string; readonly regionId: string },
  limits: CallLimits,
): Promise<Answer<readonly ListedRouter[]>> {
  const query = { CenId: cenId, RegionId: regionId, PageSize: String(NUMBERED_PAGE) }
  return readAnswer(await cbn('ListTransitRouters', query, limits), ({ TransitRouters }) =>
    listedEntries(TransitRouters, (entry) => toRouter({ CenId: cenId, ...entry }), NUMBERED_PAGE)?.filter(
      ({ CenId, RegionId }) => CenId === cenId && RegionId === regionId,
    ),
  )
}

/** A CEN has one transit router in a region: more pages than this are an unreadable answer. */
const MAX_ROUTER_PAGES = 10

/** The transit routers of a CEN: one in each region that has one. */
export const readRoutersOfCen = (
  cbn: RpcCall,
  CenId: string,
  limits: CallLimits,
): Promise<Answer<readonly ListedRouter[]>> =>
  listByNumber(
    cbn,
    {
      action: 'ListTransitRouters',
      query: { CenId },
      listIn: ({ TransitRouters }) => TransitRouters,
      read: (entry) => toRouter({ CenId, ...entry }),
      mostPages: MAX_ROUTER_PAGES,
    },
    limits,
  )

function toRouter({ TransitRouterId, CenId, RegionId, Type, Status }: Body): ListedRouter | undefined {
  if (Type !== 'Basic' && Type !== 'Enterprise') return undefined
  const isWhole = isText(TransitRouterId) && isText(CenId) && isText(RegionId) && isText(Status)
  return isWhole ? { TransitRouterId, CenId, RegionId, Type, Status } : undefined
}

/** The zones of Enterprise Edition in a region. A router that is not optimised needs a master and a slave zone. */
export interface RouterZones {
  readonly available: readonly string[]
  readonly master: readonly string[]
  readonly slave: readonly string[]
}

const MAX_LISTED_ZONES = 100

const zonesIn = (zones: unknown): readonly string[] | undefined =>
  Array.isArray(zones) && zones.length <= MAX_LISTED_ZONES && zones.every(isText) ? zones : undefined

export async function listTransitRouterAvailableResource(
  cbn: RpcCall,
  RegionId: string,
  limits: CallLimits,
): Promise<Answer<RouterZones>> {
  return readAnswer(await cbn('ListTransitRouterAvailableResource', { RegionId }, limits), (body) => {
    const { AvailableZones, MasterZones = [], SlaveZones = [] } = body
    const [available, master, slave] = [AvailableZones, MasterZones, SlaveZones].map(zonesIn)
    return available && master && slave ? { available, master, slave } : undefined
  })
}

export interface ListedRouteTable {
  readonly id: string
  readonly isSystem: boolean
}

const MAX_TABLE_PAGES = 10

/** Every route table of a transit router; tables of another one are left out. */
export async function listTransitRouterRouteTables(
  cbn: RpcCall,
  transitRouterId: string,
  limits: CallLimits,
): Promise<Answer<readonly ListedRouteTable[]>> {
  const tables = await listByToken(
    cbn,
    {
      action: 'ListTransitRouterRouteTables',
      query: { TransitRouterId: transitRouterId },
      listIn: ({ TransitRouterRouteTables }) => TransitRouterRouteTables,
      read: ({
        TransitRouterId: of = transitRouterId,
        TransitRouterRouteTableId: id,
        TransitRouterRouteTableType: type,
      }) => (isText(id) && isText(of) ? { of, id, isSystem: type === 'System' } : undefined),
      mostPages: MAX_TABLE_PAGES,
    },
    limits,
  )
  return mapAnswer(tables, (all) => all.filter(({ of }) => of === transitRouterId))
}
