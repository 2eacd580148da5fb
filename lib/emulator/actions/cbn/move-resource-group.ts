import { type Action, required } from '../../action.js'
import { ownCen, requiredCenType } from '../../tagged-cens.js'

/** MoveResourceGroup: every resource group exists. */
export const moveResourceGroup: Action = (call, scene) => {
  requiredCenType(call)
  const resourceGroupId = required(call, 'NewResourceGroupId', /^rg-[\w-]+$/)
  scene.world.putCen({ ...ownCen(required(call, 'ResourceId'), call, scene), resourceGroupId })
  return {}
}
