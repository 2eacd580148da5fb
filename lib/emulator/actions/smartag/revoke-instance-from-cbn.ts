import type { Action } from '../action.js'
import { readCbnGrant } from './grant-instance-to-cbn.js'

/** RevokeInstanceFromCbn: takes a grant back; what is attached stays attached. */
export const answerRevokeInstanceFromCbn: Action = (call, context) => {
  context.world.grants.change(readCbnGrant(call, context), 'revoked', context.nowMs)
  return {}
}
