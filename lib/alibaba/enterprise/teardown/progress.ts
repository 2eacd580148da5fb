/** What is known of a detach in this process: what was read for its message, and which networks are being detached. */
import type { Attachment } from '../../../domain/attachment.js'
import type { Clock } from '../../../domain/clock.js'
import { MINUTE_MS } from '../../../domain/clock.js'
import type { PlannedCall } from '../../../domain/result.js'
import type { Target } from '../../../reconcile/driver.js'
import type { FoundAttachment } from '../calls/attachments.js'
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
  /** True if this process has removed a part of this attachment within minutes. */
  isUnderWay(attachment: Attachment, attachmentId: string): boolean
  begin(attachment: Attachment, attachmentId: string): void
  end(attachment: Attachment): void
}

const VALID_MS = 10 * MINUTE_MS
const MAX_KNOWN = 5_000
const NOTHING: TeardownProgress = { gone: [], next: [], isUnblocked: false, done: [], hasHiddenRoutes: false }

export function createTeardownStore(clock: Clock): TeardownStore {
  const known = new Map<string, { readonly progress: TeardownProgress; readonly atMs: number }>()
  const underWay = new Map<string, { readonly attachmentId: string; readonly atMs: number }>()
  const keyOf = ({ messageId, idempotencyKey }: Target) => `${messageId} ${idempotencyKey}`
  const placeOf = ({ cenId, childInstanceId }: Attachment) => `${cenId} ${childInstanceId}`

  const of = (target: Target): TeardownProgress => {
    const one = known.get(keyOf(target))
    return one && clock.now() - one.atMs < VALID_MS ? one.progress : NOTHING
  }
  const set = (target: Target, changes: Partial<TeardownProgress>) =>
    put(known, keyOf(target), { progress: { ...of(target), ...changes }, atMs: clock.now() })

  return {
    of,
    set,
    reread: (target) => set(target, { gone: [], next: [], isUnblocked: false }),
    isUnderWay(attachment, attachmentId) {
      const one = underWay.get(placeOf(attachment))
      return one?.attachmentId === attachmentId && clock.now() - one.atMs < VALID_MS
    },
    begin: (attachment, attachmentId) => put(underWay, placeOf(attachment), { attachmentId, atMs: clock.now() }),
    end: (attachment) => void underWay.delete(placeOf(attachment)),
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MAX_KNOWN && oldest !== undefined) map.delete(oldest)
}
