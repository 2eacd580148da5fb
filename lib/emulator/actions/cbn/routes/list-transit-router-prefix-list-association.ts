import { type Action, paginate, required } from '../../action.js'
import { requiredEnterpriseRouter } from '../../transit-routers.js'
import { blockedAttachments } from './blocked-attachments.js'

/** ListTransitRouterPrefixListAssociation: the prefix lists that the world file declares as blockers, all on the system table. */
export const answerListTransitRouterPrefixListAssociation: Action = (call, context) => {
  required(call, 'RegionId')
  const { id: routerId } = requiredEnterpriseRouter(call, context)
  const table = context.world.enterprise.systemTable(routerId, context.nowMs)?.id ?? ''
  const { NextHop, NextHopInstanceId, NextHopType, PrefixListId, TransitRouterTableId, Status } = call.parameters
  const wanted = Object.entries({ NextHop, NextHopInstanceId, NextHopType, PrefixListId, TransitRouterTableId, Status })
  const all = blockedAttachments(call, context, 'prefix-list', { routerId })
    .map(
      ({ attachment, id }): Record<string, unknown> => ({
        PrefixListId: id,
        TransitRouterId: routerId,
        TransitRouterTableId: table,
        NextHop: attachment.id,
        NextHopType: attachment.type,
        NextHopInstanceId: attachment.childInstanceId,
        OwnerUid: Number(attachment.ownerId),
        Status: 'Active',
      }),
    )
    .filter((one) => wanted.every(([name, value]) => (value ?? one[name]) === one[name]))
  const { items, ...page } = paginate(all, call)
  return { PrefixLists: items, ...page }
}
