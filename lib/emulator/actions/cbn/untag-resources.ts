import type { Action } from '../action.js'
import { requiredCens } from '../tagged-cens.js'
import { listOf } from '../tags.js'

/** UntagResources: removes the tags with these keys from CENs, or every tag with `All` and no key. */
export const answerUntagResources: Action = (call, context) => {
  const keys = new Set(listOf(call, 'TagKey'))
  const all = keys.size === 0 && call.parameters.All === 'true'
  for (const cen of requiredCens(call, context)) {
    const left = Object.entries(cen.tags ?? {}).filter(([key]) => !all && !keys.has(key))
    context.world.putCen({ ...cen, tags: Object.fromEntries(left) })
  }
  return {}
}
