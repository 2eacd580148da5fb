/** Grants for the owner: assumes a role in the owner's account, with a session policy that allows only this grant, and makes it. */
import type { Attachment, ChildInstanceType } from '../../domain/attachment.js'
import type { Clock } from '../../domain/clock.js'
import { type Answer, failureOf } from '../../domain/failure.js'
import { type GrantCall, grantCall, smartagRegion } from '../../domain/grant-call.js'
import type { CallLimits } from '../../reconcile/driver.js'
import { NO_OBSERVER } from '../../telemetry/observer.js'
import { fixedKeys } from '../credentials/key-source.js'
import type { SessionKeys } from '../credentials/role-session.js'
import { assumeRole } from '../credentials/sts.js'
import { createSequences } from '../sdk/in-sequence.js'
import { createRpcCall, type RpcCall } from '../sdk/rpc.js'

export interface OwnerRole {
  /** The name of the role, which is the same in every owner account. */
  readonly name: string
  readonly sessionName: string
}

/** Makes one grant, or takes one back, with the keys of an owner's session. `clientToken`: of a grant. */
export type MakeGrant = (
  call: GrantCall,
  clientToken: string | undefined,
  keys: SessionKeys['keys'],
  limits: CallLimits,
) => Promise<Answer<unknown>>

export type OwnerGrant = (
  attachment: Attachment,
  cenOwnerId: string,
  clientToken: string,
  limits: CallLimits,
) => Promise<Answer<unknown>>

/** The shortest session of STS (AssumeRole, DurationSeconds). */
const SESSION_SECONDS = 900

/** Grants of one child instance are made in sequence: the API refuses concurrent ones (help.aliyun.com, document_detail/126240). */
export function createOwnerGrant(sts: RpcCall, role: OwnerRole, make: MakeGrant): OwnerGrant {
  const inSequence = createSequences()

  const grant: OwnerGrant = async (attachment, cenOwnerId, clientToken, limits) => {
    const session = await assumeOwnerRole(sts, role, attachment, GRANT_RULES, limits)
    if (!session.ok) return session
    return make(grantCall(attachment, cenOwnerId), clientToken, session.value.keys, limits)
  }

  return (attachment, ...rest) => inSequence(attachment.childInstanceId, () => grant(attachment, ...rest))
}

/** A session of the role in the owner's account that allows the one call of the rule, on this child instance. */
export async function assumeOwnerRole(
  sts: RpcCall,
  role: OwnerRole,
  attachment: Attachment,
  rules: Readonly<Record<ChildInstanceType, GrantRule>>,
  limits: CallLimits,
): Promise<Answer<SessionKeys>> {
  const { childInstanceOwnerId: ownerId } = attachment
  if (ownerId === undefined) return { ok: false, failure: failureOf({ code: 'OwnerUnknown' }) }
  const toAssume = {
    RoleArn: `acs:ram::${ownerId}:role/${role.name}`,
    RoleSessionName: role.sessionName,
    DurationSeconds: SESSION_SECONDS,
    Policy: policyOf(permissionOf(rules[attachment.childInstanceType], ownerId, attachment)),
  }
  return assumeRole(sts, toAssume, limits)
}

const VERSIONS: Readonly<Record<GrantCall['product'], string>> = {
  vpc: '2016-04-28',
  smartag: '2018-03-13',
  cbn: '2017-09-12',
  ram: '2015-05-01',
}

/** Makes grants over HTTP. `endpoints` may name a product's server; the default is that of the call's region. */
export function createMakeGrant(
  endpoints: Readonly<Partial<Record<GrantCall['product'], string>>>,
  clock: Clock,
  observer = NO_OBSERVER,
): MakeGrant {
  return async ({ product, operation, regionId, parameters }, ClientToken, keys, limits) => {
    const endpoint = endpoints[product] ?? `https://${product}.${regionId}.aliyuncs.com`
    const call = createRpcCall({ endpoint, version: VERSIONS[product] }, fixedKeys(keys), clock, observer)
    // GrantInstanceToCbn has no ClientToken (Smartag 2018-03-13).
    const hasToken = product === 'vpc' && ClientToken !== undefined
    const answer = await call(operation, hasToken ? { ...parameters, ClientToken } : parameters, limits)
    return !answer.ok && answer.failure.kind === 'already-granted' ? { ok: true, value: {} } : answer
  }
}

export interface RamPermission {
  readonly action: string
  /** An ARN, with `*` for any text. */
  readonly resource: string
}

export interface GrantRule {
  readonly action: string
  readonly product: string
  readonly resource: string
}

/** Source: RAM authorization on the pages of GrantInstanceToCen (Vpc) and GrantInstanceToCbn (Smartag). */
export const GRANT_RULES: Readonly<Record<ChildInstanceType, GrantRule>> = {
  VPC: { action: 'vpc:GrantInstanceToCen', product: 'vpc', resource: 'vpc' },
  VBR: { action: 'vpc:GrantInstanceToCen', product: 'vpc', resource: 'virtualborderrouter' },
  CCN: { action: 'smartag:GrantInstanceToCbn', product: 'smartag', resource: 'ccn' },
}

type Granted = Pick<Attachment, 'childInstanceId' | 'childInstanceRegionId'>

function permissionOf({ action, product, resource }: GrantRule, ownerId: string, granted: Granted): RamPermission {
  return {
    action,
    resource: `acs:${product}:${smartagRegion(granted.childInstanceRegionId)}:${ownerId}:${resource}/${granted.childInstanceId}`,
  }
}

/** A RAM policy that allows only this permission. */
export const policyOf = ({ action, resource }: RamPermission): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] })
