/** What else may use an attachment (Cbn 2017-09-12): one function for each action that lists it. */
import type { Answer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import { isText, nested, textOf } from '../../sdk/read-answer.js'
import { listByNumber, listByToken } from '../../sdk/read-lists.js'
import type { Body, RpcCall } from '../../sdk/rpc.js'

type Query = Readonly<Record<string, string>>

/** Lists of what uses one attachment are short; longer ones are unreadable. */
const MAX_PAGES = 20

const byToken =
  <T>(action: string, list: string, read: (entry: Body) => T | undefined) =>
  (cbn: RpcCall, filter: Query, limits: CallLimits): Promise<Answer<readonly T[]>> =>
    listByToken(cbn, { action, query: filter, listIn: (body) => body[list], read, mostPages: MAX_PAGES }, limits)

const byNumber =
  <T>(action: string, listIn: (body: Body) => unknown, read: (entry: Body) => T | undefined) =>
  (cbn: RpcCall, filter: Query, limits: CallLimits): Promise<Answer<readonly T[]>> =>
    listByNumber(cbn, { action, query: filter, listIn, read, mostPages: MAX_PAGES }, limits)

/** A custom route of a transit router. */
interface RouterRoute {
  readonly id: string
  readonly cidr: string
  readonly nextHopId: string | undefined
}

export const listTransitRouterRouteEntries = byToken(
  'ListTransitRouterRouteEntries',
  'TransitRouterRouteEntries',
  (entry): RouterRoute | undefined => {
    const { TransitRouterRouteEntryId: id, TransitRouterRouteEntryDestinationCidrBlock: cidr } = entry
    const isCustom = (entry.TransitRouterRouteEntryType ?? 'Static') === 'Static'
    if (!isText(cidr) || (isCustom && !isText(id))) return undefined
    // A propagated route has no id and goes with its propagation.
    return {
      id: textOf(id) ?? '',
      cidr,
      nextHopId: isCustom ? textOf(entry.TransitRouterRouteEntryNextHopId) : undefined,
    }
  },
)

export const listTransitRouterPrefixListAssociation = byNumber(
  'ListTransitRouterPrefixListAssociation',
  ({ PrefixLists }) => PrefixLists,
  ({ PrefixListId: id, TransitRouterTableId: tableId, NextHop: nextHopId }) =>
    isText(id) && isText(tableId) ? { id, tableId, nextHopId: textOf(nextHopId) } : undefined,
)

export const listTransitRouterMulticastDomainAssociations = byToken(
  'ListTransitRouterMulticastDomainAssociations',
  'TransitRouterMulticastAssociations',
  ({ TransitRouterMulticastDomainId: id, TransitRouterAttachmentId: attachmentId, VSwitchId }) =>
    isText(id) ? { id, attachmentId: textOf(attachmentId), vSwitchId: textOf(VSwitchId) } : undefined,
)

export const describeFlowlogs = byNumber(
  'DescribeFlowlogs',
  ({ FlowLogs }) => nested(FlowLogs, 'FlowLog'),
  ({ FlowLogId: id, TransitRouterAttachmentId: attachmentId }) =>
    isText(id) ? { id, attachmentId: textOf(attachmentId) } : undefined,
)

export const describeCenPrivateZoneRoutes = byNumber(
  'DescribeCenPrivateZoneRoutes',
  ({ PrivateZoneInfos }) => nested(PrivateZoneInfos, 'PrivateZoneInfo'),
  ({ HostVpcId: vpcId, AccessRegionId: regionId }) =>
    isText(vpcId) && isText(regionId) ? { vpcId, regionId } : undefined,
)

export const describeCenVbrHealthCheck = byNumber(
  'DescribeCenVbrHealthCheck',
  ({ VbrHealthChecks }) => nested(VbrHealthChecks, 'VbrHealthCheck'),
  ({ VbrInstanceId: vbrId, HealthCheckTargetIp: targetIp }) =>
    isText(vbrId) ? { vbrId, targetIp: textOf(targetIp) } : undefined,
)
