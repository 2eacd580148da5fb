import { ApiError } from '../../../api-error.js'
import { type Action, type ActionContext, type EmulatedCall, ORDER_TYPE, optional, required } from '../../action.js'
import { requiredOwnInstance } from '../../own-instance.js'

/** VPN and ECR are not emulated. */
export const RESOURCE_TYPE = /^(?:VPC|ExpressConnect)$/

/** A VBR is an `ExpressConnect` here, and a `VBR` to the other actions. */
export const typeOfResource = (resourceType: string): 'VPC' | 'VBR' => (resourceType === 'VPC' ? 'VPC' : 'VBR')

/** The parameters of a grant or a revoke; the network must be the caller's. */
export function readRouterGrant(call: EmulatedCall, context: ActionContext) {
  const type = typeOfResource(required(call, 'InstanceType', RESOURCE_TYPE))
  const [id, regionId] = [required(call, 'InstanceId'), required(call, 'RegionId')]
  const [cenId, cenOwnerId] = [required(call, 'CenId', /^cen-[\w-]+$/), required(call, 'CenOwnerId', /^\d+$/)]
  const { childInstanceId } = requiredOwnInstance(call, context, { id, type, regionId })
  return { childInstanceId, cenId, cenOwnerId }
}

/** A change of a grant, which answers another code than Vpc's while one is under way. */
export function changeRouterGrant(
  { world, nowMs }: ActionContext,
  grant: ReturnType<typeof readRouterGrant> & { readonly orderType?: string | undefined },
  to: 'granted' | 'revoked',
): void {
  try {
    world.grants.change(grant, to, nowMs)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'TaskConflict') throw new ApiError('OperationFailed.TaskConflict')
    throw error
  }
}

/** GrantInstanceToTransitRouter, by the owner of a VPC or VBR. Assumed: the same record as GrantInstanceToCen's. No ClientToken. */
export const answerGrantInstanceToTransitRouter: Action = (call, context) => {
  const orderType = optional(call, 'OrderType', ORDER_TYPE)
  changeRouterGrant(context, { ...readRouterGrant(call, context), ...(orderType && { orderType }) }, 'granted')
  return {}
}
