import { ApiError } from '../../api-error.js'
import { type Action, optional } from '../action.js'
import { requiredCenType } from '../tagged-cens.js'
import { hasTags, listOf, tagsOf } from '../tags.js'

/** ListTagResources: the tags of the caller's CENs, filtered by `ResourceId.N` and by CENs that have every `Tag.N`. */
export const answerListTagResources: Action = (call, { world }) => {
  requiredCenType(call)
  const [ids, filter] = [new Set(listOf(call, 'ResourceId')), tagsOf(call)]
  const size = Number(optional(call, 'PageSize', /^\d+$/) ?? 10)
  if (size < 1 || size > 50) throw new ApiError('InvalidParameter', { message: 'PageSize must be from 1 to 50.' })
  const first = Number(optional(call, 'NextToken', /^\d+$/) ?? 0)
  const all = world
    .cens()
    .filter(({ cenId, ownerId }) => ownerId === call.caller.accountId && (ids.size === 0 || ids.has(cenId)))
    .filter(({ tags }) => hasTags(tags, filter))
    .flatMap(({ cenId, tags = {} }) =>
      Object.entries(tags).map(([TagKey, TagValue]) => ({ ResourceType: 'cen', ResourceId: cenId, TagKey, TagValue })),
    )
  const next = first + size < all.length ? { NextToken: String(first + size) } : {}
  return { TagResources: { TagResource: all.slice(first, first + size) }, ...next }
}
