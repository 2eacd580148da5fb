/** Grants for the owner, and takes grants back: by a role in the owner's account, with a session policy that allows only this call. */
import type { Attachment, ChildInstanceType } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import type { FailureKind } from '../../domain/error-codes.js'
import { type Answer, answered, refusal } from '../../domain/failure.js'
import { type GrantCall, grantCall, revokeCall, smartagRegion } from '../../domain/grant-call.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { NO_OBSERVER } from '../../telemetry/observer.js'
import { fixedKeys } from '../credentials/key-source.js'
import { assumeOwnerRole, type OwnerRole, SHORTEST_SESSION_SECONDS } from '../credentials/owner-role.js'
import type { SessionKeys } from '../credentials/role-session.js'
import { createSequences } from '../sdk/in-sequence.js'
import { API_VERSIONS, createRpcCall, type RpcCall } from '../sdk/rpc.js'

/** Makes one grant, or takes one back, with the keys of an owner's session. `clientToken`: of a grant. */
export type MakeGrant = (
  call: GrantCall,
  clientToken: string | undefined,
  keys: SessionKeys['keys'],
  limits: CallLimits,
) => Promise<Answer<unknown>>

/** The grant of an owner. What is granted already, or gone already, is ok. */
export interface OwnerGrant {
  grant(attachment: Attachment, cenOwnerId: string, clientToken: string, limits: CallLimits): Promise<Answer<unknown>>
  revoke(attachment: Attachment, cenOwnerId: string, limits: CallLimits): Promise<Answer<unknown>>
}

type GrantChange = keyof OwnerGrant

export function createOwnerGrant(sts: RpcCall, role: OwnerRole, make: MakeGrant): OwnerGrant {
  const inSequence = createGrantSequence()

  const makeChange = (
    change: GrantChange,
    attachment: Attachment,
    call: GrantCall,
    clientToken: string | undefined,
    limits: CallLimits,
  ) =>
    inSequence(change, attachment, async () => {
      const { childInstanceOwnerId: ownerId } = attachment
      if (ownerId === undefined) return refusal('OwnerUnknown')
      const { action, resource } = permissionOf(change, ownerId, attachment)
      const allowed = { seconds: SHORTEST_SESSION_SECONDS, actions: action, resource }
      const session = await assumeOwnerRole(sts, role, ownerId, allowed, limits)
      return session.ok ? make(call, clientToken, session.value.keys, limits) : session
    })

  return {
    grant: (attachment, cenOwnerId, clientToken, limits) =>
      makeChange('grant', attachment, grantCall(attachment, cenOwnerId), clientToken, limits),
    revoke: (attachment, cenOwnerId, limits) =>
      makeChange('revoke', attachment, revokeCall(attachment, cenOwnerId), undefined, limits),
  }
}

/** The failures that show that nothing is left to change. */
const MADE_ALREADY: Readonly<Record<GrantChange, FailureKind>> = { grant: 'already-granted', revoke: 'absent' }

/**
 * Makes the changes of one child instance's grant in sequence: the API refuses concurrent ones
 * (help.aliyun.com, document_detail/126240). A change that is made already is ok.
 */
export function createGrantSequence() {
  const inSequence = createSequences()
  return (change: GrantChange, { childInstanceId }: Attachment, call: () => Promise<Answer<unknown>>) =>
    inSequence(childInstanceId, async (): Promise<Answer<unknown>> => {
      const answer = await call()
      return !answer.ok && answer.failure.kind === MADE_ALREADY[change] ? answered({}) : answer
    })
}

/** Makes grants over HTTP. `endpoints` may name a product's server; the default is that of the call's region. */
export function createMakeGrant(
  endpoints: Readonly<Partial<Record<GrantCall['product'], string>>>,
  clock: Clock,
  observer = NO_OBSERVER,
): MakeGrant {
  return async ({ product, operation, regionId, parameters }, ClientToken, keys, limits) => {
    const endpoint = endpoints[product] ?? `https://${product}.${regionId}.aliyuncs.com`
    const call = createRpcCall({ endpoint, version: API_VERSIONS[product] }, fixedKeys(keys), clock, observer)
    // GrantInstanceToCbn has no ClientToken (Smartag 2018-03-13).
    const hasToken = product === 'vpc' && ClientToken !== undefined
    return call(operation, hasToken ? { ...parameters, ClientToken } : parameters, limits)
  }
}

export interface RamPermission {
  readonly action: string
  /** An ARN, with `*` for any text. */
  readonly resource: string
}

interface OwnerRule {
  readonly product: string
  readonly resource: string
  /** The action that each change needs. */
  readonly grant: string
  readonly revoke: string
}

/** Source: RAM authorization on the pages of the actions of Vpc and Smartag. */
// biome-ignore format: a table is read by the row
export const OWNER_RULES: Readonly<Record<ChildInstanceType, OwnerRule>> = {
  VPC: { product: 'vpc', resource: 'vpc', grant: 'vpc:GrantInstanceToCen', revoke: 'vpc:RevokeInstanceFromCen' },
  VBR: { product: 'vpc', resource: 'virtualborderrouter', grant: 'vpc:GrantInstanceToCen', revoke: 'vpc:RevokeInstanceFromCen' },
  CCN: { product: 'smartag', resource: 'ccn', grant: 'smartag:GrantInstanceToCbn', revoke: 'smartag:RevokeInstanceFromCbn' },
}

/** What the session of a change may do: this call, of this child instance. */
function permissionOf(
  change: GrantChange,
  ownerId: string,
  { childInstanceId, childInstanceType, childInstanceRegionId }: Attachment,
): RamPermission {
  const { product, resource, [change]: action } = OWNER_RULES[childInstanceType]
  const region = smartagRegion(childInstanceRegionId)
  return { action, resource: `acs:${product}:${region}:${ownerId}:${resource}/${childInstanceId}` }
}
