/** A queue in memory that behaves like SQS: visibility, receive counts, stale receipt handles, duplicates, refusals. */
import type { Clock } from '../../../lib/domain/clock.js'
import { type DeadLetter, toDeadLetter } from '../../../lib/domain/messages/dead-letter.js'
import type { MessageQueue } from '../../../lib/messaging/message-queue.js'
import type { ReceivedMessage } from '../../../lib/messaging/received-message.js'
import { createHeap } from './heap.js'

/** What a queue reports about a message besides its body. */
type SentFacts = Pick<ReceivedMessage, 'redriveCount' | 'senderId' | 'queueArn' | 'trace' | 'queueTrace'>

interface Stored {
  readonly messageId: string
  readonly body: string
  readonly sentAtMs: number
  readonly facts: SentFacts
  visibleAtMs: number
  receiveCount: number
  currentHandle: string
}

/** How many of the next calls of an operation are refused. */
export interface QueueRefusals {
  complete?: number
  retry?: number
  deadLetter?: number
}

export interface SimQueue extends MessageQueue {
  send(body: string, facts?: SentFacts & { copies?: number }): void
  readonly deadLetters: DeadLetter[]
  readonly delays: number[]
  /** Visible or not, still on the queue. */
  size(): number
  /** The highest receive count of any message. */
  mostReceives(): number
  /** The number of all deliveries. */
  receives(): number
  /** The most messages that were invisible at once. */
  mostInFlight(): number
  /** The deletions in order, to be compared with the results. */
  readonly deletions: { readonly messageId: string; readonly atMs: number }[]
}

export function createSimQueue(clock: Clock, refusals: QueueRefusals = {}, visibilityMs = 30_000): SimQueue {
  const stored = new Map<string, Stored>()
  const deadLetters: DeadLetter[] = []
  const delays: number[] = []
  const deletions: { messageId: string; atMs: number }[] = []
  let count = 0
  let most = 0
  let received = 0
  let mostHidden = 0

  const refuse = (operation: keyof QueueRefusals) => {
    const left = refusals[operation] ?? 0
    if (left <= 0) return
    refusals[operation] = left - 1
    throw new Error(`${operation} is refused`)
  }
  const currentlyHeld = (message: ReceivedMessage): Stored | undefined => {
    const found = stored.get(message.messageId)
    return found?.currentHandle === message.handle.current ? found : undefined
  }
  /** The visible messages, in the order in which they became visible; the others are in `hidden`. */
  const ready = new Set<Stored>()
  const hidden = createHeap<{ atMs: number; one: Stored }>((a, b) => a.atMs < b.atMs)
  const soonest = () => {
    for (let first = hidden.first(); first; first = hidden.first()) {
      if (stored.get(first.one.messageId) === first.one && first.one.visibleAtMs === first.atMs) return first
      hidden.drop()
    }
    return undefined
  }
  const visible = () => {
    for (let first = soonest(); first && first.atMs <= clock.now(); first = soonest()) {
      hidden.drop()
      ready.add(first.one)
    }
    return ready
  }
  /** Waiting receives: each wakes if a message becomes visible earlier than expected. */
  const waiting = new Set<AbortController>()
  const notifyWaiters = () => {
    for (const receive of waiting) receive.abort()
  }
  const hide = (one: Stored, untilMs: number) => {
    if (untilMs < (soonest()?.atMs ?? Infinity)) notifyWaiters()
    ready.delete(one)
    one.visibleAtMs = untilMs
    mostHidden = Math.max(mostHidden, stored.size - ready.size)
    hidden.push({ atMs: untilMs, one })
  }

  return {
    can: { fifo: false, batchSize: 10 },
    deadLetters,
    delays,
    deletions,
    size: () => stored.size,
    mostReceives: () => most,
    receives: () => received,
    mostInFlight: () => mostHidden,
    send(body, { copies = 1, ...facts } = {}) {
      for (let copy = 0; copy < copies; copy++) {
        const messageId = `message-${++count}`
        const sentAtMs = clock.now()
        const one = { messageId, body, sentAtMs, facts, visibleAtMs: sentAtMs, receiveCount: 0, currentHandle: '' }
        stored.set(messageId, one)
        ready.add(one)
      }
      notifyWaiters()
    },
    async receive(max, waitSeconds) {
      const overMs = clock.now() + waitSeconds * 1_000
      while (visible().size === 0 && clock.now() < overMs) {
        const wake = new AbortController()
        waiting.add(wake)
        await clock.sleep(Math.min(overMs, soonest()?.atMs ?? Infinity) - clock.now(), wake.signal)
        waiting.delete(wake)
      }
      const some: Stored[] = []
      for (const one of visible()) {
        if (some.length >= max) break
        some.push(one)
      }
      return some.map((one) => {
        one.receiveCount += 1
        received += 1
        most = Math.max(most, one.receiveCount)
        one.currentHandle = `${one.messageId}#${one.receiveCount}`
        hide(one, clock.now() + visibilityMs)
        const { messageId, body, receiveCount, sentAtMs, facts } = one
        return {
          messageId,
          handle: { current: one.currentHandle },
          body,
          receiveCount,
          sentAtMs,
          receivedAtMs: clock.now(),
          ...facts,
        }
      })
    },
    async extend(message, seconds) {
      const one = currentlyHeld(message)
      if (!one) throw new Error('ReceiptHandleIsInvalid')
      hide(one, clock.now() + seconds * 1_000)
    },
    async retry(message, seconds) {
      refuse('retry')
      if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200)
        throw new Error(`${seconds} is no visibility timeout`)
      const one = currentlyHeld(message)
      if (!one) throw new Error('ReceiptHandleIsInvalid')
      delays.push(seconds)
      hide(one, clock.now() + seconds * 1_000)
    },
    async complete(message) {
      refuse('complete')
      // A stale handle deletes nothing on a standard queue.
      const one = currentlyHeld(message)
      if (!one) return
      stored.delete(message.messageId)
      ready.delete(one)
      deletions.push({ messageId: message.messageId, atMs: clock.now() })
    },
    async deadLetter(message, facts) {
      refuse('deadLetter')
      deadLetters.push(toDeadLetter(message, facts, 262_144))
    },
    visibilitySeconds: async () => visibilityMs / 1_000,
  }
}
