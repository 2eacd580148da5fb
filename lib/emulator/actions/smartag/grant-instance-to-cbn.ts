import { type Action, type ApiCall, required, type Scene } from '../../action.js'
import { ApiError } from '../../api-error.js'
import { ownInstance } from '../../granted-instance.js'

/** What both grant actions of Smartag name. Smartag writes a region without the `ccn-` that CEN puts before it. */
export function cbnGrant(call: ApiCall, scene: Scene) {
  const regionId = `ccn-${required(call, 'RegionId')}`
  const id = required(call, 'CcnInstanceId', /^ccn-[\w-]+$/)
  const cenId = required(call, 'CenInstanceId', /^cen-[\w-]+$/)
  const { childInstanceId } = ownInstance(call, scene, { id, type: 'CCN', regionId })
  return { childInstanceId, cenId }
}

/** GrantInstanceToCbn: the owner of a CCN lets a CEN of another account attach it. No ClientToken; a grant that is there is refused. */
export const grantInstanceToCbn: Action = (call, scene) => {
  const cenOwnerId = required(call, 'CenUid', /^\d+$/)
  const { world, nowMs } = scene
  const grant = cbnGrant(call, scene)
  if (world.grants.made(grant.childInstanceId, { cenId: grant.cenId, ownerId: cenOwnerId }, nowMs))
    throw new ApiError('DuplicatedGrantRule', { message: 'The specified privilege granting rule already exists.' })
  world.grants.change({ ...grant, cenOwnerId }, 'granted', nowMs)
  return {}
}
