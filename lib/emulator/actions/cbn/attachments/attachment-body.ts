/** Attachments of transit routers in the answers of the List actions. */
import type { EmulatedAttachment } from '../../../world/enterprise/router-records.js'
import type { ActionContext, EmulatedCall } from '../../action.js'
import { hasTags, tagsOf } from '../../tags.js'
import { ownCenOf, requiredOwnCen, toSecond, toTags } from '../../transit-routers.js'

/** The caller's attachments of a type that match CenId, RegionId, TransitRouterId, TransitRouterAttachmentId, Status, OrderType and Tag. */
export function attachmentsOf(
  call: EmulatedCall,
  context: ActionContext,
  type: EmulatedAttachment['type'],
  childInstanceId?: string,
): EmulatedAttachment[] {
  const { attachments } = context.world.enterprise.records
  const { nowMs } = context
  const { CenId, RegionId, TransitRouterId, TransitRouterAttachmentId: id, Status, OrderType } = call.parameters
  const tags = tagsOf(call)
  if (CenId !== undefined) requiredOwnCen(call, context)
  // The narrowest index that the call allows.
  const found =
    id !== undefined
      ? [attachments.find(id, nowMs)].flatMap((one) => one ?? [])
      : childInstanceId !== undefined
        ? attachments.by('child', childInstanceId, nowMs)
        : TransitRouterId !== undefined
          ? attachments.by('router', TransitRouterId, nowMs)
          : CenId !== undefined
            ? attachments.by('cen', CenId, nowMs)
            : attachments.all(nowMs)
  return found.filter(
    (one) =>
      one.type === type &&
      ownCenOf(one.cenId, call, context) !== undefined &&
      (CenId ?? one.cenId) === one.cenId &&
      (RegionId ?? one.regionId) === one.regionId &&
      (TransitRouterId ?? one.routerId) === one.routerId &&
      (childInstanceId ?? one.childInstanceId) === one.childInstanceId &&
      (Status ?? one.status) === one.status &&
      (OrderType ?? one.orderType) === one.orderType &&
      hasTags(one.tags, tags),
  )
}

export const toAttachment = (one: EmulatedAttachment) => ({
  TransitRouterAttachmentId: one.id,
  TransitRouterAttachmentName: one.name ?? '',
  TransitRouterAttachmentDescription: one.description ?? '',
  TransitRouterId: one.routerId,
  CenId: one.cenId,
  ResourceType: one.type,
  Status: one.status,
  AutoPublishRouteEnabled: one.autoPublish,
  OrderType: one.orderType,
  CreationTime: toSecond(one.createdAtMs),
  Tags: toTags(one.tags),
})
