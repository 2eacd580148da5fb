import { type Action, CLIENT_TOKEN, optional, required } from '../action.js'
import { requiredOwnInstance } from '../own-instance.js'

/**
 * GrantInstanceToCen and RevokeInstanceFromCen: the owner of a VPC or VBR allows a CEN of another account to attach it, or takes that
 * back, which leaves an existing attachment as it is. Idempotent by ClientToken.
 */
export const changeGrantToCen =
  (to: 'granted' | 'revoked'): Action =>
  (call, context) => {
    const type = required(call, 'InstanceType', /^(?:VPC|VBR)$/) as 'VPC' | 'VBR'
    const [id, regionId] = [required(call, 'InstanceId'), required(call, 'RegionId')]
    const [cenId, cenOwnerId] = [required(call, 'CenId', /^cen-[\w-]+$/), required(call, 'CenOwnerId', /^\d+$/)]
    const token = optional(call, 'ClientToken', CLIENT_TOKEN)
    const { childInstanceId } = requiredOwnInstance(call, context, { id, type, regionId })
    context.world.grants.change({ childInstanceId, cenId, cenOwnerId }, to, context.nowMs, token)
    return {}
  }
