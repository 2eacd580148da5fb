/** How an attachment is routed (Cbn 2017-09-12): associations and propagations; one function for each action. */
import type { Answer } from '../../../domain/failure.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import { isText, listedEntries, mapAnswer, readAllTokens, toTokenPage } from '../../sdk/read-answer.js'
import type { RpcCall } from '../../sdk/rpc.js'
import { TOKEN_PAGE } from './routers.js'

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
  (cbn: RpcCall, attachmentId: string, limits: CallLimits): Promise<Answer<readonly RouteTableLink[]>> =>
    readAllTokens(async (NextToken) => {
      const query = {
        TransitRouterAttachmentId: attachmentId,
        MaxResults: String(TOKEN_PAGE),
        ...(NextToken !== undefined && { NextToken }),
      }
      return mapAnswer(await cbn(action, query, limits), (body) =>
        toTokenPage(
          body,
          listedEntries(
            body[list],
            ({ TransitRouterAttachmentId: of = attachmentId, TransitRouterRouteTableId: tableId, Status: status }) =>
              isText(tableId) && isText(status) && isText(of) ? { of, tableId, status } : undefined,
            TOKEN_PAGE,
          )?.filter(({ of }) => of === attachmentId),
        ),
      )
    }, MAX_PAGES)

export const listAssociations = listLinks('ListTransitRouterRouteTableAssociations', 'TransitRouterAssociations')
export const listPropagations = listLinks('ListTransitRouterRouteTablePropagations', 'TransitRouterPropagations')
