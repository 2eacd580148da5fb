/** The calls that somebody else must make: grants and their reverse, and what mends a missing service or role. */
import type { Attachment, Edition } from './attachment.js'
import { type Failure, normalCode } from './failure.js'

/** Stands in a grant call for the account that owns the CEN while that account is not known. */
export const UNKNOWN_CEN_OWNER = 'ACCOUNT_THAT_OWNS_THE_CEN'

/** Who pays for an attachment to an Enterprise Edition transit router; chosen by the grant. */
export const GRANT_ORDER_TYPES = ['PayByCenOwner', 'PayByResourceOwner'] as const
export type GrantOrderType = (typeof GRANT_ORDER_TYPES)[number]

/** API products, as the `aliyun` CLI names them. */
export const GRANT_PRODUCTS = ['vpc', 'smartag', 'cbn', 'ram'] as const
/** The only calls that anybody is asked to make. */
export const GRANT_OPERATIONS = [
  'GrantInstanceToCen',
  'GrantInstanceToCbn',
  'GrantInstanceToTransitRouter',
  'RevokeInstanceFromCen',
  'RevokeInstanceFromCbn',
  'RevokeInstanceFromTransitRouter',
  'OpenTransitRouterService',
  'CreateServiceLinkedRole',
] as const

export interface GrantCall {
  readonly product: (typeof GRANT_PRODUCTS)[number]
  readonly operation: (typeof GRANT_OPERATIONS)[number]
  /** The account that must make the call. */
  readonly ownerId: string
  readonly regionId: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * The missing grant. A CCN is granted by Smartag's GrantInstanceToCbn, a VPC or VBR by Vpc's GrantInstanceToCen or, on
 * Enterprise Edition, by Cbn's GrantInstanceToTransitRouter (terraform-provider-alicloud: resource_alicloud_cen_instance_grant.go,
 * resource_alicloud_cloud_connect_network_grant.go, resource_alicloud_cen_transit_router_grant_attachment.go).
 */
export function grantCall(
  attachment: Attachment,
  cenOwnerId: string,
  edition: Edition = 'basic',
  orderType: GrantOrderType = 'PayByCenOwner',
): GrantCall {
  const call = ownerCall(attachment, cenOwnerId, edition, 'Grant')
  return call.product === 'cbn' ? { ...call, parameters: { ...call.parameters, OrderType: orderType } } : call
}

/** The call that takes the grant back, which the API allows only once nothing is attached. */
export const revokeCall = (attachment: Attachment, cenOwnerId: string, edition: Edition = 'basic'): GrantCall =>
  ownerCall(attachment, cenOwnerId, edition, 'Revoke')

const OPERATIONS = {
  Grant: { vpc: 'GrantInstanceToCen', smartag: 'GrantInstanceToCbn', cbn: 'GrantInstanceToTransitRouter' },
  Revoke: { vpc: 'RevokeInstanceFromCen', smartag: 'RevokeInstanceFromCbn', cbn: 'RevokeInstanceFromTransitRouter' },
} as const

/** Cbn names a VBR `ExpressConnect` in grants, and `VBR` everywhere else. */
const GRANT_TYPES = { VPC: 'VPC', VBR: 'ExpressConnect' } as const

/** A grant, or its reverse: both have the same parameters. */
function ownerCall(
  attachment: Attachment,
  cenOwnerId: string,
  edition: Edition,
  verb: keyof typeof OPERATIONS,
): GrantCall {
  const { cenId, childInstanceId, childInstanceType, childInstanceRegionId } = attachment
  const ownerId = attachment.childInstanceOwnerId ?? 'the owner of the child instance'
  if (childInstanceType === 'CCN') {
    const regionId = smartagRegion(childInstanceRegionId)
    const parameters = { RegionId: regionId, CcnInstanceId: childInstanceId, CenInstanceId: cenId, CenUid: cenOwnerId }
    return { product: 'smartag', operation: OPERATIONS[verb].smartag, ownerId, regionId, parameters }
  }
  const product = edition === 'enterprise' ? 'cbn' : 'vpc'
  const parameters = {
    RegionId: childInstanceRegionId,
    InstanceId: childInstanceId,
    InstanceType: edition === 'enterprise' ? GRANT_TYPES[childInstanceType] : childInstanceType,
    CenId: cenId,
    CenOwnerId: cenOwnerId,
  }
  return { product, operation: OPERATIONS[verb][product], ownerId, regionId: childInstanceRegionId, parameters }
}

