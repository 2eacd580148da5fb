/** Attachments of transit routers (Cbn 2017-09-12): one function for each action, for VPC and VBR alike. */
import type { Attachment, ZoneMapping } from '../../../domain/attachment.js'
import type { Answer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import { accountIdOf, entriesOf, isText, listedEntries, MAX_LISTED, readAnswer, textOf } from '../../sdk/read-answer.js'
import { readAllTokens, TOKEN_PAGE, type TokenPage, toTokenPage } from '../../sdk/read-lists.js'
import type { Body, RpcCall } from '../../sdk/rpc.js'

export type RouterChildType = 'VPC' | 'VBR'

export const routerTypeOf = ({ childInstanceType }: Attachment): RouterChildType =>
  childInstanceType === 'VBR' ? 'VBR' : 'VPC'

/** What differs between the actions of the two types. */
export const ACTIONS_OF = {
  VPC: {
    list: 'ListTransitRouterVpcAttachments',
    create: 'CreateTransitRouterVpcAttachment',
    delete: 'DeleteTransitRouterVpcAttachment',
    id: 'VpcId',
    owner: 'VpcOwnerId',
  },
  VBR: {
    list: 'ListTransitRouterVbrAttachments',
    create: 'CreateTransitRouterVbrAttachment',
    delete: 'DeleteTransitRouterVbrAttachment',
    id: 'VbrId',
    owner: 'VbrOwnerId',
  },
} as const satisfies Record<
  RouterChildType,
  { list: string; create: string; delete: string; id: string; owner: string }
>

export interface FoundAttachment {
  readonly id: string
  readonly childInstanceId: string
  readonly ownerId?: string
  readonly transitRouterId?: string
  readonly cenId?: string
  /** Attaching, Attached, Detaching, … */
  readonly status: string
  readonly zoneMappings: readonly ZoneMapping[]
  readonly publishesRoutes: boolean
  readonly createdAtMs?: number
  /** The cloud service that manages it. */
  readonly managedService?: string
}

export interface AttachmentFilter {
  readonly CenId?: string
  readonly RegionId: string
  readonly childInstanceId?: string
  readonly Status?: string
}

/** One page of the attachments that the filter selects; entries of another CEN or child instance are left out. */
export async function listAttachments(
  cbn: RpcCall,
  type: RouterChildType,
  { childInstanceId, ...filter }: AttachmentFilter,
  NextToken: string | undefined,
  limits: CallLimits,
): Promise<Answer<TokenPage<FoundAttachment>>> {
  const { list, id } = ACTIONS_OF[type]
  const query = {
    ...filter,
    ...(childInstanceId !== undefined && { [id]: childInstanceId }),
    MaxResults: String(TOKEN_PAGE),
    ...(NextToken !== undefined && { NextToken }),
  }
  return readAnswer(await cbn(list, query, limits), (body) =>
    toTokenPage(
      body,
      listedEntries(body.TransitRouterAttachments, (entry) => toAttachment(entry, type), TOKEN_PAGE)?.filter(
        (one) =>
          (childInstanceId ?? one.childInstanceId) === one.childInstanceId &&
          (filter.CenId ?? one.cenId) === (one.cenId ?? filter.CenId),
      ),
    ),
  )
}

export const MAX_ATTACHMENT_PAGES = MAX_LISTED / TOKEN_PAGE

/** All attachments that the filter selects. */
export const listAllAttachments = (
  cbn: RpcCall,
  type: RouterChildType,
  filter: AttachmentFilter,
  limits: CallLimits,
): Promise<Answer<readonly FoundAttachment[]>> =>
  readAllTokens((nextToken) => listAttachments(cbn, type, filter, nextToken, limits), MAX_ATTACHMENT_PAGES)

function toAttachment(entry: Body, type: RouterChildType): FoundAttachment | undefined {
  const { id: idField, owner } = ACTIONS_OF[type]
  const { TransitRouterAttachmentId: id, Status: status, [idField]: childInstanceId } = entry
  // Only a VBR is attached without zones.
  const readZones = type === 'VPC' && status === 'Attached' ? listedEntries : entriesOf
  const zoneMappings = readZones(entry.ZoneMappings, toZoneMapping, MAX_MAPPINGS)
  if (!isText(id) || !isText(status) || !isText(childInstanceId) || !zoneMappings) return undefined
  const [transitRouterId, cenId] = [textOf(entry.TransitRouterId), textOf(entry.CenId)]
  const [ownerId, managedService] = [accountIdOf(entry[owner]), textOf(entry.ManagedService)]
  const createdAtMs = Date.parse(String(entry.CreationTime))
  return {
    id,
    childInstanceId,
    status,
    zoneMappings,
    publishesRoutes: entry.AutoPublishRouteEnabled === true,
    ...(ownerId !== undefined && { ownerId }),
    ...(transitRouterId !== undefined && { transitRouterId }),
    ...(cenId !== undefined && { cenId }),
    ...(!Number.isNaN(createdAtMs) && { createdAtMs }),
    ...(managedService !== undefined && { managedService }),
  }
}

const MAX_MAPPINGS = 100

const toZoneMapping = ({ ZoneId: zoneId, VSwitchId: vSwitchId }: Body): ZoneMapping | undefined =>
  isText(zoneId) && isText(vSwitchId) ? { zoneId, vSwitchId } : undefined
