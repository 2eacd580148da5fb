import { ApiError } from '../../api-error.js'
import { type Action, type ActionContext, type EmulatedCall, required } from '../action.js'
import { requiredOwnInstance } from '../own-instance.js'

/** The parameters of both grant actions of Smartag, which names a region without the `ccn-` of CEN. */
export function readCbnGrant(call: EmulatedCall, context: ActionContext) {
  const regionId = `ccn-${required(call, 'RegionId')}`
  const id = required(call, 'CcnInstanceId', /^ccn-[\w-]+$/)
  const cenId = required(call, 'CenInstanceId', /^cen-[\w-]+$/)
  const { childInstanceId } = requiredOwnInstance(call, context, { id, type: 'CCN', regionId })
  return { childInstanceId, cenId }
}

/** GrantInstanceToCbn: the owner of a CCN allows a CEN of another account to attach it. No ClientToken; an existing grant is refused. */
export const answerGrantInstanceToCbn: Action = (call, context) => {
  const cenOwnerId = required(call, 'CenUid', /^\d+$/)
  const { world, nowMs } = context
  const grant = readCbnGrant(call, context)
  if (world.grants.made(grant.childInstanceId, { cenId: grant.cenId, ownerId: cenOwnerId }, nowMs))
    throw new ApiError('DuplicatedGrantRule', { message: 'The specified privilege granting rule already exists.' })
  world.grants.change({ ...grant, cenOwnerId }, 'granted', nowMs)
  return {}
}
