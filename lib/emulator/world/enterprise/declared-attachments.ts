/** The attachments to Enterprise Edition routers that a world file declares. */
import { HOUR_MS } from '../../../domain/clock.js'
import { PRIVATE_BLOCKS } from '../../../domain/options/schema.js'
import type { WorldFile } from '../world-file.js'
import type { EnterpriseWorld } from './enterprise-world.js'
import type { KnownChild } from './networks.js'
import type { RouterRecord } from './router-records.js'

type Declared = WorldFile['attached'][number]

const STATUS_AFTER = { Attached: undefined, Attaching: 'Attached', Detaching: undefined }

/**
 * Without routing fields it is routed as by default: the system table, and in the tables that serve vSwitches the private routes that
 * the vendor's console adds.
 */
export function declareAttachment(
  enterprise: EnterpriseWorld,
  declared: Declared,
  { router, child, startedAtMs }: { router: RouterRecord; child: KnownChild; startedAtMs: number },
): void {
  const { records } = enterprise
  const { cenId, childInstanceId, status = 'Attached', attachTime, endsAfterMs = Infinity } = declared
  const id = declared.transitRouterAttachmentId ?? `tr-attach-${childInstanceId}-${cenId.replace(/^cen-/, '')}`
  const network = enterprise.networkOf(child)
  const zones = enterprise.zones(child.regionId).availableZones
  const oneEach = zones.flatMap((zoneId) => network.vSwitches.find((vSwitch) => vSwitch.zoneId === zoneId) ?? [])
  records.attachments.put({
    id,
    cenId,
    routerId: router.id,
    type: child.type === 'VBR' ? 'VBR' : 'VPC',
    childInstanceId,
    regionId: child.regionId,
    ownerId: child.ownerId,
    status,
    endsAtMs: status === 'Attached' ? Infinity : startedAtMs + endsAfterMs,
    nextStatus: STATUS_AFTER[status],
    createdAtMs: attachTime === undefined ? startedAtMs - HOUR_MS : Date.parse(attachTime),
    zoneMappings: (declared.zoneMappings ?? oneEach).map(({ zoneId, vSwitchId }) => ({
      zoneId,
      vSwitchId,
      networkInterfaceId: `eni-${id.slice(10)}-${zoneId}`,
    })),
    autoPublish: declared.vpcRoutes === 'published',
    orderType: 'PayByCenOwner',
    managedService: declared.managedService,
  })
  if (status !== 'Attached' && endsAfterMs !== Infinity) enterprise.changes.add(cenId, startedAtMs + endsAfterMs)
  const system = enterprise.systemTable(router.id, startedAtMs)?.id ?? ''
  const { associationRouteTableId: association = 'default', propagationRouteTableIds: propagation = 'default' } =
    declared
  const tablesOf = (wanted: string | readonly string[]) =>
    [wanted].flat().flatMap((table) => (table === 'none' ? [] : [table === 'default' ? system : table]))
  const link = (tableId: string) => ({
    id: `${id} ${tableId}`,
    cenId,
    attachmentId: id,
    tableId,
    status: 'Active',
    endsAtMs: Infinity,
  })
  for (const tableId of tablesOf(association)) records.associations.put(link(tableId))
  for (const tableId of tablesOf(propagation)) records.propagations.put(link(tableId))
  const { vpcRoutes = child.type === 'VPC' ? 'private' : 'none' } = declared
  const blocks = typeof vpcRoutes === 'string' ? (vpcRoutes === 'private' ? PRIVATE_BLOCKS : []) : vpcRoutes
  for (const { routeTableId } of network.routeTables.filter(({ associateType }) => associateType === 'VSwitch'))
    for (const [index, destinationCidrBlock] of blocks.entries())
      records.networkRoutes.put({
        id: `rte-${routeTableId.slice(4)}-to-${id.slice(10)}-${index}`,
        childInstanceId,
        tableId: routeTableId,
        destinationCidrBlock,
        nextHopType: 'Attachment',
        nextHopId: id,
        status: 'Available',
        endsAtMs: Infinity,
        createdAtMs: startedAtMs,
      })
}
