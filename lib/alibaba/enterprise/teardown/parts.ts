/** The parts of an attachment that go before it, in the order in which they are removed. Pure. */
import type { PlannedCall } from '../../../domain/messages/result.js'
import { ACTIONS_OF, type RouterChildType } from '../calls/attachments.js'
import type { RouteEntry } from '../calls/networks.js'
import type { RouteTableLink } from '../calls/routing.js'

export const TEARDOWN_PARTS = ['routes', 'propagations', 'association'] as const
export type TeardownPart = (typeof TEARDOWN_PARTS)[number]

export type TeardownReading =
  | { readonly is: 'gone' }
  /** A change of it is under way. */
  | { readonly is: 'running' }
  | { readonly is: 'there'; readonly calls: readonly PlannedCall[] }

export const GONE: TeardownReading = { is: 'gone' }

const toReading = (calls: readonly PlannedCall[], isRunning: boolean): TeardownReading => {
  if (calls.length > 0) return { is: 'there', calls }
  return isRunning ? { is: 'running' } : GONE
}

/**
 * The custom routes of the network whose next hop is the attachment, whoever added them. Published routes are not custom;
 * assumed: they go with the attachment.
 */
export function routesToRemove(
  cenId: string,
  attachmentId: string,
  tables: ReadonlyMap<string, readonly RouteEntry[]>,
): TeardownReading {
  const routes = [...tables].flatMap(([tableId, entries]) =>
    entries
      .filter(({ isCustom, nextHops }) => isCustom && nextHops.includes(attachmentId))
      .map(({ cidr, status }) => ({ tableId, cidr, isChanging: status !== 'Available' })),
  )
  const calls = routes
    .filter(({ isChanging }) => !isChanging)
    .map(({ tableId, cidr }) => ({
      operation: 'DeleteCenChildInstanceRouteEntryToAttachment',
      parameters: {
        CenId: cenId,
        RouteTableId: tableId,
        TransitRouterAttachmentId: attachmentId,
        DestinationCidrBlock: cidr,
      },
    }))
  return toReading(
    calls,
    routes.some(({ isChanging }) => isChanging),
  )
}

const LINK_OPERATIONS = {
  propagations: 'DisableTransitRouterRouteTablePropagation',
  association: 'DissociateTransitRouterAttachmentFromRouteTable',
} as const

export function linksToRemove(
  part: keyof typeof LINK_OPERATIONS,
  attachmentId: string,
  links: readonly RouteTableLink[],
): TeardownReading {
  const calls = links
    .filter(({ status }) => status === 'Active')
    .map(({ tableId }) => ({
      operation: LINK_OPERATIONS[part],
      parameters: { TransitRouterAttachmentId: attachmentId, TransitRouterRouteTableId: tableId },
    }))
  return toReading(calls, links.length > calls.length)
}

/** Never with `Force`. */
export const deleteCall = (type: RouterChildType, TransitRouterAttachmentId: string): PlannedCall => ({
  operation: ACTIONS_OF[type].delete,
  parameters: { TransitRouterAttachmentId },
})
