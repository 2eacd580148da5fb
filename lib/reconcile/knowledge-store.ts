/** What this process knows of messages between two of their deliveries; it may forget, which costs a reading. */
import { deliveryId, type ReceivedMessage } from '../messaging/received-message.js'
import type { Knowledge } from './situation.js'

export interface KnowledgeStore {
  /** What is known of a message at the start of a pass; it is known once only. */
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
      // A pass in the same delivery follows a wait in memory; one in the next delivery a wait on the queue.
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
