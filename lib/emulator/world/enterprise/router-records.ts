/** The records of Enterprise Edition: routers, attachments, route tables and what connects them. */
import { type TimedRecord, TimedRecords } from './timed-records.js'

/** By key. */
export type Tags = Readonly<Record<string, string>>

export interface RouterRecord extends TimedRecord {
  readonly cenId: string
  readonly regionId: string
  readonly type: 'Basic' | 'Enterprise'
  readonly createdAtMs: number
  /** When a Basic router has become an Enterprise one, epoch milliseconds. */
  readonly enterpriseAtMs?: number
  readonly optimised?: boolean | undefined
  readonly needsUpgrade?: boolean | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly supportMulticast?: boolean
  readonly tags?: Tags
}

export interface EmulatedZoneMapping {
  readonly zoneId: string
  readonly vSwitchId: string
  readonly networkInterfaceId: string
}

export interface EmulatedAttachment extends TimedRecord {
  readonly cenId: string
  readonly routerId: string
  readonly type: 'VPC' | 'VBR'
  readonly childInstanceId: string
  readonly regionId: string
  readonly ownerId: string
  readonly createdAtMs: number
  /** Empty for a VBR. */
  readonly zoneMappings: readonly EmulatedZoneMapping[]
  readonly autoPublish: boolean
  readonly orderType: string
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly options?: Readonly<Record<string, unknown>> | undefined
  readonly managedService?: string | undefined
  readonly tags?: Tags
}

export interface EmulatedRouterTable extends TimedRecord {
  readonly cenId: string
  readonly routerId: string
  readonly type: 'System' | 'Custom'
  readonly createdAtMs: number
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly multiRegionEcmp?: string | undefined
  readonly tags?: Tags
}

/** An association or a propagation of an attachment with a route table of its router. */
export interface EmulatedTableLink extends TimedRecord {
  readonly cenId: string
  readonly attachmentId: string
  readonly tableId: string
}

/** A custom route of a router's route table. */
export interface RouterRouteEntry extends TimedRecord {
  readonly cenId: string
  readonly tableId: string
  readonly destinationCidrBlock: string
  readonly nextHopType: 'Attachment' | 'BlackHole'
  readonly nextHopId: string
  readonly createdAtMs: number
  readonly name?: string | undefined
  readonly description?: string | undefined
}

/** A custom route of a network's route table. */
export interface NetworkRoute extends TimedRecord {
  readonly childInstanceId: string
  readonly tableId: string
  readonly destinationCidrBlock: string
  readonly nextHopType: string
  readonly nextHopId: string
  readonly createdAtMs: number
  readonly name?: string | undefined
  readonly description?: string | undefined
}

const linkIndexes = {
  attachment: ({ attachmentId }: EmulatedTableLink) => [attachmentId],
  table: ({ tableId }: EmulatedTableLink) => [tableId],
}

export const regionKey = (cenId: string, regionId: string): string => `${cenId} ${regionId}`

/** New, empty records; indexes keep a call independent of the number of networks. */
export const createRouterRecords = () => ({
  routers: new TimedRecords<RouterRecord, 'cen' | 'region'>({
    cen: ({ cenId }) => [cenId],
    region: ({ cenId, regionId }) => [regionKey(cenId, regionId)],
  }),
  attachments: new TimedRecords<EmulatedAttachment, 'cen' | 'router' | 'child' | 'vSwitch'>({
    cen: ({ cenId }) => [cenId],
    router: ({ routerId }) => [routerId],
    child: ({ childInstanceId }) => [childInstanceId],
    vSwitch: ({ zoneMappings }) => zoneMappings.map(({ vSwitchId }) => vSwitchId),
  }),
  tables: new TimedRecords<EmulatedRouterTable, 'router'>({ router: ({ routerId }) => [routerId] }),
  associations: new TimedRecords<EmulatedTableLink, 'attachment' | 'table'>(linkIndexes),
  propagations: new TimedRecords<EmulatedTableLink, 'attachment' | 'table'>(linkIndexes),
  routerRoutes: new TimedRecords<RouterRouteEntry, 'table' | 'nextHop'>({
    table: ({ tableId }) => [tableId],
    nextHop: ({ nextHopId }) => [nextHopId],
  }),
  networkRoutes: new TimedRecords<NetworkRoute, 'table' | 'nextHop'>({
    table: ({ tableId }) => [tableId],
    nextHop: ({ nextHopId }) => [nextHopId],
  }),
})

export type RouterRecords = ReturnType<typeof createRouterRecords>
