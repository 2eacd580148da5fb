import { ApiError } from '../../../api-error.js'
import { UNDOCUMENTED_CODES } from '../../../undocumented-codes.js'
import type { Action } from '../../action.js'
import { changeRouterGrant, readRouterGrant } from './grant-instance-to-transit-router.js'

/** RevokeInstanceFromTransitRouter: only after detaching. No ClientToken. */
export const answerRevokeInstanceFromTransitRouter: Action = (call, context) => {
  const grant = readRouterGrant(call, context)
  const { attachments } = context.world.enterprise.records
  if (attachments.by('child', grant.childInstanceId, context.nowMs).some(({ cenId }) => cenId === grant.cenId))
    throw new ApiError(UNDOCUMENTED_CODES.revokeWhileAttached)
  changeRouterGrant(context, grant, 'revoked')
  return {}
}
