/** The calls that Enterprise Edition needs: CEN's account, and the owner's account through its role. */
import type { Clock } from '../../../domain/clock.js'
import type { Answer } from '../../../domain/failure.js'
import { putNewest } from '../../../domain/kept.js'
import type { CallLimits } from '../../../reconcile/driver.js'
import { assumeOwnerRole, type OwnerRole } from '../../credentials/owner-role.js'
import type { SessionKeys } from '../../credentials/role-session.js'
import type { RpcCall } from '../../sdk/rpc.js'

export interface OwnerApis {
  readonly vpc: RpcCall
  readonly cbn: RpcCall
}

export interface EnterpriseApis {
  /** Cbn, in the account of the CENs. */
  readonly cbn: RpcCall
  /** Vpc in a region, in the account of the CENs. */
  vpc(regionId: string): RpcCall
  /** The same in an owner's account; absent if the worker has no role there. */
  readonly asOwner?: (ownerId: string, regionId: string) => OwnerApis
}

/** The product's call with the keys of a session. */
export type Connect = (product: 'cbn' | 'vpc', regionId: string, keys: SessionKeys['keys']) => RpcCall

/** What a session may do in the owner's account, to attach and to read the routes of a detach: read the networks, and grant. */
export const OWNER_ACTIONS = [
  'vpc:DescribeVSwitches',
  'vpc:DescribeRouteTableList',
  'vpc:DescribeRouteEntryList',
  'cen:GrantInstanceToTransitRouter',
] as const

/** The longest session of a role whose MaxSessionDuration is the default (RAM). */
const SESSION_SECONDS = 3_600
/** A session with less time left is not used, in milliseconds. */
const MIN_LIFETIME_MS = 5 * 60_000
const MAX_SESSIONS = 1_000

/** A grant is taken back with a session of its own, so that no other session may. */
export const OWNER_REVOKE = 'RevokeInstanceFromTransitRouter'

const REVOKE_ACTIONS = [`cen:${OWNER_REVOKE}`]

/**
 * The calls as an owner: the role is assumed once for each owner, until shortly before its session expires. A role that
 * cannot be assumed is the answer of the call: it is no fault of the worker's own credentials.
 */
export function createOwnerApis(
  sts: RpcCall,
  role: OwnerRole,
  connect: Connect,
  clock: Clock,
): (ownerId: string, regionId: string) => OwnerApis {
  const sessions = new Map<string, Promise<Answer<SessionKeys>>>()

  const sessionOf = async (
    ownerId: string,
    key: string,
    actions: readonly string[],
    limits: CallLimits,
  ): Promise<Answer<SessionKeys>> => {
    const known = await sessions.get(key)
    if (known?.ok && known.value.expiresAtMs - clock.now() >= MIN_LIFETIME_MS) return known
    const allowed = { seconds: SESSION_SECONDS, actions, resource: '*' }
    const pending = assumeOwnerRole(sts, role, ownerId, allowed, limits)
    putNewest(sessions, key, pending, MAX_SESSIONS)
    const session = await pending
    if (!session.ok && sessions.get(key) === pending) sessions.delete(key)
    return session
  }

  const callAs =
    (product: 'cbn' | 'vpc', ownerId: string, regionId: string): RpcCall =>
    async (action, query, limits) => {
      const isRevoke = action === OWNER_REVOKE
      const key = isRevoke ? `${ownerId} revoke` : ownerId
      const once = async () => {
        const session = await sessionOf(ownerId, key, isRevoke ? REVOKE_ACTIONS : OWNER_ACTIONS, limits)
        return session.ok ? connect(product, regionId, session.value.keys)(action, query, limits) : session
      }
      const answer = await once()
      if (answer.ok || answer.failure.kind !== 'credentials') return answer
      // The session may have been revoked.
      sessions.delete(key)
      return once()
    }

  return (ownerId, regionId) => ({
    vpc: callAs('vpc', ownerId, regionId),
    cbn: callAs('cbn', ownerId, regionId),
  })
}
