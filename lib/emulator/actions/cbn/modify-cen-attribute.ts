import { type Action, requiredCen } from '../action.js'
import { cenAttributes } from '../cen-attributes.js'

/** ModifyCenAttribute: name, description, level; fields that the call does not name are unchanged. */
export const answerModifyCenAttribute: Action = (call, context) => {
  context.world.putCen({ ...requiredCen(call, context), ...cenAttributes(call) })
  return {}
}
