/** The call by which an owner lets a CEN attach its network: named exactly, so that a person can make it. */
import type { Attachment } from './attachment.js'

export interface GrantCall {
  /** `product:Action`, as Alibaba names it. */
  readonly operation: string
  readonly ownerId: string
  readonly regionId: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * The grant that is missing. A CCN is granted by Smartag's GrantInstanceToCbn, a VPC or VBR by Vpc's GrantInstanceToCen
 * (terraform-provider-alicloud: resource_alicloud_cen_instance_grant.go, resource_alicloud_cloud_connect_network_grant.go).
 */
export function grantCall(attachment: Attachment, cenOwnerId: string): GrantCall {
  const { cenId, childInstanceId, childInstanceType, childInstanceRegionId: regionId } = attachment
  const ownerId = attachment.childInstanceOwnerId ?? 'the owner of the child instance'
  if (childInstanceType === 'CCN') {
    const parameters = { RegionId: regionId, CcnInstanceId: childInstanceId, CenInstanceId: cenId, CenUid: cenOwnerId }
    return { operation: 'smartag:GrantInstanceToCbn', ownerId, regionId, parameters }
  }
  const parameters = {
    RegionId: regionId,
    InstanceId: childInstanceId,
    InstanceType: childInstanceType,
    CenId: cenId,
    CenOwnerId: cenOwnerId,
  }
  return { operation: 'vpc:GrantInstanceToCen', ownerId, regionId, parameters }
}

/** The call in a sentence and as a line for the `aliyun` CLI. */
export function describeGrant(call: GrantCall): string {
  const parameters = Object.entries(call.parameters)
  const [product, action] = call.operation.split(':')
  const flags = parameters.map(([name, value]) => `--${name} ${value}`).join(' ')
  return (
    `Account ${call.ownerId} must call ${action} (${product}, region ${call.regionId}) with ` +
    `${parameters.map(([name, value]) => `${name}=${value}`).join(', ')}; as a command: aliyun ${product} ${action} ${flags}`
  )
}
