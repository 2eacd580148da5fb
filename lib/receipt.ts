/** A receipt from the queue's hand back into it, and the one event that it ends in. */
import type { ResultSubject } from './attachment-result.js'
import type { Failure } from './failure.js'
import type { House } from './house.js'
import type { Receipt, ReceiptNotes, Span } from './observer.js'
import { ageMs, type ReceivedMessage } from './received-message.js'
import { withoutUndefined } from './without-undefined.js'

const NO_FAILURE: ReceiptNotes = { code: undefined, kind: undefined, apiRequestId: undefined }

/** The message with a receipt that gathers what is learnt of it; the observer hears of it now, and once more at its end. */
export function openReceipt(
  message: ReceivedMessage,
  { observer, clock }: Pick<House, 'observer' | 'clock'>,
): ReceivedMessage {
  const { messageId, receiveCount, receivedAtMs } = message
  const notes: ReceiptNotes = {}
  let looks = 0
  let apiCalls = 0
  let apiMs = 0
  let over = false
  let span: Span | undefined
  observer.received()
  const receipt: Receipt = {
    look() {
      looks += 1
      receipt.note(NO_FAILURE)
    },
    note(more) {
      Object.assign(notes, more)
    },
    called({ tookMs }) {
      apiCalls += 1
      apiMs += tookMs
    },
    trace(parent) {
      span ??= observer.span({
        kind: 'receipt',
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
        looks,
        apiCalls,
        apiMs,
        ageMs: ageMs(message, nowMs),
        tookMs: nowMs - receivedAtMs,
        traceId: receipt.trace()?.traceId,
      }
      const told = withoutUndefined(event) as typeof event
      span?.end(nowMs, told)
      observer.settled(told)
    },
  }
  return { ...message, receipt }
}

/** The ids by which a request is found again. */
export const idsOf = ({
  requestId,
  correlationId,
  campaignId,
  idempotencyKey,
  attachment,
}: ResultSubject): ReceiptNotes => ({
  requestId,
  correlationId,
  campaignId,
  idempotencyKey: idempotencyKey || undefined,
  ...attachment,
})

/** What its last call met; undefined: an answer. */
export function noteFailure({ receipt }: ReceivedMessage, failure: Failure | undefined): void {
  const { code, kind, apiRequestId } = failure ?? {}
  receipt?.note({ code, kind, apiRequestId })
}
