/** What exists of Enterprise Edition: transit routers by CEN and region, and the networks that can be attached to them. */
import { DAY_MS } from '../../../domain/clock.js'
import { ClientTokens } from '../client-tokens.js'
import type { WorldFile } from '../world-file.js'
import { buildNetwork, type EmulatedRouteTable, type KnownChild, type Network } from './networks.js'
import {
  createRouterRecords,
  type EmulatedAttachment,
  type EmulatedRouterTable,
  type RouterRecord,
  type RouterRecords,
  type RouterRouteEntry,
  regionKey,
} from './router-records.js'
import { ChangesUnderWay } from './timed-records.js'
import { createZones, type RegionZones } from './zones.js'

/** What Enterprise Edition needs to know of the rest of the world. */
interface RestOfWorld {
  readonly file: WorldFile
  readonly startedAtMs: number
  /** The regions that a VPC or VBR can be attached in. */
  readonly regionIds: readonly string[]
  cens(): readonly RoutedCen[]
  childInstances(): readonly KnownChild[]
}

interface RoutedCen {
  readonly cenId: string
  readonly transitRouters?: WorldFile['cens'][number]['transitRouters']
  /** True: a call created the CEN, so that it began without routers. */
  readonly createdByCall?: boolean
}

export class EnterpriseWorld {
  readonly records: RouterRecords = createRouterRecords()
  readonly changes = new ChangesUnderWay()
  /** By account, action and token. */
  readonly clientTokens = new ClientTokens<Readonly<Record<string, unknown>>>()
  readonly zones: (regionId: string) => RegionZones
  readonly #rest: RestOfWorld
  /** The regions of CENs whose router of the file exists, or existed. */
  readonly #begun = new Set<string>()
  readonly #networks = new Map<string, Network>()
  readonly #vSwitchOwners = new Map<string, string>()
  readonly #tableOwners = new Map<string, string>()

  constructor(rest: RestOfWorld) {
    this.#rest = rest
    this.zones = createZones(rest.file.regions)
  }

  /** The router of a CEN in a region, if there is one. */
  router(cen: RoutedCen, regionId: string, nowMs: number): RouterRecord | undefined {
    this.#begin(cen, regionId)
    const [router] = this.records.routers.by('region', regionKey(cen.cenId, regionId), nowMs)
    return router
  }

