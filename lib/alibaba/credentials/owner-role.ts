/** Sessions of the role that owners give cen-attach in their accounts. */
import type { Answer } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'
import type { RpcCall } from '../sdk/rpc.js'
import type { SessionKeys } from './role-session.js'
import { assumeRole } from './sts.js'

export interface OwnerRole {
  /** The name of the role, which is the same in every owner account. */
  readonly name: string
  readonly sessionName: string
}

/** The shortest session of STS (AssumeRole, DurationSeconds). */
export const SHORTEST_SESSION_SECONDS = 900

interface OwnerSession {
  readonly seconds: number
  /** All that the session may do, of what the role may do. */
  readonly actions: string | readonly string[]
  /** An ARN, with `*` for any text. */
  readonly resource: string
}

export const assumeOwnerRole = (
  sts: RpcCall,
  { name, sessionName }: OwnerRole,
  ownerId: string,
  { seconds, actions, resource }: OwnerSession,
  limits: CallLimits,
): Promise<Answer<SessionKeys>> => {
  const Statement = [{ Effect: 'Allow', Action: actions, Resource: resource }]
  const role = {
    RoleArn: `acs:ram::${ownerId}:role/${name}`,
    RoleSessionName: sessionName,
    DurationSeconds: seconds,
    Policy: JSON.stringify({ Version: '1', Statement }),
  }
  return assumeRole(sts, role, limits)
}
