import type { Action } from '../../action.js'
import { paged } from '../../page.js'

/** DescribeCens: the caller's CENs; `Filter.1.Key=CenId` with its values is understood. */
export const describeCens: Action = (call, { world, nowMs }) => {
  const { parameters, caller } = call
  const wanted = Object.entries(parameters)
    .filter(([name]) => parameters['Filter.1.Key'] === 'CenId' && name.startsWith('Filter.1.Value.'))
    .map(([, value]) => value)
  const named = wanted.length > 0 ? wanted.flatMap((cenId) => world.cen(cenId) ?? []) : world.cens()
  const mine = named.filter(({ ownerId }) => ownerId === caller.accountId)
  const { items, ...page } = paged(mine, call)
  const toCen = (cen: (typeof mine)[number]) => ({
    CenId: cen.cenId,
    Name: cen.name ?? cen.cenId,
    Status: world.cenStatus(cen, nowMs),
    ProtectionLevel: cen.level ?? 'REDUCED',
  })
  return { Cens: { Cen: items.map(toCen) }, ...page }
}
