/** What is to become of a message; the door's queue carries it out. */
import type { DeadLetterFacts } from '../domain/dead-letter.js'

export type Disposition =
  | { readonly action: 'complete' }
  | {
      readonly action: 'retry'
      /** Whole seconds, as a queue counts. */
      readonly delaySeconds: number
      /** The same wait, exact, for a worker that keeps the message in hand. */
      readonly delayMs: number
      readonly why: string
      /** True where no call was made for it: a worker that keeps it in hand may go on as if it had not looked. */
      readonly untouched: boolean
      /** True where something is under way on the CEN: who keeps it in hand looks on time, and knows how long it took. */
      readonly underWay: boolean
      /** True where its turn is among the next of its CEN: a worker that has room keeps it in hand. */
      readonly isNext: boolean
      /** True where the wait is the queue's however short it is, since it grows by receives. */
      readonly onQueue: boolean
    }
  | ({ readonly action: 'dead-letter' } & DeadLetterFacts)

export interface RetryFacts {
  readonly untouched?: boolean
  readonly underWay?: boolean
  readonly isNext?: boolean
  readonly onQueue?: boolean
  /** The shortest wait on the queue, in milliseconds, where the wait in hand may be shorter. */
  readonly leastMs?: number
}

/** A retry after `delayMs`. */
export function retryAfter(
  delayMs: number,
  why: string,
  { untouched = false, underWay = false, isNext = false, onQueue = false, leastMs = 0 }: RetryFacts = {},
): Disposition {
  return {
    action: 'retry',
    delayMs: Math.max(0, Math.ceil(delayMs)),
    delaySeconds: Math.max(0, Math.ceil(Math.max(delayMs, leastMs) / 1_000)),
    why,
    untouched,
    underWay,
    isNext,
    onQueue,
  }
}
