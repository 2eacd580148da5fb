/** What was read for single messages, so that their next observations read only what is open. In memory, for minutes. */
import type { Clock } from '../../domain/clock.js'
import { MINUTE_MS } from '../../domain/clock.js'
import { putNewest } from '../../domain/kept.js'
import type { Target } from '../../reconcile/driver.js'

/** By message, so that no other request relies on what was read for this one. */
export interface MessageStore<T> {
  of(target: Target): T
  set(target: Target, value: T): void
  forget(target: Target): void
}

const VALID_MS = 10 * MINUTE_MS
const MAX_KNOWN = 5_000

/** Holds a value until 10 minutes after the message's first one, or after its last one; then it is `nothing` again. */
export function createMessageStore<T>(clock: Clock, nothing: T, validAfter: 'first' | 'last'): MessageStore<T> {
  const known = new Map<string, { readonly value: T; readonly atMs: number }>()
  const keyOf = ({ messageId, idempotencyKey }: Target) => `${messageId} ${idempotencyKey}`
  const validEntry = (target: Target) => {
    const entry = known.get(keyOf(target))
    return entry && clock.now() - entry.atMs < VALID_MS ? entry : undefined
  }

  return {
    of: (target) => validEntry(target)?.value ?? nothing,
    set(target, value) {
      const before = validAfter === 'first' ? validEntry(target) : undefined
      putNewest(known, keyOf(target), { value, atMs: before?.atMs ?? clock.now() }, MAX_KNOWN)
    },
    forget: (target) => void known.delete(keyOf(target)),
  }
}
