import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { updateAttachment } from './update-attachment.js'

/** UpdateTransitRouterVbrAttachmentAttribute: name, description, AutoPublishRouteEnabled and OrderType. */
export const answerUpdateTransitRouterVbrAttachmentAttribute: Action = withClientToken((call, context) =>
  updateAttachment(call, context, 'VBR'),
)
