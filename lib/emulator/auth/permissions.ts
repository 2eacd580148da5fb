/** The RAM check of a call: its permission `product:Action` and the ARNs of its resources. */
import type { Action, EmulatedCall } from '../actions/action.js'
import { listOf } from '../actions/tags.js'
import { ApiError } from '../api-error.js'
import { allows } from './ram-policy.js'

/** One resource, or several that must all be allowed. */
type ArnOf = (call: EmulatedCall) => string | readonly string[]

interface EmulatedAction {
  readonly run: Action
  /** The resources that must all be allowed; absent: the action needs no permission. */
  readonly resources?: readonly ArnOf[]
  /** True: the call may be unsigned. */
  readonly unsigned?: boolean
}

export interface EmulatedProduct {
  /** The product's name in RAM. */
  readonly name: 'cen' | 'vpc' | 'smartag' | 'sts' | 'ram'
  readonly actions: Readonly<Record<string, EmulatedAction>>
}

const TYPE_PATHS: Readonly<Record<string, string>> = { VPC: 'vpc', VBR: 'virtualborderrouter', CCN: 'ccn' }

/** All resources. */
export const anyResource: ArnOf = () => '*'

export const cenArn: ArnOf = ({ caller, parameters }) =>
  `acs:cen:*:${caller.accountId}:ceninstance/${parameters.CenId ?? '*'}`

/** The CENs of an action on tags or resource groups: `ResourceId.N` or `ResourceId`, or all CENs. */
export const taggedArn: ArnOf = (call) => {
  const { caller, parameters } = call
  const named = [...listOf(call, 'ResourceId'), ...(parameters.ResourceId === undefined ? [] : [parameters.ResourceId])]
  return (named.length > 0 ? named : ['*']).map((cenId) => `acs:cen:*:${caller.accountId}:ceninstance/${cenId}`)
}

/** The child instance of an attach or detach. */
export const childArn: ArnOf = ({ caller, parameters }) => {
  const path = TYPE_PATHS[parameters.ChildInstanceType ?? '']
  return path ? `acs:vpc:*:${caller.accountId}:${path}/${parameters.ChildInstanceId}` : '*'
}

/** The network instance of a Vpc grant. */
export const instanceArn: ArnOf = ({ caller, parameters }) =>
  `acs:vpc:${parameters.RegionId}:${caller.accountId}:${TYPE_PATHS[parameters.InstanceType ?? ''] ?? 'vpc'}/${parameters.InstanceId}`

/** Documented for CreateTransitRouterVpcAttachment; assumed for the other actions that name a router. */
export const routerArn: ArnOf = ({ caller, parameters }) =>
  `acs:cen:*:${caller.accountId}:centransitrouter/${parameters.TransitRouterId || '*'}`

/** Documented for AssociateTransitRouterAttachmentWithRouteTable; assumed for the other actions that name an attachment. */
export const attachmentArn: ArnOf = ({ caller, parameters }) =>
  `acs:cen:*:${caller.accountId}:centransitrouterattachment/${parameters.TransitRouterAttachmentId || '*'}`

/** Assumed. */
export const routerTableArn: ArnOf = ({ caller, parameters }) =>
  `acs:cen:*:${caller.accountId}:centransitrouterroutetable/${parameters.TransitRouterRouteTableId || '*'}`

/** The network of a grant to a transit router, in which a VBR is an `ExpressConnect`. */
export const routerGrantArn: ArnOf = ({ caller, parameters }) =>
  `acs:vpc:${parameters.RegionId}:${caller.accountId}:${parameters.InstanceType === 'VPC' ? 'vpc' : 'virtualborderrouter'}/${parameters.InstanceId}`

export const vpcArn: ArnOf = ({ caller, parameters }) =>
  `acs:vpc:${parameters.RegionId ?? '*'}:${caller.accountId}:vpc/${parameters.VpcId ?? '*'}`

/** The VPCs or vSwitches of an action on tags. */
export const vpcTaggedArn: ArnOf = (call) =>
  listOf(call, 'ResourceId').map(
    (id) =>
      `acs:vpc:${call.parameters.RegionId ?? '*'}:${call.caller.accountId}:${id.startsWith('vsw-') ? 'vswitch' : 'vpc'}/${id}`,
  )

export const vSwitchArn: ArnOf = ({ caller, parameters }) =>
  `acs:vpc:${parameters.RegionId ?? '*'}:${caller.accountId}:vswitch/${parameters.VSwitchId ?? '*'}`

/** The route table of a network. */
export const routeTableArn: ArnOf = ({ caller, parameters }) =>
  `acs:vpc:${parameters.RegionId ?? '*'}:${caller.accountId}:routetable/${parameters.RouteTableId ?? '*'}`

export const ccnArn: ArnOf = ({ caller, parameters }) =>
  `acs:smartag:${parameters.RegionId}:${caller.accountId}:ccn/${parameters.CcnInstanceId}`

export const namedRoleArn: ArnOf = ({ caller, parameters }) =>
  `acs:ram:*:${caller.accountId}:role/${parameters.RoleName}`

export const assumedRoleArn: ArnOf = ({ parameters }) => parameters.RoleArn ?? '*'

/** The error of each product for a call that RAM denies. */
const DENIALS: Readonly<Record<EmulatedProduct['name'], { code: string; http?: number; message?: string }>> = {
  cen: { code: 'Unauthorized' },
  vpc: { code: 'Forbidden.RAM', message: 'User not authorized to operate on the specified resource.' },
  smartag: { code: 'Forbidden.RAM', message: 'User not authorized to operate on the specified resource.' },
  ram: { code: 'NoPermission', message: 'You are not authorized to do this action. You should be authorized by RAM.' },
  sts: { code: 'NoPermission', message: 'You are not authorized to do this action. You should be authorized by RAM.' },
}

/** Throws an ApiError if the action is denied to the caller's account, or one of the session's policies does not allow it. */
export function authorize(call: EmulatedCall, product: EmulatedProduct, { resources = [] }: EmulatedAction): void {
  const { caller, action } = call
  const permission = `${product.name}:${action}`
  const denied = caller.denied?.some((name) => name === action || name === permission) === true
  const policies = caller.session?.policies ?? []
  const arns = resources.flatMap((arnOf) => arnOf(call))
  const allowed = arns.every((arn) => policies.every((policy) => allows(policy, permission, arn)))
  if (resources.length === 0 || (!denied && allowed)) return
  const { code, ...facts } = DENIALS[product.name]
  throw new ApiError(code, {
    ...facts,
    accessDenied: {
      AuthAction: permission,
      AuthPrincipalOwnerId: caller.accountId,
      AuthPrincipalType: caller.session ? 'AssumedRoleUser' : 'SubUser',
      NoPermissionType: denied ? 'ExplicitDeny' : 'ImplicitDeny',
    },
  })
}
