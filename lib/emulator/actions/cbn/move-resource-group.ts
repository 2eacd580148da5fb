import { ownCen, requiredCenType } from '../../world/tagged-cens.js'
import { type Action, required } from '../action.js'

/** MoveResourceGroup: every resource group exists. */
export const moveResourceGroup: Action = (call, context) => {
  requiredCenType(call)
  const resourceGroupId = required(call, 'NewResourceGroupId', /^rg-[\w-]+$/)
  context.world.putCen({ ...ownCen(required(call, 'ResourceId'), call, context), resourceGroupId })
  return {}
}
