import { ApiError } from '../../api-error.js'
import type { Action } from '../action.js'
import { requiredCens } from '../tagged-cens.js'
import { tagsOf } from '../tags.js'

/** TagResources: adds tags to CENs; an existing key gets the new value. */
export const answerTagResources: Action = (call, context) => {
  const tags = tagsOf(call)
  if (Object.keys(tags).length === 0)
    throw new ApiError('MissingParameter', { message: 'The parameter Tag.1.Key is missing.' })
  for (const cen of requiredCens(call, context)) context.world.putCen({ ...cen, tags: { ...cen.tags, ...tags } })
  return {}
}
