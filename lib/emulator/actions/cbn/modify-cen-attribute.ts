import { cenAttributes } from '../../world/cen-attributes.js'
import { type Action, requiredCen } from '../action.js'

/** ModifyCenAttribute: name, description, level. What is not given stays. */
export const modifyCenAttribute: Action = (call, context) => {
  context.world.putCen({ ...requiredCen(call, context), ...cenAttributes(call) })
  return {}
}
