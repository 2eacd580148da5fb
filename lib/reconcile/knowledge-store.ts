/** What this process knows about messages between two passes; losing it costs a reading. */
import { deliveryId, type ReceivedMessage } from '../messaging/received-message.js'
import type { Knowledge } from './situation.js'

export interface KnowledgeStore {
  /** Removes and returns what is known at the start of a pass. */
  take(message: ReceivedMessage): Knowledge
  /** Keeps what the next pass of the message may rely on. */
  keep(message: ReceivedMessage, knowledge: Knowledge): void
}

const UNKNOWN: Knowledge = { is: 'unknown' }

/** Keeps the last `size` messages. */
export function createKnowledgeStore(size = 100_000): KnowledgeStore {
  const kept = new Map<string, Knowledge>()
  return {
    take(message) {
      // The pass before was in the same delivery (a wait in memory) or in the one before (a wait on the queue).
      for (const id of [deliveryId(message), deliveryId(message, -1)]) {
        const knowledge = kept.get(id)
        kept.delete(id)
        if (knowledge) return knowledge
      }
      return message.receiveCount === 1 && message.heldFor === undefined ? { is: 'untried' } : UNKNOWN
    },
    keep(message, knowledge) {
      if (knowledge.is !== 'untried' && knowledge.is !== 'observed') return
      kept.set(deliveryId(message), knowledge)
      const oldest = kept.keys().next().value
      if (kept.size > size && oldest !== undefined) kept.delete(oldest)
    },
  }
}
