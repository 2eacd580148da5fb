import { ApiError } from '../../api-error.js'
import { type Action, required } from '../action.js'

const SERVICE_ROLE = 'AliyunServiceRoleForCEN'

/** GetRole: a role of the world in the caller's account, or the service-linked role of CEN unless the world says that it has none. */
export const answerGetRole: Action = (call, { world }) => {
  const { accountId } = call.caller
  const name = required(call, 'RoleName', /^[\w.-]{1,64}$/)
  const known = world.roles.some((role) => role.roleName === name && (role.accountId ?? accountId) === accountId)
  const isServiceRole = name === SERVICE_ROLE && world.account(accountId)?.serviceLinkedRole !== false
  if (!known && !isServiceRole)
    throw new ApiError('EntityNotExist.Role', { http: 404, message: `The role not exists: ${name}.` })
  return { Role: { RoleName: name, Arn: `acs:ram::${accountId}:role/${name.toLowerCase()}` } }
}
