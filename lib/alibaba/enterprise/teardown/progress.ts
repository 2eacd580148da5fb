/** What was read and done for the message of a detach. */
import type { Clock } from '../../../domain/clock.js'
import type { PlannedCall } from '../../../domain/messages/result.js'
import type { Target } from '../../../reconcile/driver.js'
import type { FoundAttachment } from '../calls/attachments.js'
import { createMessageStore } from '../message-store.js'
import type { TeardownPart } from './parts.js'

export interface TeardownProgress {
  /** The attachment as it was last read. */
  readonly found?: FoundAttachment
  /** Parts that were read to be gone. */
  readonly gone: readonly TeardownPart[]
  /** The calls that are still needed, as they were last read. */
  readonly next: readonly PlannedCall[]
  /** True: nothing else used the attachment before the first write. */
  readonly isUnblocked: boolean
  /** Why the routes of the network cannot be read. */
  readonly unreadable?: string
  /** The calls that were accepted. */
  readonly done: readonly PlannedCall[]
  /** A delete was refused for routes of the network, after they were read to be gone. */
  readonly hasHiddenRoutes: boolean
}

export interface TeardownStore {
  of(target: Target): TeardownProgress
  set(target: Target, changes: Partial<TeardownProgress>): void
  /** Everything is read again; what was done stays known. */
  reread(target: Target): void
}

const NOTHING: TeardownProgress = { gone: [], next: [], isUnblocked: false, done: [], hasHiddenRoutes: false }

export function createTeardownStore(clock: Clock): TeardownStore {
  const store = createMessageStore(clock, NOTHING, 'last')
  const set = (target: Target, changes: Partial<TeardownProgress>) =>
    store.set(target, { ...store.of(target), ...changes })

  return {
    of: store.of,
    set,
    reread: (target) => set(target, { gone: [], next: [], isUnblocked: false }),
  }
}
