import { ApiError } from '../../../api-error.js'
import { VPC_ZONE_RULES } from '../../../world/enterprise/attach-rules.js'
import { randomId } from '../../../world/random-id.js'
import { refuseBy } from '../../../world/refusal-rules.js'
import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { requiredAttachment } from '../../transit-routers.js'
import { updateAttachment } from './update-attachment.js'
import { zoneMappingsOf } from './zone-mappings.js'

/** UpdateTransitRouterVpcAttachmentZones: adds and removes zones; at least one must remain. */
export const answerUpdateTransitRouterVpcAttachmentZones: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  const attachment = requiredAttachment(call, context, 'VPC')
  const child = world.findChild(attachment.childInstanceId)
  if (!child) throw new ApiError('IncorrectStatus.Attachment')
  const [added, removed] = [zoneMappingsOf(call, 'AddZoneMappings'), zoneMappingsOf(call, 'RemoveZoneMappings')]
  const left = attachment.zoneMappings.filter(
    ({ zoneId, vSwitchId }) => !removed.some((one) => one.zoneId === zoneId && one.vSwitchId === vSwitchId),
  )
  const attachCase = {
    world,
    nowMs,
    cen: attachment.cen,
    child,
    owner: undefined,
    cenOwner: undefined,
    router: world.enterprise.findRouter(attachment.routerId, nowMs),
    autoPublish: false,
    ipv6: false,
  }
  refuseBy(VPC_ZONE_RULES.ofAll, { ...attachCase, mappings: [...left, ...added] })
  refuseBy(VPC_ZONE_RULES.ofEach, { ...attachCase, mappings: added })
  const zoneMappings = [
    ...left,
    ...added.map((mapping) => ({ ...mapping, networkInterfaceId: `eni-${randomId(random, 20)}` })),
  ]
  return updateAttachment(call, context, 'VPC', { zoneMappings })
})
