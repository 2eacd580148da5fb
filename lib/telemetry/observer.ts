/** What is told of the work while it is done: to logs, metrics and traces, or to nobody. */

import type { BreakerStatus } from '../admission/circuit-breaker.js'
import type { FailureKind } from '../domain/error-codes.js'
import type { Outcome } from '../domain/result.js'
import type { TraceContext } from '../domain/trace-context.js'

/** One call of an API, answered or not. */
export interface CompletedCall {
  /** As the API names it. */
  readonly action: string
  readonly tookMs: number
  /** Of its failure; absent where it was answered. */
  readonly code?: string
  readonly kind?: FailureKind
}

/** What becomes of a message; `release`: handed back before anything was decided, as by a stop or a host whose time is over. */
export type DeliveryAction = 'complete' | 'retry' | 'dead-letter' | 'release'

/** What is known of a receipt as it goes. Ids, codes and numbers only: a text that somebody else wrote has no field here. */
export interface DeliveryNotes {
  readonly requestId?: string | undefined
  readonly correlationId?: string | undefined
  readonly campaignId?: string | undefined
  readonly idempotencyKey?: string | undefined
  readonly cenId?: string | undefined
  readonly childInstanceId?: string | undefined
  readonly childInstanceType?: string | undefined
  readonly childInstanceRegionId?: string | undefined
  readonly childInstanceOwnerId?: string | undefined
  readonly action?: DeliveryAction
  /** Of the result that was published, and its id. */
  readonly outcome?: Outcome
  readonly resultId?: string
  readonly adopted?: boolean
  /** From the sending of the message to its result. */
  readonly durationMs?: number
  /** Of the last failure; absent where the last look met none. */
  readonly code?: string | undefined
  readonly kind?: FailureKind | undefined
  readonly apiRequestId?: string | undefined
  /** Why it comes back, in the worker's own words. */
  readonly why?: string
  /** How long it stays away, as the queue was told. */
  readonly delaySeconds?: number
}

/** The one event that tells of a receipt. */
export interface DeliveryEvent extends DeliveryNotes {
  readonly messageId: string
  readonly receiveCount: number
  readonly action: DeliveryAction
  /** How often it was looked at; more than once where it waited in hand. */
  readonly looks: number
  /** Calls that were made for it; one that answers for several is told of with the first that asked. */
  readonly apiCalls: number
  readonly apiMs: number
  /** How old the message is, and how long this receipt took. */
  readonly ageMs: number
  readonly tookMs: number
  /** The trace that it is a part of. */
  readonly traceId?: string | undefined
}

/** A stretch of work in a trace: a receipt, or a call below it. */
export interface Span {
  /** Where it stands, to be handed on; undefined where no trace was begun. */
  readonly context: TraceContext | undefined
  /** Ids, codes and numbers, by name. */
  end(endedMs: number, facts: object): void
}

/** What a span is begun with; `parent` absent: it begins a trace. */
export interface SpanStart {
  readonly kind: 'delivery' | 'call'
  readonly name: string
  readonly startedMs: number
  readonly parent: TraceContext | undefined
}

/** Gathers what one receipt comes to; ends in one event. */
export interface Delivery {
  /** A look at it begins: what the one before met is no longer so. */
  startPass(): void
  /** Later notes take the place of earlier ones. */
  note(notes: DeliveryNotes): void
  called(call: CompletedCall): void
  /** Where the receipt stands in its trace. The first to ask opens its span: below what stands beside the message's body, else below `parent`, what its envelope says, else below what the queue says. */
  trace(parent?: TraceContext): TraceContext | undefined
  /** The first end counts; without a note of an action it is a release. */
  end(notes?: DeliveryNotes): void
}

/** Nothing here throws, rejects or waits: who measures never holds up what is measured. */
export interface Observer {
  received(): void
  called(call: CompletedCall): void
  /** One receipt is over. */
  settled(event: DeliveryEvent): void
  /** The intake has paused, or opened again. */
  breaker(status: BreakerStatus): void
  /** Begins a span. Where nobody traces, what is handed on is the parent's own place. */
  span(start: SpanStart): Span
}

/** Tells every listener; one that throws loses what it was told, and nothing else happens. */
export function notifyAll(listeners: readonly Partial<Observer>[]): Observer {
  const each = (notify: (listener: Partial<Observer>) => void) => {
    for (const listener of listeners) quietly(() => notify(listener))
  }
  return {
    received: () => each((one) => one.received?.()),
    called: (call) => each((one) => one.called?.(call)),
    settled: (event) => each((one) => one.settled?.(event)),
    breaker: (status) => each((one) => one.breaker?.(status)),
    span(start) {
      let begun: Span | undefined
      each((one) => {
        begun = one.span?.(start) ?? begun
      })
      const span = begun
      return {
        context: span?.context ?? start.parent,
        end: (...args) => quietly(() => span?.end(...args)),
      }
    },
  }
}

/** It may be full, or broken; the message goes on. */
function quietly(notify: () => void): void {
  try {
    notify()
  } catch {}
}

export const NO_OBSERVER: Observer = notifyAll([])
