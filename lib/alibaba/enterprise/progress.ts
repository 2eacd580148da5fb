/** What was read for a message so far, so that its next observation reads only what is open. In memory, for minutes. */
import type { Clock } from '../../domain/clock.js'
import { MINUTE_MS } from '../../domain/clock.js'
import type { Target } from '../../reconcile/driver.js'
import type { FoundAttachment } from './calls/attachments.js'
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

export interface ProgressStore {
  of(target: Target): Progress
  set(target: Target, progress: Progress): void
  forget(target: Target): void
}

const VALID_MS = 10 * MINUTE_MS
const MAX_KNOWN = 5_000
const NOTHING: Progress = { parts: {} }

/** By message, so that no other request relies on what was read for this one. */
export function createProgressStore(clock: Clock): ProgressStore {
  const known = new Map<string, { readonly progress: Progress; readonly atMs: number }>()
  const keyOf = ({ messageId, idempotencyKey }: Target) => `${messageId} ${idempotencyKey}`

  return {
    of(target) {
      const one = known.get(keyOf(target))
      return one && clock.now() - one.atMs < VALID_MS ? one.progress : NOTHING
    },
    set(target, progress) {
      const key = keyOf(target)
      const atMs = progress === NOTHING ? clock.now() : (known.get(key)?.atMs ?? clock.now())
      known.delete(key)
      known.set(key, { progress, atMs: clock.now() - atMs < VALID_MS ? atMs : clock.now() })
      const [oldest] = known.keys()
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
    },
    forget: (target) => void known.delete(keyOf(target)),
  }
}
