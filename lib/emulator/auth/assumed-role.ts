/** Finding the role and opening the session, for AssumeRole and AssumeRoleWithOIDC. */
import * as v from 'valibot'
import { type ActionContext, type EmulatedCall, required } from '../actions/action.js'
import { ApiError } from '../api-error.js'
import type { Role } from '../world/trust-file.js'
import { RamPolicy } from './ram-policy.js'
import { roleArn, roleOf } from './sessions.js'

interface FoundRole extends Role {
  readonly accountId: string
}

const ROLE_ARN = /^acs:ram::(\d+):role\/([\w.-]+)$/i
const MIN_SECONDS = 900
const DEFAULT_SECONDS = 3_600
const MAX_POLICY_LENGTH = 2_048

export function requiredRole(call: EmulatedCall, { world }: ActionContext): FoundRole {
  const arn = required(call, 'RoleArn', /./)
  const [, accountId = '', roleName = ''] = ROLE_ARN.exec(arn) ?? []
  if (roleName === '')
    throw new ApiError('InvalidParameter.RoleArn', { message: 'The parameter RoleArn is wrongly formed.' })
  const role = world.account(accountId) && roleOf(world.roles, accountId, roleName)
  if (!role) throw new ApiError('EntityNotExist.Role', { http: 404, message: `The role not exists: ${arn}.` })
  return { ...role, accountId }
}

/** Opens a session and returns the part of the answer that both actions share. */
export function openSession(role: FoundRole, call: EmulatedCall, { world, nowMs, random }: ActionContext) {
  const { accountId, roleName, maxSessionSeconds, policy } = role
  const sessionName = required(call, 'RoleSessionName', /./)
  if (!/^[a-zA-Z0-9.@\-_]{2,64}$/.test(sessionName))
    throw new ApiError('InvalidParameter.RoleSessionName', {
      message: 'The parameter RoleSessionName is wrongly formed.',
    })
  const seconds = Number(call.parameters.DurationSeconds ?? Math.min(DEFAULT_SECONDS, maxSessionSeconds))
  if (!Number.isInteger(seconds) || seconds < MIN_SECONDS || seconds > maxSessionSeconds)
    throw new ApiError('InvalidParameter.DurationSeconds', {
      message: `The Min/Max value of DurationSeconds is ${MIN_SECONDS}/${maxSessionSeconds} seconds.`,
    })
  const requestedPolicy = sessionPolicy(call.parameters.Policy)
  const expiresAtMs = nowMs + seconds * 1_000
  const roleId = `3${accountId}`
  const session = { accountId, roleName, roleId, sessionName, expiresAtMs }
  const keys = world.sessions.open(
    { ...session, policies: [policy, requestedPolicy].flatMap((one) => one ?? []) },
    random,
  )
  return {
    AssumedRoleUser: { Arn: `${roleArn(role)}/${sessionName}`, AssumedRoleId: `${roleId}:${sessionName}` },
    Credentials: {
      AccessKeyId: keys.accessKeyId,
      AccessKeySecret: keys.accessKeySecret,
      SecurityToken: keys.securityToken,
      Expiration: `${new Date(expiresAtMs).toISOString().slice(0, 19)}Z`,
    },
  }
}

function sessionPolicy(text: string | undefined): RamPolicy | undefined {
  if (text === undefined) return undefined
  if (text.length > MAX_POLICY_LENGTH)
    throw new ApiError('InvalidParameter.PolicySize', { message: 'The size of Policy must be smaller than 2048.' })
  try {
    return v.parse(RamPolicy, JSON.parse(text))
  } catch {
    throw new ApiError('InvalidParameter.PolicyGrammar', {
      message: 'The parameter Policy has not passed grammar check.',
    })
  }
}
