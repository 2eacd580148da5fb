/** Client tokens: a call that is repeated with its token gets its first answer, and has no second effect. */
import { ApiError } from '../api-error.js'
import type { Action } from './action.js'

/** Assumed: the window is not documented; 24 hours in milliseconds. */
const TOKEN_LIFETIME_MS = 86_400_000

/** Only an answer is remembered: a refused call may be repeated with its token. */
export const withClientToken =
  (run: Action): Action =>
  (call, context) => {
    const { ClientToken: token, ...parameters } = call.parameters
    if (!token || parameters.DryRun === 'true') return run(call, context)
    if (!/^[\x20-\x7e]{1,64}$/.test(token))
      throw new ApiError('InvalidParameter', { message: 'ClientToken must have 1 to 64 ASCII characters.' })
    const { clientTokens } = context.world.enterprise
    const key = `${call.caller.accountId} ${call.action} ${token}`
    const fingerprint = JSON.stringify(Object.entries(parameters).sort())
    const before = clientTokens.get(key)
    if (before && context.nowMs < before.atMs + TOKEN_LIFETIME_MS) {
      if (before.fingerprint === fingerprint) return before.answer
      throw new ApiError('IdempotentParameterMismatch', {
        message: 'The ClientToken has been used with other parameters.',
      })
    }
    const answer = run(call, context)
    clientTokens.set(key, { fingerprint, answer, atMs: context.nowMs })
    return answer
  }
