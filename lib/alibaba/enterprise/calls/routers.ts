/** Transit routers, their route tables and zones (Cbn 2017-09-12): one function for each action. */
import type { Answer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import { isText, listedEntries, mapAnswer, readAllTokens, toTokenPage } from '../../sdk/read-answer.js'
import type { Body, RpcCall } from '../../sdk/rpc.js'

export interface ListedRouter {
  readonly TransitRouterId: string
  readonly CenId: string
  readonly RegionId: string
  readonly Type: 'Basic' | 'Enterprise'
  readonly Status: string
}

/** The largest page of ListTransitRouters. A region of a CEN has one router. */
const ROUTER_PAGE = 50

/** The transit router of a CEN in a region; none if there is none. */
export async function findTransitRouter(
  cbn: RpcCall,
  { cenId, regionId }: { readonly cenId: string; readonly regionId: string },
  limits: CallLimits,
): Promise<Answer<readonly ListedRouter[]>> {
  const query = { CenId: cenId, RegionId: regionId, PageSize: String(ROUTER_PAGE) }
  return mapAnswer(await cbn('ListTransitRouters', query, limits), ({ TransitRouters }) =>
    listedEntries(TransitRouters, (entry) => toRouter({ CenId: cenId, ...entry }), ROUTER_PAGE)?.filter(
      ({ CenId, RegionId }) => CenId === cenId && RegionId === regionId,
    ),
  )
}

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

const MAX_ZONES = 100

const zonesIn = (zones: unknown): readonly string[] | undefined =>
  Array.isArray(zones) && zones.length <= MAX_ZONES && zones.every(isText) ? zones : undefined

export async function listTransitRouterAvailableResource(
  cbn: RpcCall,
  RegionId: string,
  limits: CallLimits,
): Promise<Answer<RouterZones>> {
  return mapAnswer(await cbn('ListTransitRouterAvailableResource', { RegionId }, limits), (body) => {
    const { AvailableZones, MasterZones = [], SlaveZones = [] } = body
    const [available, master, slave] = [AvailableZones, MasterZones, SlaveZones].map(zonesIn)
    return available && master && slave ? { available, master, slave } : undefined
  })
}

export interface ListedRouteTable {
  readonly id: string
  readonly isSystem: boolean
}

/** The largest page of the actions that answer by NextToken. */
export const TOKEN_PAGE = 100
const MAX_TABLE_PAGES = 10

/** Every route table of a transit router; tables of another one are left out. */
export const listTransitRouterRouteTables = (
  cbn: RpcCall,
  transitRouterId: string,
  limits: CallLimits,
): Promise<Answer<readonly ListedRouteTable[]>> =>
  readAllTokens(async (NextToken) => {
    const query = {
      TransitRouterId: transitRouterId,
      MaxResults: String(TOKEN_PAGE),
      ...(NextToken !== undefined && { NextToken }),
    }
    return mapAnswer(await cbn('ListTransitRouterRouteTables', query, limits), (body) =>
      toTokenPage(
        body,
        listedEntries(
          body.TransitRouterRouteTables,
          ({
            TransitRouterId: of = transitRouterId,
            TransitRouterRouteTableId: id,
            TransitRouterRouteTableType: type,
          }) => (isText(id) && isText(of) ? { of, id, isSystem: type === 'System' } : undefined),
          TOKEN_PAGE,
        )?.filter(({ of }) => of === transitRouterId),
      ),
    )
  }, MAX_TABLE_PAGES)
