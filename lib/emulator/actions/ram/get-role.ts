import { ApiError } from '../../api-error.js'
import { type Action, required } from '../action.js'

const SERVICE_ROLES = /^AliyunServiceRoleFor\w+$/

/** GetRole: a role of the world in the caller's account. Every account has the service-linked roles. */
export const answerGetRole: Action = (call, { world }) => {
  const { accountId } = call.caller
  const name = required(call, 'RoleName', /^[\w.-]{1,64}$/)
  const known = world.roles.some((role) => role.roleName === name && (role.accountId ?? accountId) === accountId)
  if (!known && !SERVICE_ROLES.test(name))
    throw new ApiError('EntityNotExist.Role', { http: 404, message: `The role not exists: ${name}.` })
  return { Role: { RoleName: name, Arn: `acs:ram::${accountId}:role/${name.toLowerCase()}` } }
}
