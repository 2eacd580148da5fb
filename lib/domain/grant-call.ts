/** The grant call: the exact API call by which the owner account lets a CEN attach its network. */
import type { Attachment } from './attachment.js'

/** Stands in a grant call for the account that owns the CEN while that account is not known. */
export const UNKNOWN_CEN_OWNER = 'ACCOUNT_THAT_OWNS_THE_CEN'

export interface GrantCall {
  /** The API product, as the `aliyun` CLI names it. */
  readonly product: 'vpc' | 'smartag'
  readonly operation: 'GrantInstanceToCen' | 'GrantInstanceToCbn'
  /** The account that must make the call. */
  readonly ownerId: string
  readonly regionId: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * The missing grant. A CCN is granted by Smartag's GrantInstanceToCbn, a VPC or VBR by Vpc's GrantInstanceToCen
 * (terraform-provider-alicloud: resource_alicloud_cen_instance_grant.go, resource_alicloud_cloud_connect_network_grant.go).
 */
export function grantCall(attachment: Attachment, cenOwnerId: string): GrantCall {
  const { cenId, childInstanceId, childInstanceType, childInstanceRegionId: regionId } = attachment
  const ownerId = attachment.childInstanceOwnerId ?? 'the owner of the child instance'
  if (childInstanceType === 'CCN') {
    const regionId = smartagRegion(attachment.childInstanceRegionId)
    const parameters = { RegionId: regionId, CcnInstanceId: childInstanceId, CenInstanceId: cenId, CenUid: cenOwnerId }
    return { product: 'smartag', operation: 'GrantInstanceToCbn', ownerId, regionId, parameters }
  }
  const parameters = {
    RegionId: regionId,
    InstanceId: childInstanceId,
    InstanceType: childInstanceType,
    CenId: cenId,
    CenOwnerId: cenOwnerId,
  }
  return { product: 'vpc', operation: 'GrantInstanceToCen', ownerId, regionId, parameters }
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
  return `Account ${ownerId} must call ${operation} (${product}, region ${regionId}) with ${named.join(', ')}`
}

/** The call as a sentence and as a command. */
export const describeGrant = (call: GrantCall): string => `${sentenceOf(call)}; as a command: ${commandOf(call)}`
