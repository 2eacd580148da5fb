import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { deleteAttachment } from './delete-attachment.js'

/** DeleteTransitRouterVbrAttachment: refused while something refers to the attachment. */
export const answerDeleteTransitRouterVbrAttachment: Action = withClientToken((call, context) =>
  deleteAttachment(call, context, 'VBR'),
)
