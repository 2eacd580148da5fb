/** The heartbeat: extends the visibility timeout of the messages in memory, so that no other worker receives them. */
import type { Clock } from '../domain/clock.js'
import type { Log } from '../telemetry/log.js'
import type { MessageQueue } from './message-queue.js'
import type { ReceivedMessage } from './received-message.js'

interface Heartbeat {
  /** Extends the message from now on. */
  keep(message: ReceivedMessage): void
  /** Stops extending the message. Resolves once no extension is in flight, so that none can undo the delay that is set next. */
  release(message: ReceivedMessage): Promise<void>
  /** Stops extending every message. */
  stop(): void
}

interface HeartbeatDependencies {
  readonly clock: Clock
  readonly log: Log
}

/** Extends each message every third of the visibility timeout, by the whole timeout. */
export function createHeartbeat(
  visibilitySeconds: number,
  queue: Pick<MessageQueue, 'extend'>,
  { clock, log }: HeartbeatDependencies,
): Heartbeat {
  const intervalMs = (visibilitySeconds * 1_000) / 3
  /**
   * When each message is due, epoch milliseconds. All have the same interval, so the order of insertion is the order of
   * due times.
   */
  const dueAtMs = new Map<ReceivedMessage, number>()
  const extensions = new Map<ReceivedMessage, Promise<void>>()
  const stopped = new AbortController()
  let isRunning = false

  const extend = async (message: ReceivedMessage) => {
    try {
      await queue.extend(message, visibilitySeconds)
    } catch (error) {
      // Another delivery may own the message now. Writes are idempotent and the state is read first, so the work continues.
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
