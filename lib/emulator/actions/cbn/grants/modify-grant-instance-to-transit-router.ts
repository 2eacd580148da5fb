import { ApiError } from '../../../api-error.js'
import { type Action, ORDER_TYPE, required } from '../../action.js'
import { withClientToken } from '../../client-token.js'

/** ModifyGrantInstanceToTransitRouter, by the owner of the network: who pays. */
export const answerModifyGrantInstanceToTransitRouter: Action = withClientToken((call, { world, nowMs }) => {
  const child = world.findChild(required(call, 'InstanceId'))
  const cen = world.cen(required(call, 'CenId'))
  const orderType = required(call, 'OrderType', ORDER_TYPE)
  if (child?.ownerId !== call.caller.accountId)
    throw new ApiError('InvalidInstanceId.NotFound', { http: 404, message: 'The specified InstanceId does not exist.' })
  if (!cen) throw new ApiError('OperationFailed.GrantCrossAccountNotExist')
  world.grants.changeOrderType(child.childInstanceId, cen, orderType, nowMs)
  return {}
})
