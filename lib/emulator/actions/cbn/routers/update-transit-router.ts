import type { Action } from '../../action.js'
import { withClientToken } from '../../client-token.js'
import { isTrue, labelsOf, requiredRouter } from '../../transit-routers.js'

/** UpdateTransitRouter: name and description. */
export const answerUpdateTransitRouter: Action = withClientToken((call, context) => {
  const { cen: _, ...router } = requiredRouter(call, context)
  if (!isTrue(call, 'DryRun'))
    context.world.enterprise.records.routers.put({ ...router, ...labelsOf(call, 'TransitRouter') })
  return {}
})
