/** Reads what else uses an attachment and is never removed by a detach, each with the command that removes it. */
import type { Attachment } from '../../../domain/attachment.js'
import { type Answer, answered, type Failure, mapAnswer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import type { DetachBlocker } from '../../detach/blocked.js'
import type { RpcCall } from '../../sdk/rpc.js'
import type { FoundAttachment } from '../calls/attachments.js'
import {
  describeCenPrivateZoneRoutes,
  describeCenVbrHealthCheck,
  describeFlowlogs,
  listTransitRouterMulticastDomainAssociations,
  listTransitRouterPrefixListAssociation,
  listTransitRouterRouteEntries,
} from '../calls/blockers.js'
import { listTransitRouterRouteTables } from '../calls/routers.js'

interface Used {
  readonly attachment: Attachment
  readonly found: FoundAttachment
  readonly transitRouterId: string
}

type ReadBlockers = (cbn: RpcCall, used: Used, limits: CallLimits) => Promise<Answer<readonly DetachBlocker[]>>

/** `cbn`: readings, paced. Everything is read, so that one failure names every blocker. */
export async function readBlockers(
  cbn: RpcCall,
  used: Used,
  limits: CallLimits,
): Promise<Answer<readonly DetachBlocker[]>> {
  const { childInstanceType: type } = used.attachment
  const readings = [...OF_ROUTER, ...(type === 'VBR' ? OF_VBR : OF_VPC)]
  const blockers: DetachBlocker[] = []
  for (const read of readings) {
    const answer = await read(cbn, used, limits)
    if (answer.ok) blockers.push(...answer.value)
    else if (!isUnknowable(answer.failure)) return answer
  }
  return answered(blockers)
}

/** The API does not list it for this router or region: the delete reveals it. An unlisted code shows nothing, so it fails the reading. */
const isUnknowable = ({ kind }: Failure): boolean => kind === 'absent' || kind === 'rejected'

const customRoutes: ReadBlockers = async (cbn, { found, transitRouterId }, limits) => {
  const tables = await listTransitRouterRouteTables(cbn, transitRouterId, limits)
  if (!tables.ok) return tables
  const blockers: DetachBlocker[] = []
  for (const { id: tableId } of tables.value) {
    const filter = {
      TransitRouterRouteTableId: tableId,
      TransitRouterRouteEntryType: 'Static',
      TransitRouterRouteEntryNextHopId: found.id,
    }
    const routes = await listTransitRouterRouteEntries(cbn, filter, limits)
    if (!routes.ok) return routes
    for (const { id, cidr } of routes.value.filter(({ nextHopId }) => nextHopId === found.id))
      blockers.push({
        what: `custom route ${id} (${cidr}) of the route table ${tableId}`,
        command: `aliyun cbn DeleteTransitRouterRouteEntry --TransitRouterRouteEntryId ${id}`,
      })
  }
  return answered(blockers)
}

const prefixLists: ReadBlockers = async (cbn, { attachment, found, transitRouterId }, limits) => {
  const filter = { RegionId: attachment.childInstanceRegionId, TransitRouterId: transitRouterId, NextHop: found.id }
  const lists = await listTransitRouterPrefixListAssociation(cbn, filter, limits)
  return mapBlockers(
    lists,
    ({ nextHopId }) => nextHopId === found.id,
    ({ id, tableId }) => ({
      what: `prefix list ${id} of the route table ${tableId}`,
      command: `aliyun cbn DeleteTransitRouterPrefixListAssociation --PrefixListId ${id} --TransitRouterId ${transitRouterId} --TransitRouterTableId ${tableId} --NextHop ${found.id}`,
    }),
  )
}

const flowLogs: ReadBlockers = async (cbn, { attachment, found }, limits) => {
  const { cenId, childInstanceRegionId: region } = attachment
  const filter = { CenId: cenId, RegionId: region, TransitRouterAttachmentId: found.id }
  const logs = await describeFlowlogs(cbn, filter, limits)
  return mapBlockers(
    logs,
    ({ attachmentId }) => attachmentId === found.id,
    ({ id }) => ({
      what: `flow log ${id}`,
      command: `aliyun cbn DeleteFlowlog --FlowLogId ${id} --RegionId ${region} --region ${region}`,
    }),
  )
}

const multicast: ReadBlockers = async (cbn, { found }, limits) => {
  const filter = { TransitRouterAttachmentId: found.id }
  const domains = await listTransitRouterMulticastDomainAssociations(cbn, filter, limits)
  return mapBlockers(
    domains,
    ({ attachmentId = found.id }) => attachmentId === found.id,
    ({ id, vSwitchId }) => ({
      what: `multicast domain ${id}`,
      command: `aliyun cbn DisassociateTransitRouterMulticastDomain --TransitRouterMulticastDomainId ${id} --TransitRouterAttachmentId ${found.id}${vSwitchId === undefined ? '' : ` --VSwitchIds.1 ${vSwitchId}`}`,
    }),
  )
}

const privateZone: ReadBlockers = async (cbn, { attachment }, limits) => {
  const { cenId, childInstanceId, childInstanceRegionId: region } = attachment
  const rules = await describeCenPrivateZoneRoutes(cbn, { CenId: cenId, HostRegionId: region }, limits)
  return mapBlockers(
    rules,
    ({ vpcId }) => vpcId === childInstanceId,
    ({ vpcId, regionId }) => ({
      what: `PrivateZone access of ${vpcId} from ${regionId}`,
      command: `aliyun cbn UnroutePrivateZoneInCenToVpc --CenId ${cenId} --AccessRegionId ${regionId}`,
    }),
  )
}

/** The API detaches a VBR with a health check; the check is not the attachment's own, so it is not lost silently. */
const healthChecks: ReadBlockers = async (cbn, { attachment }, limits) => {
  const { cenId, childInstanceId, childInstanceRegionId: region } = attachment
  const filter = { CenId: cenId, VbrInstanceId: childInstanceId, VbrInstanceRegionId: region }
  const checks = await describeCenVbrHealthCheck(cbn, filter, limits)
  return mapBlockers(
    checks,
    ({ vbrId }) => vbrId === childInstanceId,
    ({ vbrId, targetIp = 'its target' }) => ({
      what: `health check of ${vbrId} to ${targetIp}`,
      command: `aliyun cbn DisableCenVbrHealthCheck --CenId ${cenId} --VbrInstanceId ${vbrId} --VbrInstanceRegionId ${region}`,
    }),
  )
}

const OF_ROUTER: readonly ReadBlockers[] = [customRoutes, prefixLists, flowLogs]
const OF_VPC: readonly ReadBlockers[] = [multicast, privateZone]
const OF_VBR: readonly ReadBlockers[] = [healthChecks]

const mapBlockers = <T>(
  answer: Answer<readonly T[]>,
  isOfIt: (entry: T) => boolean,
  toBlocker: (entry: T) => DetachBlocker,
): Answer<readonly DetachBlocker[]> => mapAnswer(answer, (entries) => entries.filter(isOfIt).map(toBlocker))
