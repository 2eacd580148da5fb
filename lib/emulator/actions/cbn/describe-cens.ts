import { type Action, type ApiCall, optional, type Scene } from '../../action.js'
import { toMinute } from '../../described.js'
import { paged } from '../../page.js'
import { hasTags, listOf, tagsOf } from '../../tags.js'
import type { Cen } from '../../world.js'

/** What a filter's key stands for; a key that is not known filters nothing. */
const FILTERS: Readonly<Record<string, (cen: Cen) => string>> = {
  CenId: ({ cenId }) => cenId,
  Name: (cen) => nameOf(cen),
}
const MOST_FILTERS = 5
/** The group of what was put into none. */
const DEFAULT_GROUP = 'rg-default'

const nameOf = ({ name, cenId }: Cen): string => name ?? cenId

/** DescribeCens: the caller's CENs that match every filter (one of its values each), every tag, and the resource group. */
export const describeCens: Action = (call, scene) => {
  const { world, nowMs } = scene
  const [tags, group] = [tagsOf(call), optional(call, 'ResourceGroupId')]
  const mine = filtered(call, scene).filter(
    (cen) =>
      cen.ownerId === call.caller.accountId &&
      hasTags(cen.tags, tags) &&
      (group ?? cen.resourceGroupId ?? DEFAULT_GROUP) === (cen.resourceGroupId ?? DEFAULT_GROUP),
  )
  const { items, ...page } = paged(mine, call)
  const toCen = (cen: Cen) => ({
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

/** In an open world a CEN exists once a filter names it. */
function filtered(call: ApiCall, { world }: Scene): Cen[] {
  const filters = Array.from({ length: MOST_FILTERS }, (_, index) => ({
    key: call.parameters[`Filter.${index + 1}.Key`] ?? '',
    values: listOf(call, `Filter.${index + 1}.Value`),
  })).filter(({ key, values }) => FILTERS[key] && values.length > 0)
  const named = filters.find(({ key }) => key === 'CenId')
  const cens = named ? [...new Set(named.values)].flatMap((cenId) => world.cen(cenId) ?? []) : world.cens()
  return cens.filter((cen) => filters.every(({ key, values }) => values.includes(FILTERS[key]?.(cen) ?? '')))
}
