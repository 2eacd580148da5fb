/** A letter: a message that was found on the dead-letter queue, whoever put it there, and what can be told of it. */
import type { Attachment } from '../domain/attachment.js'
import { meaningOf } from '../domain/failure.js'
import { withoutUndefined } from '../domain/record.js'
import { parseRequest } from '../domain/request.js'
import type { RequestFields } from '../domain/request-schema.js'

/** What a queue says of a message that it holds. */
export interface FoundMessage {
  readonly messageId: string
  /** Byte for byte. */
  readonly body: string
  /** The message attributes that are texts. */
  readonly attributes: Readonly<Record<string, string>>
  /** Epoch milliseconds. For a message that SQS itself moved this is when it was first sent. */
  readonly sentAtMs: number
  /** Looks at the dead-letter queue count, too. */
  readonly receiveCount: number
  readonly groupId?: string
  readonly senderId?: string
  /** The queue that SQS itself moved it from, as an ARN; absent on a message that somebody sent. */
  readonly sourceArn?: string
}

/** `worker`: with its reason. `backstop`: SQS moved it, its receives being used up. `foreign`: somebody else sent it. */
export const DEAD_LETTER_ORIGINS = ['worker', 'backstop', 'foreign'] as const
export type DeadLetterOrigin = (typeof DEAD_LETTER_ORIGINS)[number]

const ADVICE: Readonly<Record<DeadLetterOrigin, string>> = {
  worker: 'The worker left no more than the reason; look for the result id on the topic or in its log.',
  backstop:
    'SQS moved it after too many receives: the worker crashed on it, or was never let run. Look at the worker, then redrive.',
  foreign: 'Not put here by the worker. Where its body is a request it can be redriven; else ask who sent it.',
}

export interface DeadLetterView extends FoundMessage {
  readonly origin: DeadLetterOrigin
  /** Of the worker's letters only, and where there was room for it. */
  readonly reason?: string
  readonly code?: string
  readonly kind?: string
  readonly advice: string
  readonly resultId?: string
  /** Whom the policy refused, as the queue named them. */
  readonly refusedSenderId?: string
  /** How often it has come back from here so far. */
  readonly redriveCount: number
  /** The body was cut: what was asked for is not wholly known. */
  readonly truncated: boolean
  readonly requestId?: string
  readonly correlationId?: string
  readonly campaignId?: string
  /** What of the attachment could be read. */
  readonly attachment: Partial<Attachment>
  /** When it was asked for, epoch milliseconds. */
  readonly requestedAtMs?: number
}

const DAY_MS = 86_400_000

/** Reads what a message on the dead-letter queue tells. Never throws, whatever is on that queue. */
export function readDeadLetter(found: FoundMessage): DeadLetterView {
  const { attributes } = found
  const { reason, errorCode: code, resultId } = attributes
  const origin: DeadLetterOrigin = reason && resultId ? 'worker' : found.sourceArn ? 'backstop' : 'foreign'
  const isFromWorker = origin === 'worker'
  const parsed = parseRequest(found.body, { sentAtMs: found.sentAtMs, ttlMs: DAY_MS })
  const fields: Partial<RequestFields> = parsed.ok
    ? { ...parsed.request, ...parsed.request.attachment }
    : parsed.partial
  const requestedAtMs = isFromWorker ? Date.parse(attributes.requestedAt ?? '') : found.sentAtMs
  return {
    ...found,
    origin,
    ...(isFromWorker &&
      withoutUndefined({
        reason,
        code,
        kind: kindOf(code, attributes.errorKind),
        resultId,
        refusedSenderId: attributes.senderId,
      })),
    advice: (isFromWorker && (attributes.advice || (code && meaningOf(code).advice))) || ADVICE[origin],
    redriveCount: /^\d{1,6}$/.test(attributes.redriveCount ?? '') ? Number(attributes.redriveCount) : 0,
    truncated: attributes.truncated === 'true',
    ...withoutUndefined({
      requestId: fields.requestId ?? (isFromWorker ? attributes.requestId : undefined),
      correlationId: fields.correlationId,
      campaignId: fields.campaignId,
    }),
    attachment: withoutUndefined({
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
