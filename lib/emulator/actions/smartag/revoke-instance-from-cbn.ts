import type { Action } from '../action.js'
import { readCbnGrant } from './grant-instance-to-cbn.js'

/** RevokeInstanceFromCbn: revokes a grant; an existing attachment is unaffected. */
export const answerRevokeInstanceFromCbn: Action = (call, context) => {
  context.world.grants.change(readCbnGrant(call, context), 'revoked', context.nowMs)
  return {}
}
