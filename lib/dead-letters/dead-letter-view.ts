/** A view of a message on the dead-letter queue, whoever sent it there. */
import type { Attachment } from '../domain/attachment.js'
import { meaningOf } from '../domain/failure.js'
import { DEFAULT_TTL_MS, parseRequest } from '../domain/messages/request.js'
import type { RequestFields } from '../domain/messages/request-schema.js'
import { withoutEmpty } from '../domain/record.js'

/** A message as the dead-letter queue delivers it. */
export interface FoundMessage {
  readonly messageId: string
  /** Unchanged, byte for byte. */
  readonly body: string
  /** The message attributes of type String. */
  readonly attributes: Readonly<Record<string, string>>
  /** Epoch milliseconds. For a message that SQS itself moved this is when it was first sent. */
  readonly sentAtMs: number
  /** Includes the readings of the dead-letter queue. */
  readonly receiveCount: number
  readonly groupId?: string
  readonly senderId?: string
  /** The ARN of the queue that SQS moved it from; absent on a message that was sent to this queue. */
  readonly sourceArn?: string
}

/** `worker`: sent by the worker, with its reason. `backstop`: moved by SQS after maxReceiveCount. `foreign`: sent by others. */
const DEAD_LETTER_ORIGINS = ['worker', 'backstop', 'foreign'] as const
type DeadLetterOrigin = (typeof DEAD_LETTER_ORIGINS)[number]

const ADVICE: Readonly<Record<DeadLetterOrigin, string>> = {
  worker: 'The worker recorded only the reason; search for the result id on the topic or in its log.',
  backstop:
    'SQS moved it after too many receives: the worker crashed on it, or did not run. Check the worker, then redrive.',
  foreign: 'Not sent here by the worker. If its body is a request it can be redriven; else ask its sender.',
}

export interface DeadLetterView extends FoundMessage {
  readonly origin: DeadLetterOrigin
  /** Only on dead letters of the worker, and only if it fitted into the attributes. */
  readonly reason?: string
  readonly code?: string
  readonly kind?: string
  readonly advice: string
  readonly resultId?: string
  /** The sender that the policy refused, as the queue reported it. */
  readonly refusedSenderId?: string
  /** How often it was redriven so far. */
  readonly redriveCount: number
  /** The body was cut, so the request is incomplete. */
  readonly truncated: boolean
  readonly requestId?: string
  readonly correlationId?: string
  readonly campaignId?: string
  /** The readable fields of the attachment. */
  readonly attachment: Partial<Attachment>
  /** When it was requested, epoch milliseconds. */
  readonly requestedAtMs?: number
}

/** The view of any message. Never throws. */
export function readDeadLetter(found: FoundMessage): DeadLetterView {
  const { attributes } = found
  const { reason, errorCode: code, resultId } = attributes
  const origin: DeadLetterOrigin = reason && resultId ? 'worker' : found.sourceArn ? 'backstop' : 'foreign'
  const isFromWorker = origin === 'worker'
  const parsed = parseRequest(found.body, { sentAtMs: found.sentAtMs, ttlMs: DEFAULT_TTL_MS })
  const fields: Partial<RequestFields> = parsed.ok
    ? { ...parsed.request, ...parsed.request.attachment }
    : parsed.partial
  const requestedAtMs = isFromWorker ? Date.parse(attributes.requestedAt ?? '') : found.sentAtMs
  return {
    ...found,
    origin,
    ...(isFromWorker &&
      withoutEmpty({
        reason,
        code,
        kind: kindOf(code, attributes.errorKind),
        resultId,
        refusedSenderId: attributes.senderId,
      })),
    advice: (isFromWorker && (attributes.advice || (code && meaningOf(code).advice))) || ADVICE[origin],
    redriveCount: /^\d{1,6}$/.test(attributes.redriveCount ?? '') ? Number(attributes.redriveCount) : 0,
    truncated: attributes.truncated === 'true',
    ...withoutEmpty({
      requestId: fields.requestId ?? (isFromWorker ? attributes.requestId : undefined),
      correlationId: fields.correlationId,
      campaignId: fields.campaignId,
    }),
    attachment: withoutEmpty({
      cenId: fields.cenId,
      childInstanceId: fields.childInstanceId,
      childInstanceType: fields.childInstanceType,
      childInstanceRegionId: fields.childInstanceRegionId,
      childInstanceOwnerId: fields.childInstanceOwnerId,
    }),
    ...(requestedAtMs > 0 && { requestedAtMs }),
  }
}

const kindOf = (code: string | undefined, given: string | undefined): string | undefined =>
  given ?? (code === undefined ? undefined : meaningOf(code).kind)
