import { ApiError } from '../../../api-error.js'
import { UNDOCUMENTED_CODES } from '../../../undocumented-codes.js'
import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, requiredTable, startChange } from '../../transit-routers.js'

/** DeleteTransitRouterRouteTable: a custom table without associations, propagations and custom routes. */
export const answerDeleteTransitRouterRouteTable: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  const { cen, ...table } = requiredTable(call, context)
  const { associations, propagations, routerRoutes, tables } = world.enterprise.records
  if (table.type === 'System')
    throw new ApiError('OperationUnsupported.SystemRouteTable', { message: 'A system route table is not deleted.' })
  if (table.status !== 'Active') throw new ApiError(UNDOCUMENTED_CODES.changing)
  const isUsed = [associations, propagations, routerRoutes].some(
    (links) => links.by('table', table.id, nowMs).length > 0,
  )
  if (isUsed) throw new ApiError(UNDOCUMENTED_CODES.routerTableInUse)
  if (isTrue(call, 'DryRun')) return {}
  const endsAtMs = startChange(context, cen, world.durationMs('routerMs', nowMs, random))
  tables.put({ ...table, status: 'Deleting', endsAtMs, nextStatus: undefined })
  return {}
})
