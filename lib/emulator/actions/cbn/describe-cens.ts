import type { EmulatedCen } from '../../world/world.js'
import { type Action, type ActionContext, type EmulatedCall, optional, paginate } from '../action.js'
import { hasTags, listOf, tagsOf } from '../tags.js'
import { toMinute } from './describe-cen-attached-child-instance-attribute.js'

/** The field of each filter key; an unknown key is ignored. */
const FILTERS: Readonly<Record<string, (cen: EmulatedCen) => string>> = {
  CenId: ({ cenId }) => cenId,
  Name: (cen) => nameOf(cen),
}
const MAX_FILTERS = 5
/** The resource group of a CEN without one. */
const DEFAULT_GROUP = 'rg-default'

const nameOf = ({ name, cenId }: EmulatedCen): string => name ?? cenId

/** DescribeCens: the caller's CENs that match every filter (one of its values each), every tag, and the resource group. */
export const answerDescribeCens: Action = (call, context) => {
  const { world, nowMs } = context
  const [tags, group] = [tagsOf(call), optional(call, 'ResourceGroupId')]
  const ownCens = filtered(call, context).filter(
    (cen) =>
      cen.ownerId === call.caller.accountId &&
      hasTags(cen.tags, tags) &&
      (group ?? cen.resourceGroupId ?? DEFAULT_GROUP) === (cen.resourceGroupId ?? DEFAULT_GROUP),
  )
  const { items, ...page } = paginate(ownCens, call)
  const toCen = (cen: EmulatedCen) => ({
    CenId: cen.cenId,
    Name: nameOf(cen),
    Description: cen.description ?? '',
    Status: world.cenStatus(cen, nowMs),
    ProtectionLevel: cen.level ?? 'REDUCED',
    CreationTime: toMinute(cen.creationTime === undefined ? world.startedAtMs : Date.parse(cen.creationTime)),
    ResourceGroupId: cen.resourceGroupId ?? DEFAULT_GROUP,
    Tags: { Tag: Object.entries(cen.tags ?? {}).map(([Key, Value]) => ({ Key, Value })) },
  })
  return { Cens: { Cen: items.map(toCen) }, ...page }
}

/** In an open world a filter by id creates the CEN. */
function filtered(call: EmulatedCall, { world }: ActionContext): EmulatedCen[] {
  const filters = Array.from({ length: MAX_FILTERS }, (_, index) => ({
    key: call.parameters[`Filter.${index + 1}.Key`] ?? '',
    values: listOf(call, `Filter.${index + 1}.Value`),
  })).filter(({ key, values }) => FILTERS[key] && values.length > 0)
  const named = filters.find(({ key }) => key === 'CenId')
  const cens = named ? [...new Set(named.values)].flatMap((cenId) => world.cen(cenId) ?? []) : world.cens()
  return cens.filter((cen) => filters.every(({ key, values }) => values.includes(FILTERS[key]?.(cen) ?? '')))
}
