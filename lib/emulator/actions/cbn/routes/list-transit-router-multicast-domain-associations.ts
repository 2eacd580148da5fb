import type { Action } from '../../action.js'
import { pageByToken } from '../../transit-routers.js'
import { blockedAttachments } from './blocked-attachments.js'

/** ListTransitRouterMulticastDomainAssociations: those that the world file declares as blockers. */
export const answerListTransitRouterMulticastDomainAssociations: Action = (call, context) => {
  const { TransitRouterAttachmentId: attachmentId, TransitRouterMulticastDomainId: domainId } = call.parameters
  const { ResourceId: resourceId } = call.parameters
  const all = blockedAttachments(call, context, 'multicast', { attachmentId })
    .filter(({ id }) => (domainId ?? id) === id)
    .filter(({ attachment }) => (resourceId ?? attachment.childInstanceId) === attachment.childInstanceId)
  const { items, page } = pageByToken(all, call)
  const TransitRouterMulticastAssociations = items.map(({ attachment, id }) => ({
    TransitRouterMulticastDomainId: id,
    TransitRouterAttachmentId: attachment.id,
    ResourceId: attachment.childInstanceId,
    ResourceType: attachment.type,
    ResourceOwnerId: Number(attachment.ownerId),
    VSwitchId: attachment.zoneMappings[0]?.vSwitchId,
    Status: 'Associated',
  }))
  return { TransitRouterMulticastAssociations, ...page }
}
