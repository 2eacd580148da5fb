import type { Action } from '../../action.js'
import { ApiError } from '../../api-error.js'
import { openSession, requiredRole } from '../../assumed-role.js'
import { HOME_ACCOUNT } from '../../world.js'

/** AssumeRole: temporary keys of a role that trusts the caller's account. */
export const assumeRole: Action = (call, scene) => {
  const role = requiredRole(call, scene)
  const { trustedAccounts = [HOME_ACCOUNT.accountId], externalId } = role
  const trusted =
    trustedAccounts.includes(call.caller.accountId) &&
    (externalId ?? call.parameters.ExternalId) === call.parameters.ExternalId
  if (!trusted)
    throw new ApiError('NoPermission', {
      message: 'You are not authorized to do this action. You should be authorized by RAM.',
    })
  return openSession(role, call, scene)
}
