/** What was read so far for the message of an attach. */
import type { Clock } from '../../domain/clock.js'
import type { FoundAttachment } from './calls/attachments.js'
import { createMessageStore, type MessageStore } from './message-store.js'
import type { AttachPlan } from './plan.js'
import type { PartReading, RoutingPart } from './routing-parts.js'

export interface Progress {
  /** What attaching needs, while the creation is refused for what passes. */
  readonly plan?: AttachPlan
  /** The attachment as it was read while Attached. */
  readonly attachment?: FoundAttachment
  /** The attachment that this process created for the message: it is routed nowhere yet. */
  readonly createdId?: string
  /** Why zones were left out of the attachment that this process created. */
  readonly zoneReasons?: readonly string[]
  readonly tableIds?: readonly string[]
  readonly parts: Readonly<Partial<Record<RoutingPart, PartReading>>>
}

export type ProgressStore = MessageStore<Progress>

export const createProgressStore = (clock: Clock): ProgressStore => createMessageStore(clock, { parts: {} }, 'first')
