import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { deleteAttachment } from './delete-attachment.js'

/** DeleteTransitRouterVpcAttachment: refused while something refers to the attachment. */
export const answerDeleteTransitRouterVpcAttachment: Action = withClientToken((call, context) =>
  deleteAttachment(call, context, 'VPC'),
)
