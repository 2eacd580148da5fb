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

/** The tenant of an attachment in a fair queue (MessageGroupId of SQS): the account that owns the child instance. */
export const tenantOf = ({ childInstanceOwnerId }: Attachment): string => childInstanceOwnerId ?? 'own-account'

/** Names the effect of a request: equal keys mean the same attachment. 64 hex digits. */
export function idempotencyKey(attachment: Attachment): string {
  const { cenId, childInstanceId, childInstanceType, childInstanceRegionId } = attachment
  return sha256Hex([cenId, childInstanceId, childInstanceType, childInstanceRegionId].join('\n'))
}

/** The type that the prefix of an id names; undefined for any other prefix. */
export function typeOfChildInstanceId(childInstanceId: string): ChildInstanceType | undefined {
  const prefix = childInstanceId.slice(0, childInstanceId.indexOf('-')).toUpperCase()
  return CHILD_INSTANCE_TYPES.find((type) => type === prefix)
}
