/** What this process knows about messages between two passes; losing it costs a reading. */
import { deliveryId, type ReceivedMessage } from '../messaging/received-message.js'
import type { Knowledge } from './decision/situation.js'

export interface KnowledgeStore {
  /** Removes and returns what is known at the start of a pass. */
  take(message: ReceivedMessage, nowMs: number): Knowledge
  /** Keeps what the next pass of the message may rely on; `untilMs`: only until then, epoch milliseconds. */
  keep(message: ReceivedMessage, knowledge: Knowledge, untilMs?: number): void
}

const UNKNOWN: Knowledge = { is: 'unknown' }

/** Keeps the last `size` messages. */
export function createKnowledgeStore(size = 100_000): KnowledgeStore {
  const kept = new Map<string, { readonly knowledge: Knowledge; readonly untilMs: number }>()
  return {
    take(message, nowMs) {
      // The pass before was in the same delivery (a wait in memory) or in the one before (a wait on the queue).
      for (const id of [deliveryId(message), deliveryId(message, -1)]) {
        const one = kept.get(id)
        kept.delete(id)
        if (one) return nowMs <= one.untilMs ? one.knowledge : UNKNOWN
      }
      return message.receiveCount === 1 && message.heldFor === undefined ? { is: 'untried' } : UNKNOWN
    },
    keep(message, knowledge, untilMs = Infinity) {
      if (knowledge.is !== 'untried' && knowledge.is !== 'observed') return
      kept.set(deliveryId(message), { knowledge, untilMs })
      const oldest = kept.keys().next().value
      if (kept.size > size && oldest !== undefined) kept.delete(oldest)
    },
  }
}
