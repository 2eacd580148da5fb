/** The heartbeat: keeps what is in hand invisible to others. */
import type { Clock, Log } from '../ports.js'
import type { ReceivedMessage } from '../received-message.js'
import type { RequestQueue } from './request-queue.js'

export interface Heartbeat {
  /** Beats for the message from now on. */
  keep(message: ReceivedMessage): void
  /** Beats for it no more. Resolves once no beat is under way, so that a beat cannot undo the delay that is set next. */
  release(message: ReceivedMessage): Promise<void>
  /** Beats for nothing any more. */
  stop(): void
}

interface Desk {
  readonly clock: Clock
  readonly log: Log
}

/** Beats for each message at a third of the visibility timeout, and extends by the whole of it. */
export function createHeartbeat(
  visibilitySeconds: number,
  queue: Pick<RequestQueue, 'extend'>,
  { clock, log }: Desk,
): Heartbeat {
  const everyMs = (visibilitySeconds * 1_000) / 3
  /** When each is due, epoch milliseconds. All have the same interval, so the order in which they come is that of their beats. */
  const dueMs = new Map<ReceivedMessage, number>()
  const underWay = new Map<ReceivedMessage, Promise<void>>()
  const stopped = new AbortController()
  let beating = false

  const extend = async (message: ReceivedMessage) => {
    try {
      await queue.extend(message, visibilitySeconds)
    } catch (error) {
      // Another receipt may hold it by now. Effects are idempotent and the state is read first, so the work goes on.
      log.warn('heartbeat:failed', { messageId: message.messageId, error: (error as Error).message })
    }
    underWay.delete(message)
  }
  const beat = async () => {
    beating = true
    for (let [next] = dueMs.values(); next !== undefined; [next] = dueMs.values()) {
      await clock.sleep(next - clock.now(), stopped.signal)
      const nowMs = clock.now()
      for (const [message, atMs] of dueMs) {
        if (atMs > nowMs) break
        dueMs.delete(message)
        dueMs.set(message, nowMs + everyMs)
        if (!underWay.has(message)) underWay.set(message, extend(message))
      }
    }
    beating = false
  }

  return {
    keep(message) {
      dueMs.set(message, clock.now() + everyMs)
      if (!beating) void beat()
    },
    async release(message) {
      dueMs.delete(message)
      await underWay.get(message)
    },
    stop() {
      dueMs.clear()
      stopped.abort()
    },
  }
}
