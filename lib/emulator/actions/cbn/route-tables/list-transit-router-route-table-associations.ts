import type { Action } from '../../action.js'
import { listLinks } from './table-links.js'

/** ListTransitRouterRouteTableAssociations */
export const answerListTransitRouterRouteTableAssociations: Action = (call, context) => {
  const { body, page } = listLinks(call, context, 'associations')
  return { TransitRouterAssociations: body, ...page }
}
