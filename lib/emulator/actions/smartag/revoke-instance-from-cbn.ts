import type { Action } from '../../action.js'
import { cbnGrant } from './grant-instance-to-cbn.js'

/** RevokeInstanceFromCbn: takes a grant back; what is attached stays attached. */
export const revokeInstanceFromCbn: Action = (call, scene) => {
  scene.world.grants.change(cbnGrant(call, scene), 'revoked', scene.nowMs)
  return {}
}
