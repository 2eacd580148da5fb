/** The attachment: one child instance in one CEN, the effect that a request asks for. */
import { sha256Hex } from './digest.js'

export const CHILD_INSTANCE_TYPES = ['VPC', 'VBR', 'CCN'] as const
export type ChildInstanceType = (typeof CHILD_INSTANCE_TYPES)[number]

export interface Attachment {
  readonly cenId: string
  readonly childInstanceId: string
  readonly childInstanceType: ChildInstanceType
  readonly childInstanceRegionId: string
  /** Digits; present where the child belongs to another account than the CEN. */
  readonly childInstanceOwnerId?: string
}

/** The tenant of an attachment in a fair queue (MessageGroupId of SQS): the account that owns the child instance. */
export const tenantOf = ({ childInstanceOwnerId }: Attachment): string => childInstanceOwnerId ?? 'own-account'

/** Each is asked for its key at every step of its way. */
const keys = new WeakMap<Attachment, string>()

/** Names the effect: the same key is the same attachment, however often it is asked for. 64 hex digits. */
export function idempotencyKey(attachment: Attachment): string {
  const known = keys.get(attachment)
  if (known !== undefined) return known
  const { cenId, childInstanceId, childInstanceType, childInstanceRegionId } = attachment
  const key = sha256Hex([cenId, childInstanceId, childInstanceType, childInstanceRegionId].join('\n'))
  keys.set(attachment, key)
  return key
}

/** The type that an id's prefix names, or undefined where the prefix is none of a child instance. */
export function typeOfChildInstanceId(childInstanceId: string): ChildInstanceType | undefined {
  const prefix = childInstanceId.slice(0, childInstanceId.indexOf('-')).toUpperCase()
  return CHILD_INSTANCE_TYPES.find((type) => type === prefix)
}