interface Mending {
  readonly product: 'cbn' | 'ram'
  readonly operation: 'OpenTransitRouterService' | 'CreateServiceLinkedRole'
  /** Whose account must call: that of the CEN, or that of the child instance. */
  readonly account: 'cen' | 'owner'
  readonly parameters: Readonly<Record<string, string>>
}

const OPEN_SERVICE = { product: 'cbn', operation: 'OpenTransitRouterService', parameters: {} } as const

/** Assumed: the service-linked role is missing in the account that owns the network, where the router makes its interfaces. */
const MENDINGS: readonly (readonly [code: string, Mending])[] = [
  ['Forbbiden.TransitRouterServiceNotOpen', { ...OPEN_SERVICE, account: 'cen' }],
  ['Forbidden.TransitRouterServiceExpired', { ...OPEN_SERVICE, account: 'cen' }],
  ['USER_NOT_OPEN_TR_SERVICE', { ...OPEN_SERVICE, account: 'cen' }],
  ['Forbidden.ResourceOwnerTransitRouterServiceNotOpen', { ...OPEN_SERVICE, account: 'owner' }],
  ['Forbidden.ResourceOwnerTransitRouterServiceExpired', { ...OPEN_SERVICE, account: 'owner' }],
  [
    'NoPermission.AliyunServiceRoleForCEN',
    {
      product: 'ram',
      operation: 'CreateServiceLinkedRole',
      account: 'owner',
      parameters: { ServiceName: 'cen.aliyuncs.com' },
    },
  ],
]
const MENDING_OF = new Map(MENDINGS.map(([code, mending]) => [normalCode(code), mending]))

/** The call that mends an `unauthorized` failure, and the account that must make it; undefined if no single call does. */
export function mendingCall(
  { code }: Pick<Failure, 'code'>,
  attachment: Attachment,
  cenOwnerId: string,
): GrantCall | undefined {
  const mending = MENDING_OF.get(normalCode(code))
  if (!mending) return undefined
  const { account, ...call } = mending
  const ownerId = account === 'cen' ? cenOwnerId : (attachment.childInstanceOwnerId ?? cenOwnerId)
  return { ...call, ownerId, regionId: attachment.childInstanceRegionId }
}

/** The region of a CCN is `ccn-cn-shanghai` in Cbn and `cn-shanghai` in Smartag and its endpoints. */
export const smartagRegion = (regionId: string): string => regionId.replace(/^ccn-/, '')

/**
 * Products whose APIs need `--force`: the CLI has no metadata of them, and with `--force` it drops `--RegionId`
 * (openapi/force_rpc.go). The CLI calls the endpoint of `--region`, by default that of the profile, and sends `--region` as
 * RegionId if no other is given (aliyun-cli: openapi/invoker.go, config/flags.go; alibaba-cloud-sdk-go: auth/rpc_signature_composer.go).
 */
const FORCED: ReadonlySet<GrantCall['product']> = new Set(['smartag'])

/** The call as a command for the `aliyun` CLI, for any profile of the owner. */
export function commandOf({ product, operation, regionId, parameters }: GrantCall): string {
  const forced = FORCED.has(product)
  const named = Object.entries(parameters).filter(([name]) => !(forced && name === 'RegionId'))
  const flags = [...named.map(([name, value]) => `--${name} ${value}`), ...(forced ? ['--force'] : [])]
  return ['aliyun', product, operation, ...flags, `--region ${regionId}`].join(' ')
}

/** The call as a sentence. */
export function sentenceOf({ product, operation, ownerId, regionId, parameters }: GrantCall): string {
  const named = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  const call = `Account ${ownerId} must call ${operation} (${product}, region ${regionId})`
  return named.length === 0 ? call : `${call} with ${named.join(', ')}`
}

/** The call as a sentence and as a command. */
export const describeGrant = (call: GrantCall): string => `${sentenceOf(call)}; as a command: ${commandOf(call)}`
