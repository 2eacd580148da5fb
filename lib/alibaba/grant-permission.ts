/** What a grant needs of RAM: one action on one resource. The session that makes a grant may do nothing else. */
import type { Attachment, ChildInstanceType } from '../attachment.js'
import { smartagRegion } from '../grant-call.js'

export interface RamPermission {
  readonly action: string
  /** The resource's ARN; `*` stands where any may be meant. */
  readonly resource: string
}

interface GrantRule {
  readonly action: string
  readonly product: string
  readonly resource: string
}

/** RAM authorization, as the pages of GrantInstanceToCen (Vpc) and GrantInstanceToCbn (Smartag) have it. */
export const GRANT_RULES: Readonly<Record<ChildInstanceType, GrantRule>> = {
  VPC: { action: 'vpc:GrantInstanceToCen', product: 'vpc', resource: 'vpc' },
  VBR: { action: 'vpc:GrantInstanceToCen', product: 'vpc', resource: 'virtualborderrouter' },
  CCN: { action: 'smartag:GrantInstanceToCbn', product: 'smartag', resource: 'ccn' },
}

type Granted = Pick<Attachment, 'childInstanceId' | 'childInstanceType' | 'childInstanceRegionId'>

export function grantPermission(ownerId: string, granted: Granted): RamPermission {
  const { action, product, resource } = GRANT_RULES[granted.childInstanceType]
  return {
    action,
    resource: `acs:${product}:${smartagRegion(granted.childInstanceRegionId)}:${ownerId}:${resource}/${granted.childInstanceId}`,
  }
}

/** A RAM policy that allows this and no more. */
export const policyOf = ({ action, resource }: RamPermission): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] })
