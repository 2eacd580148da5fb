/** The span of one delivery of a message, and the one event that reports it. */
import type { Clock } from '../domain/clock.js'
import type { Failure } from '../domain/failure.js'
import type { ResultSubject } from '../domain/messages/result.js'
import { withoutEmpty } from '../domain/record.js'
import type { Delivery, DeliveryNotes, Observer, Span } from '../telemetry/observer.js'
import { ageMs, type ReceivedMessage } from './received-message.js'

const NO_FAILURE: DeliveryNotes = { code: undefined, kind: undefined, apiRequestId: undefined }

export interface DeliveryDependencies {
  readonly observer: Observer
  readonly clock: Pick<Clock, 'now'>
}

/** The message with a delivery that collects notes about it; the observer is notified now and at its end. */
export function openDelivery(message: ReceivedMessage, { observer, clock }: DeliveryDependencies): ReceivedMessage {
  const { messageId, receiveCount, receivedAtMs } = message
  const notes: DeliveryNotes = {}
  let passes = 0
  let apiCalls = 0
  let apiMs = 0
  let over = false
  let span: Span | undefined
  observer.received()
  const delivery: Delivery = {
    startPass() {
      passes += 1
      delivery.note(NO_FAILURE)
    },
    note(added) {
      Object.assign(notes, added)
    },
    called({ tookMs }) {
      apiCalls += 1
      apiMs += tookMs
    },
    trace(parent) {
      span ??= observer.span({
        kind: 'delivery',
        name: 'process request',
        startedMs: receivedAtMs,
        parent: message.trace ?? parent ?? message.queueTrace,
      })
      return span.context
    },
    end(last) {
      if (over) return
      over = true
      const nowMs = clock.now()
      const event = {
        messageId,
        receiveCount,
        action: 'release' as const,
        ...notes,
        ...last,
        looks: passes,
        apiCalls,
        apiMs,
        ageMs: ageMs(message, nowMs),
        tookMs: nowMs - receivedAtMs,
        traceId: delivery.trace()?.traceId,
      }
      const reported = withoutEmpty(event) as typeof event
      span?.end(nowMs, reported)
      observer.settled(reported)
    },
  }
  return { ...message, delivery }
}

/** The ids that identify a request in logs and traces. */
export const idsOf = ({
  requestId,
  correlationId,
  campaignId,
  idempotencyKey,
  attachment,
}: ResultSubject): DeliveryNotes => ({
  requestId,
  correlationId,
  campaignId,
  idempotencyKey: idempotencyKey || undefined,
  ...attachment,
})

/** Notes the failure of the last call; undefined if it was answered. */
export function noteFailure({ delivery }: ReceivedMessage, failure: Failure | undefined): void {
  const { code, kind, apiRequestId } = failure ?? {}
  delivery?.note({ code, kind, apiRequestId })
}
