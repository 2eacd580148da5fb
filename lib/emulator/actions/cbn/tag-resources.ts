import { ApiError } from '../../api-error.js'
import { requiredCens } from '../../world/tagged-cens.js'
import { tagsOf } from '../../world/tags.js'
import type { Action } from '../action.js'

/** TagResources: adds tags to CENs; a key that is there gets the new value. */
export const tagResources: Action = (call, context) => {
  const tags = tagsOf(call)
  if (Object.keys(tags).length === 0)
    throw new ApiError('MissingParameter', { message: 'The parameter Tag.1.Key is missing.' })
  for (const cen of requiredCens(call, context)) context.world.putCen({ ...cen, tags: { ...cen.tags, ...tags } })
  return {}
}
