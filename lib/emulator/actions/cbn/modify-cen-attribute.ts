import { type Action, requiredCen } from '../action.js'
import { cenAttributes } from '../cen-attributes.js'

/** ModifyCenAttribute: name, description, level. What is not given stays. */
export const answerModifyCenAttribute: Action = (call, context) => {
  context.world.putCen({ ...requiredCen(call, context), ...cenAttributes(call) })
  return {}
}
