/** Turns an error of the SDK core into a failure. Errors are recognised by shape: a bundle may hold a class twice. */
import { type Failure, failureOf } from '../../domain/failure.js'

/** The name of the error that ends an answer above the size limit. */
export const TOO_LONG = 'AnswerTooLong'

interface Thrown {
  readonly name?: unknown
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly requestId?: unknown
  readonly retryAfter?: unknown
  readonly data?: { readonly Message?: unknown; readonly RequestId?: unknown } | null
}

/** Only a text that an API sent becomes the failure's message: the core's own texts hold URLs with parameters. `action`: the API action that was called. */
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
  // Node's codes of connection faults are in capitals: ECONNRESET, ENOTFOUND, CERT_HAS_EXPIRED.
  if (code !== undefined && /^[A-Z0-9_]+$/.test(code)) return failureOf({ code: 'ConnectionFailed', message: code })
  return failureOf({ code: 'UnreadableAnswer', message: "the answer is not the API's JSON" })
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== 'undefined' ? value : undefined
