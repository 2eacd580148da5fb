/** Which waits a long-running worker spends in memory, exact to the millisecond; all others are the queue's. */
import { HOLD_MS } from '../domain/backoff.js'
import type { Retry, WaitFor } from './disposition.js'

interface Hold {
  /** The longest wait in memory, in milliseconds. */
  readonly mostMs: number
  /** Waits longer than this, in milliseconds, count against the share. */
  readonly freeMs: number
  /** Of the room for messages, how much may be taken by such waits at once. */
  readonly share: number
}

const SHORT: Hold = { mostMs: HOLD_MS, freeMs: HOLD_MS, share: 1 }

const HOLDS: Readonly<Record<WaitFor, Hold>> = {
  /** A message whose operation is under way is kept for longer: its state is then read on time. */
  operation: { mostMs: 60_000, freeMs: HOLD_MS, share: 0.5 },
  'slot-soon': { mostMs: HOLD_MS, freeMs: 0, share: 0.25 },
  slot: SHORT,
  backoff: SHORT,
  paused: SHORT,
  visibility: SHORT,
  /** A proof that is expected soon takes a share of its own, so that it never delays requests that need none. */
  proof: { mostMs: HOLD_MS, freeMs: 0, share: 0.25 },
  /** In memory it would not be delivered again, and its waits would not grow. */
  publish: { mostMs: -1, freeMs: -1, share: 0 },
  host: SHORT,
}

export interface Holds {
  /** Whether a message that waits for this is kept in memory. */
  mayHold(retry: Retry): boolean
  /** Counts the wait while `wait` runs. */
  during(retry: Retry, wait: () => Promise<void>): Promise<void>
}

/** `room`: messages that the worker keeps at most. */
export function createHolds(room: number): Holds {
  const held = new Map<WaitFor, number>()
  const counts = ({ waitFor, delayMs }: Retry) => delayMs > HOLDS[waitFor].freeMs
  const change = (waitFor: WaitFor, by: number) => void held.set(waitFor, (held.get(waitFor) ?? 0) + by)
  return {
    mayHold(retry) {
      const { mostMs, share, freeMs } = HOLDS[retry.waitFor]
      const isFull = (held.get(retry.waitFor) ?? 0) >= room * share
      return retry.delayMs <= (isFull ? Math.min(mostMs, freeMs) : mostMs)
    },
    async during(retry, wait) {
      if (!counts(retry)) return wait()
      change(retry.waitFor, 1)
      await wait()
      change(retry.waitFor, -1)
    },
  }
}
