import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { updateAttachment } from './update-attachment.js'
import { vpcOptionsOf } from './zone-mappings.js'

/** UpdateTransitRouterVpcAttachmentAttribute: name, description, AutoPublishRouteEnabled, OrderType and options. */
export const answerUpdateTransitRouterVpcAttachmentAttribute: Action = withClientToken((call, context) => {
  const changesOptions = call.parameters.TransitRouterVPCAttachmentOptions !== undefined
  return updateAttachment(call, context, 'VPC', changesOptions ? { options: vpcOptionsOf(call) } : {})
})
