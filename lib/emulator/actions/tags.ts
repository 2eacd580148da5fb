/** Lists and tags in RPC parameters: `ResourceId.1`, `Tag.1.Key`, `Tag.1.Value`. */
import { ApiError } from '../api-error.js'
import type { Tags } from '../world/enterprise/router-records.js'
import type { EmulatedCall } from './action.js'

/** The most tags, keys or resources in a call (Cbn, TagResources). */
const MAX_ITEMS = 20

/** The values of `Name.1`, `Name.2`, … in their order; may be empty. */
export function listOf({ parameters }: Pick<EmulatedCall, 'parameters'>, name: string): string[] {
  const found = Object.keys(parameters)
    .map((key) => (key.startsWith(`${name}.`) ? Number(key.slice(name.length + 1)) : Number.NaN))
    .filter((index) => Number.isInteger(index) && index > 0)
    .sort((one, other) => one - other)
  if (found.length > MAX_ITEMS)
    throw new ApiError('InvalidParameter', { message: `At most ${MAX_ITEMS} of ${name} can be given.` })
  return found.map((index) => parameters[`${name}.${index}`] ?? '')
}

/** `Tag.N.Key` with `Tag.N.Value`; a key without a value has an empty one. */
export function tagsOf(call: Pick<EmulatedCall, 'parameters'>): Tags {
  const keys = Object.keys(call.parameters).flatMap((name) => /^Tag\.(\d+)\.Key$/.exec(name)?.[1] ?? [])
  if (keys.length > MAX_ITEMS)
    throw new ApiError('InvalidParameter', { message: `At most ${MAX_ITEMS} tags can be given.` })
  return Object.fromEntries(
    keys.map((index) => [call.parameters[`Tag.${index}.Key`] ?? '', call.parameters[`Tag.${index}.Value`] ?? '']),
  )
}

/** True if a resource has every tag of the filter, in which an empty value matches any. */
export const hasTags = (tags: Tags = {}, filter: Tags): boolean =>
  Object.entries(filter).every(([key, value]) => Object.hasOwn(tags, key) && (value === '' || tags[key] === value))
