import { type Action, required } from '../action.js'
import { ownCen, requiredCenType } from '../tagged-cens.js'

/** MoveResourceGroup: every resource group exists. */
export const answerMoveResourceGroup: Action = (call, context) => {
  requiredCenType(call)
  const resourceGroupId = required(call, 'NewResourceGroupId', /^rg-[\w-]+$/)
  context.world.putCen({ ...ownCen(required(call, 'ResourceId'), call, context), resourceGroupId })
  return {}
}
