/**
 * What this process knows about messages between two passes. Losing it costs a reading, or a result that could have said
 * `adopted`.
 */
import { putNewest } from '../domain/kept.js'
import type { ReceivedMessage } from '../messaging/received-message.js'
import type { Knowledge } from './decision/situation.js'

export interface KnowledgeStore {
  /** Removes and returns what is known at the start of a pass. */
  take(message: ReceivedMessage, nowMs: number): Knowledge
  /** Keeps what the next pass of the message may rely on; `untilMs`: only until then, epoch milliseconds. */
  keep(message: ReceivedMessage, knowledge: Knowledge, untilMs?: number): void
  /** True if every pass of the message so far was taken from this store, so that no other process has written for it. */
  hasAllPasses(message: ReceivedMessage): boolean
  /** A write for the message was accepted, or its outcome is not known. */
  wrote(message: ReceivedMessage): void
  /** True if this process may have written for the message, whatever became of the passes since. */
  hasWritten(message: ReceivedMessage): boolean
  /** The message has ended. */
  forget(message: ReceivedMessage): void
}

interface Kept {
  /** Of the latest pass. */
  readonly receiveCount: number
  readonly hasAllPasses: boolean
  readonly hasWritten: boolean
  readonly knowledge: Knowledge
  readonly untilMs: number
}

const UNKNOWN: Knowledge = { is: 'unknown' }
const UNTRIED: Knowledge = { is: 'untried' }

/** Keeps the last `size` messages. */
export function createKnowledgeStore(size = 100_000): KnowledgeStore {
  const kept = new Map<string, Kept>()
  const put = (messageId: string, one: Kept): void => putNewest(kept, messageId, one, size)
  return {
    take({ messageId, receiveCount, heldFor }, nowMs) {
      const before = kept.get(messageId)
      const isFirst = before === undefined && receiveCount === 1 && heldFor === undefined
      // The pass before was in the same delivery (a wait in memory) or in the one before (a wait on the queue).
      const isNext = before?.receiveCount === receiveCount || before?.receiveCount === receiveCount - 1
      const last = isNext ? before : undefined
      const hasAllPasses = isFirst || last?.hasAllPasses === true
      const hasWritten = before?.hasWritten === true
      put(messageId, { receiveCount, hasAllPasses, hasWritten, knowledge: UNKNOWN, untilMs: Infinity })
      if (isFirst) return UNTRIED
      return last && nowMs <= last.untilMs ? last.knowledge : UNKNOWN
    },
    keep({ messageId, receiveCount }, knowledge, untilMs = Infinity) {
      if (knowledge.is !== 'untried' && knowledge.is !== 'observed') return
      const { hasAllPasses = false, hasWritten = false } = kept.get(messageId) ?? {}
      put(messageId, { receiveCount, hasAllPasses, hasWritten, knowledge, untilMs })
    },
    hasAllPasses: ({ messageId }) => kept.get(messageId)?.hasAllPasses === true,
    wrote({ messageId, receiveCount }) {
      const { hasAllPasses = false } = kept.get(messageId) ?? {}
      put(messageId, { receiveCount, hasAllPasses, hasWritten: true, knowledge: UNKNOWN, untilMs: Infinity })
    },
    hasWritten: ({ messageId }) => kept.get(messageId)?.hasWritten === true,
    forget: ({ messageId }) => void kept.delete(messageId),
  }
}
