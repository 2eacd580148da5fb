import { ApiError } from '../../../api-error.js'
import { ROUTER_ATTACH_RULES, VPC_ATTACH_RULES } from '../../../world/enterprise/attach-rules.js'
import { type Action, optional } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue } from '../../transit-routers.js'
import { attachToRouter } from './create-attachment.js'
import { vpcOptionsOf, zoneMappingsOf } from './zone-mappings.js'

/** CreateTransitRouterVpcAttachment: without association, propagation or routes. A dry run that passes answers the error DryRunOperation. */
export const answerCreateTransitRouterVpcAttachment: Action = withClientToken((call, context) => {
  if (optional(call, 'ChargeType', /./) !== undefined && call.parameters.ChargeType !== 'POSTPAY')
    throw new ApiError('IllegalParam.ChargeType')
  isTrue(call, 'AutoPublishRouteEnabled')
  return attachToRouter(call, context, {
    type: 'VPC',
    rules: [...ROUTER_ATTACH_RULES, ...VPC_ATTACH_RULES],
    mappings: zoneMappingsOf(call, 'ZoneMappings'),
    options: vpcOptionsOf(call),
    passDryRun: () => {
      throw new ApiError('DryRunOperation', { message: 'The request would have succeeded: DryRun is true.' })
    },
  })
})