  routersOf(cen: RoutedCen, nowMs: number): RouterRecord[] {
    for (const regionId of this.#regionsOf(cen)) this.#begin(cen, regionId)
    return this.records.routers.by('cen', cen.cenId, nowMs)
  }

  findRouter(routerId: string, nowMs: number): RouterRecord | undefined {
    const known = this.records.routers.find(routerId, nowMs)
    if (known) return known
    for (const cen of this.#rest.cens()) this.routersOf(cen, nowMs)
    return this.records.routers.find(routerId, nowMs)
  }

  /** Adds a router, and the system route table of an Enterprise one. */
  putRouter(router: RouterRecord): void {
    this.#begun.add(regionKey(router.cenId, router.regionId))
    this.records.routers.put(router)
    this.records.tables.put({
      id: `vtb-${router.id.slice(3)}`,
      cenId: router.cenId,
      routerId: router.id,
      type: 'System',
      status: 'Active',
      endsAtMs: Infinity,
      createdAtMs: router.createdAtMs,
    })
  }

  /** The edition of a router: a Basic one may be upgraded meanwhile. */
  editionOf({ type, enterpriseAtMs = Infinity }: RouterRecord, nowMs: number): 'Basic' | 'Enterprise' {
    return nowMs >= enterpriseAtMs ? 'Enterprise' : type
  }

  systemTable(routerId: string, nowMs: number): EmulatedRouterTable | undefined {
    return this.records.tables.by('router', routerId, nowMs).find(({ type }) => type === 'System')
  }

  networkOf(child: KnownChild): Network {
    const known = this.#networks.get(child.childInstanceId)
    if (known) return known
    const network = buildNetwork(child, this.zones(child.regionId).availableZones)
    this.#networks.set(child.childInstanceId, network)
    for (const { vSwitchId } of network.vSwitches) this.#vSwitchOwners.set(vSwitchId, child.childInstanceId)
    for (const table of network.routeTables) {
      this.#tableOwners.set(table.routeTableId, child.childInstanceId)
      this.#addDeclaredRoutes(child, table)
    }
    return network
  }

  /** A network's vSwitches have changed, or it is gone: it is read again when a call needs it. */
  forgetNetwork(childInstanceId: string): void {
    this.#networks.delete(childInstanceId)
    for (const owners of [this.#vSwitchOwners, this.#tableOwners])
      for (const [id, owner] of owners) if (owner === childInstanceId) owners.delete(id)
  }

  /** The child instance that a vSwitch is of. */
  vSwitchOwner(vSwitchId: string): string | undefined {
    if (!this.#vSwitchOwners.has(vSwitchId)) this.#readNetworks()
    return this.#vSwitchOwners.get(vSwitchId)
  }

  /** The child instance that a route table is of. */
  tableOwner(routeTableId: string): string | undefined {
    if (!this.#tableOwners.has(routeTableId)) this.#readNetworks()
    return this.#tableOwners.get(routeTableId)
  }

  /** An attachment takes one address in each of its vSwitches. */
  freeAddresses(vSwitch: { vSwitchId: string; availableIpAddressCount: number }, nowMs: number): number {
    const taken = this.records.attachments.by('vSwitch', vSwitch.vSwitchId, nowMs).length
    return Math.max(0, vSwitch.availableIpAddressCount - taken)
  }

  /** The custom routes of the router whose next hop is this attachment; a world file may name its network. */
  routerRoutesTo({ id, childInstanceId, routerId }: EmulatedAttachment, nowMs: number): RouterRouteEntry[] {
    const ofNetwork = this.records.routerRoutes
      .by('nextHop', childInstanceId, nowMs)
      .filter(({ tableId }) => this.records.tables.find(tableId, nowMs)?.routerId === routerId)
    return [...this.records.routerRoutes.by('nextHop', id, nowMs), ...ofNetwork]
  }

  #readNetworks(): void {
    for (const child of this.#rest.childInstances()) if (child.type !== 'CCN') this.networkOf(child)
  }

  #addDeclaredRoutes(child: KnownChild, { routeTableId, routeEntries = [] }: EmulatedRouteTable): void {
    for (const [index, route] of routeEntries.entries())
      this.records.networkRoutes.put({
        id: `rte-${routeTableId.slice(4)}-${index}`,
        childInstanceId: child.childInstanceId,
        tableId: routeTableId,
        destinationCidrBlock: route.destinationCidrBlock,
        nextHopType: route.nextHopType ?? 'Instance',
        nextHopId: route.nextHopId ?? '',
        status: 'Available',
        endsAtMs: Infinity,
        createdAtMs: this.#rest.startedAtMs,
      })
  }

  #regionsOf(cen: RoutedCen): string[] {
    const declared = (cen.transitRouters ?? []).map(({ regionId }) => regionId)
    return [...new Set([...declared, ...(cen.createdByCall ? [] : this.#rest.regionIds)])]
  }

  /** Adds the router that the file declares for a region, or that every CEN has there, once. */
  #begin(cen: RoutedCen, regionId: string): void {
    const key = regionKey(cen.cenId, regionId)
    if (this.#begun.has(key)) return
    this.#begun.add(key)
    const { editions } = this.#rest.file
    const row = cen.transitRouters?.find((router) => router.regionId === regionId)
    // A CCN region never has an Enterprise router.
    const edition = regionId.startsWith('ccn-') ? 'Basic' : (editions.regions?.[regionId] ?? editions.default)
    const type = row?.type ?? (cen.createdByCall ? 'None' : (edition ?? 'Enterprise'))
    if (type === 'None') return
    const { startedAtMs } = this.#rest
    const after = (ms: number | undefined) => startedAtMs + (ms ?? Infinity)
    const id = row?.transitRouterId ?? `tr-${cen.cenId.replace(/^cen-/, '')}-${regionId}`
    this.putRouter({
      id,
      cenId: cen.cenId,
      regionId,
      type,
      status: row?.status ?? 'Active',
      endsAtMs: row?.status === undefined ? Infinity : after(row.activeAfterMs),
      nextStatus: 'Active',
      createdAtMs: startedAtMs - DAY_MS,
      enterpriseAtMs: after(row?.enterpriseAfterMs),
      optimised: row?.optimised,
      needsUpgrade: row?.needsUpgrade,
    })
    const tables = [
      { routeTableId: `vtb-${id.slice(3)}`, routeEntries: row?.routeEntries ?? [] },
      ...(row?.routeTables ?? []),
    ]
    for (const [index, { routeTableId, routeEntries = [], ...table }] of tables.entries()) {
      if (index > 0)
        this.records.tables.put({
          id: routeTableId,
          cenId: cen.cenId,
          routerId: id,
          type: 'Custom',
          status: 'Active',
          endsAtMs: Infinity,
          createdAtMs: startedAtMs,
          ...table,
        })
      for (const [number, { destinationCidrBlock, nextHopId }] of routeEntries.entries())
        this.records.routerRoutes.put({
          id: `rte-${routeTableId.slice(4)}-${number}`,
          cenId: cen.cenId,
          tableId: routeTableId,
          destinationCidrBlock,
          nextHopType: nextHopId === undefined ? 'BlackHole' : 'Attachment',
          nextHopId: nextHopId ?? '',
          status: 'Active',
          endsAtMs: Infinity,
          createdAtMs: startedAtMs,
        })
    }
  }
}
