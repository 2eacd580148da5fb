/** What the SDK core throws, turned into a failure. Known by shape, not by class: bundling makes classes twice. */
import { type Failure, failureOf } from '../../domain/failure.js'

/** The name of the error that ends an answer which has more bytes than any that the APIs give. */
export const TOO_LONG = 'AnswerTooLong'

interface Thrown {
  readonly name?: unknown
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly requestId?: unknown
  readonly retryAfter?: unknown
  readonly data?: { readonly Message?: unknown; readonly RequestId?: unknown } | null
}

/** Never puts the error's own text into a failure where no API said it: the core's texts carry URLs with parameters. */
export function toCallFailure(error: unknown, action?: string): Failure {
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as Thrown
  const code = typeof thrown.code === 'string' && thrown.code !== 'undefined' ? thrown.code : undefined
  if (typeof thrown.statusCode === 'number') {
    const { statusCode: httpStatus } = thrown
    if (code === undefined)
      return failureOf({ code: 'UnreadableAnswer', message: `HTTP ${httpStatus} without a code`, httpStatus })
    return failureOf({
      code,
      action,
      httpStatus,
      message: textOf(thrown.data?.Message),
      apiRequestId: textOf(thrown.requestId),
      retryAfterMs: typeof thrown.retryAfter === 'number' && thrown.retryAfter >= 0 ? thrown.retryAfter : undefined,
    })
  }
  if (thrown.name === TOO_LONG) return failureOf({ code: 'UnreadableAnswer', message: 'the answer has too many bytes' })
  if (thrown.name === 'RequestTimeoutError' || code === 'ETIMEDOUT') {
    return failureOf({ code: 'RequestTimeout', message: 'no answer in time' })
  }
  // Node names faults of the connection in capitals: ECONNRESET, ENOTFOUND, CERT_HAS_EXPIRED.
  if (code !== undefined && /^[A-Z0-9_]+$/.test(code)) return failureOf({ code: 'ConnectionFailed', message: code })
  return failureOf({ code: 'UnreadableAnswer', message: "the answer is not the API's JSON" })
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== 'undefined' ? value : undefined
