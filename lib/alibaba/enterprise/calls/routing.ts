/** How an attachment is routed (Cbn 2017-09-12): associations and propagations; one function for each action. */
import { type Answer, mapAnswer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import { isText } from '../../sdk/read-answer.js'
import { listByToken } from '../../sdk/read-lists.js'
import type { RpcCall } from '../../sdk/rpc.js'

/** An association or a propagation of an attachment with a route table of its router. */
export interface RouteTableLink {
  readonly tableId: string
  /** Associating, Enabling, Active, … */
  readonly status: string
}

/** An attachment has one association, and as many propagations as its router has tables. */
const MAX_PAGES = 10

const listLinks =
  (action: string, list: string) =>
  async (cbn: RpcCall, attachmentId: string, limits: CallLimits): Promise<Answer<readonly RouteTableLink[]>> => {
    const links = await listByToken(
      cbn,
      {
        action,
        query: { TransitRouterAttachmentId: attachmentId },
        listIn: (body) => body[list],
        read: ({ TransitRouterAttachmentId: of = attachmentId, TransitRouterRouteTableId: tableId, Status: status }) =>
          isText(tableId) && isText(status) && isText(of) ? { of, tableId, status } : undefined,
        mostPages: MAX_PAGES,
      },
      limits,
    )
    return mapAnswer(links, (all) => all.filter(({ of }) => of === attachmentId))
  }

export const listAssociations = listLinks('ListTransitRouterRouteTableAssociations', 'TransitRouterAssociations')
export const listPropagations = listLinks('ListTransitRouterRouteTablePropagations', 'TransitRouterPropagations')
