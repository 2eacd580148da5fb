/** The changes of an attachment: of its attributes, and what a change of its zones has in common with that. */
import { ApiError } from '../../../api-error.js'
import { PUBLISH_RULES } from '../../../world/enterprise/attach-rules.js'
import type { EmulatedAttachment } from '../../../world/enterprise/router-records.js'
import { refuseBy } from '../../../world/refusal-rules.js'
import { type Action, type ActionContext, type EmulatedCall, ORDER_TYPE, optional } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, labelsOf, requiredAttachment, startChange } from '../../transit-routers.js'
import { vpcOptionsOf } from './zone-mappings.js'

/** Modifying at first, then Attached; fields that the call does not name are unchanged. */
export function updateAttachment(
  call: EmulatedCall,
  context: ActionContext,
  type: EmulatedAttachment['type'],
  changes: Partial<EmulatedAttachment>,
) {
  const { world, nowMs, random } = context
  const { cen, ...attachment } = requiredAttachment(call, context, type)
  if (attachment.status !== 'Attached') throw new ApiError('IncorrectStatus.Attachment')
  const child = world.findChild(attachment.childInstanceId)
  const autoPublish =
    call.parameters.AutoPublishRouteEnabled === undefined
      ? attachment.autoPublish
      : isTrue(call, 'AutoPublishRouteEnabled')
  if (child && autoPublish && !attachment.autoPublish)
    refuseBy(PUBLISH_RULES, {
      world,
      nowMs,
      cen,
      child,
      owner: undefined,
      cenOwner: undefined,
      router: world.enterprise.findRouter(attachment.routerId, nowMs),
      mappings: [],
      autoPublish,
      ipv6: false,
    })
  const orderType = optional(call, 'OrderType', ORDER_TYPE) ?? attachment.orderType
  if (isTrue(call, 'DryRun')) return {}
  const endsAtMs = startChange(context, cen, world.durationMs('associateMs', nowMs, random))
  world.enterprise.records.attachments.put({
    ...attachment,
    autoPublish,
    orderType,
    ...labelsOf(call, 'TransitRouterAttachment'),
    ...changes,
    status: 'Modifying',
    endsAtMs,
    nextStatus: 'Attached',
  })
  return {}
}

/**
 * UpdateTransitRouterVpcAttachmentAttribute and UpdateTransitRouterVbrAttachmentAttribute: name, description, AutoPublishRouteEnabled,
 * OrderType, and the options of a VPC.
 */
export const updateAttributes = (type: EmulatedAttachment['type']): Action =>
  withClientToken((call, context) => {
    const changesOptions = type === 'VPC' && call.parameters.TransitRouterVPCAttachmentOptions !== undefined
    return updateAttachment(call, context, type, changesOptions ? { options: vpcOptionsOf(call) } : {})
  })
