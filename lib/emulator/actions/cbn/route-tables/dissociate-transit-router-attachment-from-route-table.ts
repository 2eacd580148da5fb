import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { removeLink } from './table-links.js'

/** DissociateTransitRouterAttachmentFromRouteTable: Dissociating at first, then gone. */
export const answerDissociateTransitRouterAttachmentFromRouteTable: Action = withClientToken((call, context) =>
  removeLink(call, context, 'associations', 'Dissociating'),
)
