import { ApiError } from '../../api-error.js'
import { openSession, requiredRole } from '../../auth/assumed-role.js'
import { HOME_ACCOUNT } from '../../world/world.js'
import type { Action } from '../action.js'

/** AssumeRole: temporary keys of a role that trusts the caller's account. */
export const answerAssumeRole: Action = (call, context) => {
  const role = requiredRole(call, context)
  const { trustedAccounts = [HOME_ACCOUNT.accountId], externalId } = role
  const trusted =
    trustedAccounts.includes(call.caller.accountId) &&
    (externalId ?? call.parameters.ExternalId) === call.parameters.ExternalId
  if (!trusted)
    throw new ApiError('NoPermission', {
      message: 'You are not authorized to do this action. You should be authorized by RAM.',
    })
  return openSession(role, call, context)
}
