/** Writes that the API accepted and no reading shows yet: how many there were, and when the next one may be sent. */
import { HOUR_MS, MINUTE_MS } from '../domain/clock.js'
import { putNewest } from '../domain/kept.js'

/** The shortest gap between two writes, in milliseconds: an accepted write usually shows before. */
const LEAST_GAP_MS = 20_000
/** The next gap as a share of the time since the first write, so that at most ten are sent in an hour. */
const GAP_SHARE = 0.8
const MOST_GAP_MS = 30 * MINUTE_MS
/** No write is sent this long after the first one, in milliseconds. */
const LONGEST_MS = HOUR_MS
/** Attachments whose writes are remembered. */
const MOST_KEPT = 20_000

export interface AcceptedWrites {
  readonly times: number
  /** When the first write of this process was accepted, epoch milliseconds. */
  readonly firstMs: number
  /** Milliseconds since the latest write was accepted. */
  readonly sinceMs: number
  /** Milliseconds until another write may be sent; 0: now, Infinity: never. */
  readonly waitMs: number
}

export interface AcceptedWriteStore {
  /**
   * A write of this part was accepted; it replaces a write of another part, which a reading has shown. `originMs`: when
   * another process may first have had one accepted; `nowMs` if no other process can have.
   */
  add(key: string, part: string, originMs: number, nowMs: number): void
  /** The accepted writes of this part of an attachment; undefined if there are none. */
  of(key: string, part: string, nowMs: number): AcceptedWrites | undefined
  /** True if any write of this process was accepted for the request. */
  has(key: string): boolean
  /** Milliseconds since the latest write of this process was accepted for the request; Infinity if none was. */
  sinceMs(key: string, nowMs: number): number
  /** The request has ended. */
  forget(key: string): void
}

interface Kept {
  readonly part: string
  readonly times: number
  readonly firstMs: number
  readonly lastMs: number
  readonly originMs: number
}

/**
 * The store is in memory. A process that knows of no earlier writes counts from the age of the message, so that its
 * gaps are long at once.
 */
export function createAcceptedWriteStore(): AcceptedWriteStore {
  const kept = new Map<string, Kept>()
  return {
    add(key, part, originMs, nowMs) {
      const before = kept.get(key)
      const same = before?.part === part ? before : undefined
      const { times = 0, firstMs = nowMs, originMs: known = Math.min(originMs, nowMs) } = same ?? {}
      putNewest(kept, key, { part, times: times + 1, firstMs, lastMs: nowMs, originMs: known }, MOST_KEPT)
    },
    of(key, part, nowMs) {
      const one = kept.get(key)
      if (one?.part !== part) return undefined
      const { times, firstMs, lastMs, originMs } = one
      const gapMs = Math.min(MOST_GAP_MS, Math.max(LEAST_GAP_MS, (lastMs - originMs) * GAP_SHARE))
      const dueMs = Math.max(lastMs + gapMs, nowMs)
      const waitMs = dueMs - firstMs >= LONGEST_MS ? Infinity : dueMs - nowMs
      return { times, firstMs, sinceMs: nowMs - lastMs, waitMs }
    },
    has: (key) => kept.has(key),
    sinceMs: (key, nowMs) => nowMs - (kept.get(key)?.lastMs ?? -Infinity),
    forget: (key) => void kept.delete(key),
  }
}
