import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { makeLink } from './table-links.js'

/** AssociateTransitRouterAttachmentWithRouteTable: Associating at first, then Active. */
export const answerAssociateTransitRouterAttachmentWithRouteTable: Action = withClientToken((call, context) =>
  makeLink(call, context, 'associations', 'Associating'),
)
