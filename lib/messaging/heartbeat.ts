/** The heartbeat: keeps what is in hand invisible to others. */

import type { Clock } from '../domain/clock.js'
import type { Log } from '../telemetry/log.js'
import type { MessageQueue } from './message-queue.js'
import type { ReceivedMessage } from './received-message.js'

export interface Heartbeat {
  /** Beats for the message from now on. */
  keep(message: ReceivedMessage): void
  /** Beats for it no more. Resolves once no beat is under way, so that a beat cannot undo the delay that is set next. */
  release(message: ReceivedMessage): Promise<void>
  /** Beats for nothing any more. */
  stop(): void
}

interface HeartbeatDependencies {
  readonly clock: Clock
  readonly log: Log
}

/** Beats for each message at a third of the visibility timeout, and extends by the whole of it. */
export function createHeartbeat(
  visibilitySeconds: number,
  queue: Pick<MessageQueue, 'extend'>,
  { clock, log }: HeartbeatDependencies,
): Heartbeat {
  const intervalMs = (visibilitySeconds * 1_000) / 3
  /** When each is due, epoch milliseconds. All have the same interval, so the order in which they come is that of their beats. */
  const dueAtMs = new Map<ReceivedMessage, number>()
  const extensions = new Map<ReceivedMessage, Promise<void>>()
  const stopped = new AbortController()
  let isRunning = false

  const extend = async (message: ReceivedMessage) => {
    try {
      await queue.extend(message, visibilitySeconds)
    } catch (error) {
      // Another receipt may hold it by now. Effects are idempotent and the state is read first, so the work goes on.
      log.warn('heartbeat:failed', { messageId: message.messageId, error: (error as Error).message })
    }
    extensions.delete(message)
  }
  const run = async () => {
    isRunning = true
    for (let [next] = dueAtMs.values(); next !== undefined; [next] = dueAtMs.values()) {
      await clock.sleep(next - clock.now(), stopped.signal)
      const nowMs = clock.now()
      for (const [message, atMs] of dueAtMs) {
        if (atMs > nowMs) break
        dueAtMs.delete(message)
        dueAtMs.set(message, nowMs + intervalMs)
        if (!extensions.has(message)) extensions.set(message, extend(message))
      }
    }
    isRunning = false
  }

  return {
    keep(message) {
      dueAtMs.set(message, clock.now() + intervalMs)
      if (!isRunning) void run()
    },
    async release(message) {
      dueAtMs.delete(message)
      await extensions.get(message)
    },
    stop() {
      dueAtMs.clear()
      stopped.abort()
    },
  }
}
