/** The disposition of a message: decided by reconcile, carried out on the queue. */
import type { DeadLetterFacts } from '../domain/messages/dead-letter.js'

/** Why a message is deferred; the host chooses between memory and queue by it. */
export type WaitFor =
  /** An operation on the CEN has to end. */
  | 'operation'
  /** A slot is expected among the next. */
  | 'slot-soon'
  | 'slot'
  /** A call failed and is tried again. */
  | 'backoff'
  /** The circuit breaker is open. */
  | 'paused'
  /** An earlier write may not show yet. */
  | 'visibility'
  /** The sender is not proved yet. */
  | 'proof'
  /** A result was not published. */
  | 'publish'
  /** The host leaves no time for another call. */
  | 'host'

export type Disposition =
  | { readonly action: 'complete' }
  | {
      readonly action: 'retry'
      /** The wait on the queue, in whole seconds. */
      readonly delaySeconds: number
      /** The wait in memory, in milliseconds. */
      readonly delayMs: number
      readonly why: string
      readonly waitFor: WaitFor
    }
  | ({ readonly action: 'dead-letter' } & DeadLetterFacts)

export type Retry = Extract<Disposition, { readonly action: 'retry' }>

/** A retry after `delayMs`; on the queue after `queueMs` at least. */
export function retryAfter(
  delayMs: number,
  why: string,
  { waitFor = 'backoff', queueMs = 0 }: { readonly waitFor?: WaitFor; readonly queueMs?: number } = {},
): Retry {
  return {
    action: 'retry',
    delayMs: Math.max(0, Math.ceil(delayMs)),
    delaySeconds: Math.max(0, Math.ceil(Math.max(delayMs, queueMs) / 1_000)),
    why,
    waitFor,
  }
}
