/** DescribeCens: the caller's CENs; `Filter.1.Key=CenId` with its values is understood. */
import { type Action, paginate } from '../action.js'
export const answerDescribeCens: Action = (call, { world, nowMs }) => {
  const { parameters, caller } = call
  const wanted = Object.entries(parameters)
    .filter(([name]) => parameters['Filter.1.Key'] === 'CenId' && name.startsWith('Filter.1.Value.'))
    .map(([, value]) => value)
  const named = wanted.length > 0 ? wanted.flatMap((cenId) => world.cen(cenId) ?? []) : world.cens()
  const ownCens = named.filter(({ ownerId }) => ownerId === caller.accountId)
  const { items, ...page } = paginate(ownCens, call)
  const toCen = (cen: (typeof ownCens)[number]) => ({
    CenId: cen.cenId,
    Name: cen.name ?? cen.cenId,
    Status: world.cenStatus(cen, nowMs),
    ProtectionLevel: cen.level ?? 'REDUCED',
  })
  return { Cens: { Cen: items.map(toCen) }, ...page }
}
