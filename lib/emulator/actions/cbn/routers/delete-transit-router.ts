import { ApiError } from '../../../api-error.js'
import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, requiredEnterpriseRouter, startChange } from '../../transit-routers.js'

/** DeleteTransitRouter: refused while it has an attachment or a custom route table. */
export const answerDeleteTransitRouter: Action = withClientToken((call, context) => {
  const { world, nowMs, random } = context
  const { cen, ...router } = requiredEnterpriseRouter(call, context)
  const { attachments, routers, tables } = world.enterprise.records
  if (router.status !== 'Active') throw new ApiError('IncorrectStatus.TransitRouterInstance')
  if (attachments.by('router', router.id, nowMs).length > 0)
    throw new ApiError('InvalidOperation.AttachedChildInstanceExist')
  if (tables.by('router', router.id, nowMs).some(({ type }) => type === 'Custom'))
    throw new ApiError('InvalidOperation.CustomRouteTableExist')
  if (isTrue(call, 'DryRun')) return {}
  const endsAtMs = startChange(context, cen, world.durationMs('routerMs', nowMs, random))
  routers.put({ ...router, status: 'Deleting', endsAtMs, nextStatus: undefined })
  return {}
})
