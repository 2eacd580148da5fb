import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { removeLink } from './table-links.js'

/** DisableTransitRouterRouteTablePropagation: Disabling at first, then gone. */
export const answerDisableTransitRouterRouteTablePropagation: Action = withClientToken((call, context) =>
  removeLink(call, context, 'propagations', 'Disabling'),
)
