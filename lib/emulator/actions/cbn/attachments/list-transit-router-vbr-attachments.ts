import { type Action, optional } from '../../action.js'
import { pageByToken } from '../../transit-routers.js'
import { attachmentsOf, toAttachment } from './attachment-body.js'

/** ListTransitRouterVbrAttachments: an attachment that is gone is not listed. VbrId is accepted as a filter. */
export const answerListTransitRouterVbrAttachments: Action = (call, context) => {
  const { items, page } = pageByToken(attachmentsOf(call, context, 'VBR', optional(call, 'VbrId')), call)
  const TransitRouterAttachments = items.map((one) => ({
    ...toAttachment(one),
    VbrId: one.childInstanceId,
    VbrOwnerId: Number(one.ownerId),
    VbrRegionId: one.regionId,
  }))
  return { TransitRouterAttachments, ...page }
}
