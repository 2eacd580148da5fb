import type { Action } from '../../action.js'
import { listLinks } from './table-links.js'

/** ListTransitRouterRouteTablePropagations */
export const answerListTransitRouterRouteTablePropagations: Action = (call, context) => {
  const { body, page } = listLinks(call, context, 'propagations')
  return { TransitRouterPropagations: body, ...page }
}
