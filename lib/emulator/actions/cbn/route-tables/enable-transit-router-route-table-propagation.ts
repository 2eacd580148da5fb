import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { makeLink } from './table-links.js'

/** EnableTransitRouterRouteTablePropagation: Enabling at first, then Active. */
export const answerEnableTransitRouterRouteTablePropagation: Action = withClientToken((call, context) =>
  makeLink(call, context, 'propagations', 'Enabling'),
)
