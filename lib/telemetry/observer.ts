/** The observer port: what logs, metrics and traces are notified of. */
import type { BreakerStatus } from '../admission/circuit-breaker.js'
import type { FailureKind } from '../domain/error-codes.js'
import type { Outcome } from '../domain/messages/result.js'
import type { TraceContext } from '../domain/trace-context.js'

/** One call of an API, answered or not. */
interface CompletedCall {
  /** The name of the API action. */
  readonly action: string
  readonly tookMs: number
  /** The code of its failure; absent if it was answered. */
  readonly code?: string
  readonly kind?: FailureKind
}

/** How a delivery ended; `release`: the message was returned undecided, because the worker stopped or its time was over. */
type DeliveryAction = 'complete' | 'retry' | 'dead-letter' | 'release'

/** Notes about a delivery: ids, codes and numbers only, no text of another program. */
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
  /** The outcome and the id of the published result. */
  readonly outcome?: Outcome
  readonly resultId?: string
  readonly adopted?: boolean
  /** From the sending of the message to its result, in milliseconds. */
  readonly durationMs?: number
  /** The last failure; absent if the last pass had none. */
  readonly code?: string | undefined
  readonly kind?: FailureKind | undefined
  readonly apiRequestId?: string | undefined
  /** Why the message is retried. */
  readonly why?: string
  /** The delay that was set on the queue. */
  readonly delaySeconds?: number
}

/** The one event that reports a delivery. */
export interface DeliveryEvent extends DeliveryNotes {
  readonly messageId: string
  readonly receiveCount: number
  readonly action: DeliveryAction
  /** The number of passes: more than one if the message waited in memory. */
  readonly looks: number
  /** Calls that were made for it; a shared call counts for the first message that asked for it. */
  readonly apiCalls: number
  readonly apiMs: number
  /** The age of the message and the duration of this delivery, in milliseconds. */
  readonly ageMs: number
  readonly tookMs: number
  /** The trace of the delivery. */
  readonly traceId?: string | undefined
}

/** A span of a trace: a delivery, or a call within it. */
export interface Span {
  /** The trace context to pass on; undefined if there is no trace. */
  readonly context: TraceContext | undefined
  /** `facts`: ids, codes and numbers, by name. */
  end(endedMs: number, facts: object): void
}

/** The start of a span; without `parent` it starts a trace. */
export interface SpanStart {
  readonly kind: 'delivery' | 'call'
  readonly name: string
  readonly startedMs: number
  readonly parent: TraceContext | undefined
}

/** Collects notes about one delivery and reports them in one event. */
export interface Delivery {
  /** A pass begins: the failure of the pass before is no longer current. */
  startPass(): void
  /** Later notes replace earlier ones of the same name. */
  note(notes: DeliveryNotes): void
  called(call: CompletedCall): void
  /**
   * The trace context of the delivery. The first call starts its span: below the trace in the message's attributes, else below
   * `parent` (that of its envelope), else below that of the queue.
   */
  trace(parent?: TraceContext): TraceContext | undefined
  /** Reports the delivery once; without a noted action it is a release. */
  end(notes?: DeliveryNotes): void
}

/** No method throws, rejects or waits, so that measuring never delays the work. */
export interface Observer {
  received(): void
  called(call: CompletedCall): void
  /** One delivery has ended. */
  settled(event: DeliveryEvent): void
  /** The circuit breaker has opened or closed. */
  breaker(status: BreakerStatus): void
  /** Starts a span; if nothing is traced, its context is that of the parent. */
  span(start: SpanStart): Span
}

/** Notifies every listener; one that throws loses that event, and nothing else happens. */
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

/** A listener may fail; the work goes on. */
function quietly(notify: () => void): void {
  try {
    notify()
  } catch {}
}

export const NO_OBSERVER: Observer = notifyAll([])
