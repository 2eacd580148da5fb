/** Which waits a long-running worker spends in memory, exact to the millisecond; all other waits are spent on the queue. */
import { HOLD_MS } from '../domain/backoff.js'
import type { Retry, WaitFor } from './disposition.js'

interface Hold {
  /** The longest wait in memory, in milliseconds. */
  readonly mostMs: number
  /** Waits longer than this, in milliseconds, count against the share. */
  readonly freeMs: number
  /** The share of the worker's capacity that such waits may take at once. */
  readonly share: number
}

const SHORT: Hold = { mostMs: HOLD_MS, freeMs: HOLD_MS, share: 1 }

const HOLDS: Readonly<Record<WaitFor, Hold>> = {
  /** A message whose operation is in progress is kept longer, so that its state is read on time. */
  operation: { mostMs: 60_000, freeMs: HOLD_MS, share: 0.5 },
  'slot-soon': { mostMs: HOLD_MS, freeMs: 0, share: 0.25 },
  slot: SHORT,
  backoff: SHORT,
  paused: SHORT,
  visibility: SHORT,
  /** Waits for a proof have their own share, so that they never delay requests that need no proof. */
  proof: { mostMs: HOLD_MS, freeMs: 0, share: 0.25 },
  /** On the queue always: in memory the receive count, and with it the backoff, would not grow. */
  publish: { mostMs: -1, freeMs: -1, share: 0 },
  host: SHORT,
}

export interface Holds {
  /** True if the message may wait in memory. */
  mayHold(retry: Retry): boolean
  /** Runs `wait` and counts it against its share meanwhile. */
  during(retry: Retry, wait: () => Promise<void>): Promise<void>
}

/** `capacity`: the most messages that the worker keeps in memory. */
export function createHolds(capacity: number): Holds {
  const held = new Map<WaitFor, number>()
  const counts = ({ waitFor, delayMs }: Retry) => delayMs > HOLDS[waitFor].freeMs
  const change = (waitFor: WaitFor, by: number) => void held.set(waitFor, (held.get(waitFor) ?? 0) + by)
  return {
    mayHold(retry) {
      const { mostMs, share, freeMs } = HOLDS[retry.waitFor]
      const isFull = (held.get(retry.waitFor) ?? 0) >= capacity * share
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
