import { type Action, requiredCen } from '../../action.js'
import { cenAttributes } from '../../cen-attributes.js'

/** ModifyCenAttribute: name, description, level. What is not given stays. */
export const modifyCenAttribute: Action = (call, scene) => {
  scene.world.putCen({ ...requiredCen(call, scene), ...cenAttributes(call) })
  return {}
}
