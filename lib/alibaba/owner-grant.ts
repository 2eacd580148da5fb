/** Grants for the owner: assumes a role in the owner's account, with a session that may do this one grant, and makes it. */
import type { Attachment } from '../attachment.js'
import { failureOf } from '../failure.js'
import { type GrantCall, grantCall } from '../grant-call.js'
import { NOBODY } from '../observer.js'
import type { Answer, CallLimits, Clock } from '../ports.js'
import { fixedKeys } from './credential.js'
import { grantPermission, policyOf } from './grant-permission.js'
import { createRpcCall, type RpcCall } from './rpc.js'
import type { SessionKeys } from './session-keys.js'
import { assumeRole } from './sts.js'

export interface OwnerRole {
  /** The role's name, the same in every owner account. */
  readonly name: string
  readonly sessionName: string
}

/** Makes one grant with the keys of an owner's session. */
export type MakeGrant = (
  call: GrantCall,
  clientToken: string,
  keys: SessionKeys['keys'],
  limits: CallLimits,
) => Promise<Answer<unknown>>

export type OwnerGrant = (
  attachment: Attachment,
  cenOwnerId: string,
  clientToken: string,
  limits: CallLimits,
) => Promise<Answer<unknown>>

/** The shortest session that STS gives (AssumeRole, DurationSeconds). */
const SESSION_SECONDS = 900

/** Grants of one child instance are made one after the other: the API takes no two at once (help.aliyun.com, document_detail/126240). */
export function createOwnerGrant(sts: RpcCall, role: OwnerRole, make: MakeGrant): OwnerGrant {
  const last = new Map<string, Promise<unknown>>()

  const grant: OwnerGrant = async (attachment, cenOwnerId, clientToken, limits) => {
    const { childInstanceOwnerId: ownerId } = attachment
    if (ownerId === undefined) return { ok: false, failure: failureOf({ code: 'OwnerUnknown' }) }
    const toAssume = {
      RoleArn: `acs:ram::${ownerId}:role/${role.name}`,
      RoleSessionName: role.sessionName,
      DurationSeconds: SESSION_SECONDS,
      Policy: policyOf(grantPermission(ownerId, attachment)),
    }
    const session = await assumeRole(sts, toAssume, limits)
    if (!session.ok) return session
    return make(grantCall(attachment, cenOwnerId), clientToken, session.value.keys, limits)
  }

  return (attachment, ...rest) => {
    const { childInstanceId } = attachment
    const turn = (last.get(childInstanceId) ?? Promise.resolve()).then(() => grant(attachment, ...rest))
    last.set(childInstanceId, turn)
    return turn.finally(() => {
      if (last.get(childInstanceId) === turn) last.delete(childInstanceId)
    })
  }
}

const VERSIONS: Readonly<Record<GrantCall['product'], string>> = { vpc: '2016-04-28', smartag: '2018-03-13' }

/** The API says with these that the grant is there already (error tables of GrantInstanceToCen and GrantInstanceToCbn). */
const IS_GRANTED: ReadonlySet<string> = new Set(['DuplicatedGrantRule', 'InstanceExist'])

/** Makes grants over the wire; `endpoints` name a product's own server, by default that of the call's region. */
export function createMakeGrant(
  endpoints: Readonly<Partial<Record<GrantCall['product'], string>>>,
  clock: Clock,
  observer = NOBODY,
): MakeGrant {
  return async ({ product, operation, regionId, parameters }, ClientToken, keys, limits) => {
    const endpoint = endpoints[product] ?? `https://${product}.${regionId}.aliyuncs.com`
    const call = createRpcCall({ endpoint, version: VERSIONS[product] }, fixedKeys(keys), clock, observer)
    // GrantInstanceToCbn has no ClientToken (Smartag 2018-03-13).
    const answer = await call(operation, product === 'vpc' ? { ...parameters, ClientToken } : parameters, limits)
    return !answer.ok && IS_GRANTED.has(answer.failure.code) ? { ok: true, value: {} } : answer
  }
}
