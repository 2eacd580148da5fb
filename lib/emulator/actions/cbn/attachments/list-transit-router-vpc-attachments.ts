import { type Action, optional } from '../../action.js'
import { pageByToken } from '../../transit-routers.js'
import { attachmentsOf, toAttachment } from './attachment-body.js'

/** ListTransitRouterVpcAttachments: an attachment that is gone is not listed. */
export const answerListTransitRouterVpcAttachments: Action = (call, context) => {
  const { items, page } = pageByToken(attachmentsOf(call, context, 'VPC', optional(call, 'VpcId')), call)
  const TransitRouterAttachments = items.map((one) => ({
    ...toAttachment(one),
    VpcId: one.childInstanceId,
    VpcOwnerId: Number(one.ownerId),
    VpcRegionId: one.regionId,
    ChargeType: 'POSTPAY',
    ZoneMappings: one.zoneMappings.map(({ zoneId, vSwitchId, networkInterfaceId }) => ({
      ZoneId: zoneId,
      VSwitchId: vSwitchId,
      NetworkInterfaceId: networkInterfaceId,
    })),
    TransitRouterVPCAttachmentOptions: one.options ?? { ipv6Support: 'disable' },
    ...(one.managedService !== undefined && { ManagedService: one.managedService }),
  }))
  return { TransitRouterAttachments, ...page }
}
