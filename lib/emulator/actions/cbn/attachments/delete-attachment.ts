import { DELETE_RULES } from '../../../world/enterprise/delete-rules.js'
import type { EmulatedAttachment } from '../../../world/enterprise/router-records.js'
import { refuseBy } from '../../../world/refusal-rules.js'
import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, requiredAttachment, startChange } from '../../transit-routers.js'

/**
 * DeleteTransitRouterVpcAttachment and DeleteTransitRouterVbrAttachment: refused while something refers to the attachment; Detaching,
 * then gone. Assumed: `Force` removes associations and propagations, and no route of the network.
 */
export const deleteAttachment = (type: EmulatedAttachment['type']): Action =>
  withClientToken((call, context) => {
    const { world, nowMs, random } = context
    const { cen, ...attachment } = requiredAttachment(call, context, type)
    const child = world.known(attachment.childInstanceId)
    refuseBy(DELETE_RULES, { world, nowMs, cen, attachment, child, force: isTrue(call, 'Force') })
    if (isTrue(call, 'DryRun')) return {}
    const endsAtMs = startChange(context, cen, world.durationMs('detachMs', nowMs, random, true))
    const { attachments, associations, propagations } = world.enterprise.records
    for (const links of [associations, propagations])
      for (const { id } of links.by('attachment', attachment.id, nowMs)) links.remove(id)
    attachments.put({ ...attachment, status: 'Detaching', endsAtMs, nextStatus: undefined })
    return {}
  })
