/** The heartbeat: keeps a message invisible to others while it is in hand. */
import type { Clock, Log } from '../ports.js'
import type { ReceivedMessage } from '../received-message.js'
import type { RequestQueue } from './request-queue.js'

export interface Heartbeat {
  /** Resolves once no beat is under way, so that a beat cannot undo the delay that is set next. */
  stop(): Promise<void>
}

interface Desk {
  readonly clock: Clock
  readonly log: Log
}

/** A reason of its own spares the making of an exception with its stack, for every message. */
const STOPPED = 'stopped'

/** Beats at a third of the visibility timeout, and extends by the whole of it. */
export function keepInvisible(
  message: ReceivedMessage,
  visibilitySeconds: number,
  queue: Pick<RequestQueue, 'extend'>,
  { clock, log }: Desk,
): Heartbeat {
  const stopped = new AbortController()
  const beat = async () => {
    for (;;) {
      await clock.sleep((visibilitySeconds * 1_000) / 3, stopped.signal)
      if (stopped.signal.aborted) return
      try {
        await queue.extend(message, visibilitySeconds)
      } catch (error) {
        // Another receipt may hold it by now. Effects are idempotent and the state is read first, so the work goes on.
        log.warn('heartbeat:failed', { messageId: message.messageId, error: (error as Error).message })
      }
    }
  }
  const beating = beat()
  return {
    async stop() {
      stopped.abort(STOPPED)
      await beating
    },
  }
}
