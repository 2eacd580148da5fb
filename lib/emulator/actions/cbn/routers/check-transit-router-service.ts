import { ApiError } from '../../../api-error.js'
import type { Action } from '../../action.js'

/** CheckTransitRouterService: an account that has not opened the service gets an error, not `false`. */
export const answerCheckTransitRouterService: Action = ({ caller }, { world }) => {
  const { transitRouterService = 'open' } = world.account(caller.accountId) ?? {}
  if (transitRouterService === 'closed')
    throw new ApiError('USER_NOT_OPEN_TR_SERVICE', { message: 'The user has not opened the transit router service.' })
  return { Enabled: String(transitRouterService === 'open') }
}
