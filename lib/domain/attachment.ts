/** An attachment: one child instance in one CEN. */
import { sha256Hex } from './digest.js'

export const CHILD_INSTANCE_TYPES = ['VPC', 'VBR', 'CCN'] as const
export type ChildInstanceType = (typeof CHILD_INSTANCE_TYPES)[number]

export interface Attachment {
  readonly cenId: string
  readonly childInstanceId: string
  readonly childInstanceType: ChildInstanceType
  readonly childInstanceRegionId: string
  /** Digits; present if the child instance belongs to another account than the CEN. */
  readonly childInstanceOwnerId?: string
}

/** What a request does with an attachment. */
export const ACTIONS = ['attach', 'detach'] as const
export type RequestAction = (typeof ACTIONS)[number]

/** A zone, and the vSwitch in it that carries the attachment of a VPC (Enterprise Edition). */
export interface ZoneMapping {
  readonly zoneId: string
  readonly vSwitchId: string
}

/** What a request asks of an attachment on Enterprise Edition; absent fields take the defaults of the settings. */
export interface AttachmentOptions {
  readonly zoneMappings?: readonly ZoneMapping[]
  /** A route table of the transit router; `default` is its system table. */
  readonly associationRouteTableId?: string
  readonly propagationRouteTableIds?: 'default' | 'none' | readonly string[]
  /** The routes in the VPC's route tables: three private blocks, those that the router publishes, none, or CIDR blocks. */
  readonly vpcRoutes?: 'private' | 'published' | 'none' | readonly string[]
}

/** The edition of a transit router. */
export type Edition = 'basic' | 'enterprise'

/** What a reading shows of an attachment, for its result: ids as read, never `default`. */
export interface AttachmentDetails {
  readonly edition?: Edition
  readonly transitRouterId?: string
  readonly transitRouterAttachmentId?: string
  readonly zoneMappings?: readonly ZoneMapping[]
  readonly associationRouteTableId?: string
  readonly propagationRouteTableIds?: readonly string[]
  readonly vpcRoutes?: 'published' | 'none' | readonly string[]
  /** Why the attachment has no other zones, a sentence for each. Of a preflight also why it would happen. */
  readonly reasons?: readonly string[]
}

/** The tenant of an attachment in a fair queue (MessageGroupId of SQS): the account that owns the child instance. */
export const tenantOf = ({ childInstanceOwnerId }: Attachment): string => childInstanceOwnerId ?? 'own-account'

/** Names the effect of a request: equal keys mean the same action on the same attachment. 64 hex digits. */
export function idempotencyKey(attachment: Attachment, action: RequestAction = 'attach'): string {
  const { cenId, childInstanceId, childInstanceType, childInstanceRegionId } = attachment
  const parts = [cenId, childInstanceId, childInstanceType, childInstanceRegionId]
  return sha256Hex([...parts, ...(action === 'detach' ? [action] : [])].join('\n'))
}

/** The type that the prefix of an id names; undefined for any other prefix. */
export function typeOfChildInstanceId(childInstanceId: string): ChildInstanceType | undefined {
  const prefix = childInstanceId.slice(0, childInstanceId.indexOf('-')).toUpperCase()
  return CHILD_INSTANCE_TYPES.find((type) => type === prefix)
}
