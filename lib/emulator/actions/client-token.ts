/** Client tokens: a call that is repeated with its token gets its first answer, and has no second effect. */
import { ApiError } from '../api-error.js'
import { type Action, CLIENT_TOKEN } from './action.js'

/** The token is the caller's for this action; a dry run does not use it up. */
export const withClientToken =
  (run: Action): Action =>
  (call, context) => {
    const { ClientToken: token, ...parameters } = call.parameters
    if (!token || parameters.DryRun === 'true') return run(call, context)
    if (!CLIENT_TOKEN.test(token))
      throw new ApiError('InvalidParameter', { message: 'ClientToken must have 1 to 64 ASCII characters.' })
    const key = `${call.caller.accountId} ${call.action} ${token}`
    const fingerprint = JSON.stringify(Object.entries(parameters).sort())
    return context.world.enterprise.clientTokens.once(key, fingerprint, context.nowMs, () => run(call, context))
  }
