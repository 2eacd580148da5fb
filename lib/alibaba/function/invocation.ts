/** The result of one invocation, over either API of Function Compute. */
import { type Answer, answered, type Failure, failureOf } from '../../domain/failure.js'
import { scrub } from '../../domain/scrub.js'

/** Resolves to the text that the function returned. Never rejects. */
export type Invoke = (event: string, timeoutMs: number) => Promise<Answer<string>>

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** A failed function has HTTP 200 as well; only a header shows the failure. */
export function toInvocationAnswer(headers: Headers, body: string): Answer<string> {
  const errorType = headers['x-fc-error-type']
  if (errorType === undefined) return answered(body)
  const requestId = headers['x-fc-request-id']
  return { ok: false, failure: functionFailure(String(errorType), body, requestId && String(requestId)) }
}

interface InvocationRefusal {
  readonly httpStatus: number
  readonly code?: string | undefined
  readonly message?: string | undefined
  readonly apiRequestId?: string | undefined
  readonly retryAfterMs?: number | undefined
}

/** Codes of too many invocations, with 429 or 503 (help.aliyun.com/zh/fc/developer-reference/error-codes). */
const THROTTLED_CODES = /^(?:ResourceThrottled|ResourceExhausted|ConcurrencyExceeded|.*Throttling.*)$/i
/** 412: an instance cannot start or has exited; 408, 499: the answer was not waited for. None is a fault of the settings. */
const FAILED_STATUSES: ReadonlySet<number> = new Set([408, 412, 499])

/** The advice for a function that cannot be called, by Function Compute's code in lower case. */
const ADVICE: Readonly<Record<string, string>> = {
  accessdenied: 'give the identity of cen-attach fc:InvokeFunction on this function',
  functionnotfound: 'check ATTACHER_FC_FUNCTION, ATTACHER_FC_REGION and ATTACHER_FC_ACCOUNT_ID',
  servicenotfound: 'check ATTACHER_FC_SERVICE, ATTACHER_FC_REGION and ATTACHER_FC_ACCOUNT_ID',
  invalidaccesskeyid: 'the access key does not exist, or is disabled',
  'invalidaccesskeyid.notfound': 'the access key does not exist',
  signaturenotmatch: 'the access key secret is wrong, or this clock is off by 15 minutes',
  signaturedoesnotmatch: 'the access key secret is wrong',
  'invalidsecuritytoken.expired': 'the session has ended',
}

/** The failure of an invocation that was refused; it is never one of the request. */
export function invocationFailure(invocationRefusal: InvocationRefusal): Failure {
  const { httpStatus, code = `HTTP ${invocationRefusal.httpStatus}`, message, ...rest } = invocationRefusal
  const facts = { httpStatus, message: `Function Compute: ${code}${message ? `: ${message}` : ''}`, ...rest }
  if (httpStatus === 429 || THROTTLED_CODES.test(code)) return failureOf({ ...facts, code: 'FunctionThrottled' })
  if (httpStatus >= 500 || FAILED_STATUSES.has(httpStatus)) return failureOf({ ...facts, code: 'FunctionFailed' })
  const advice = ADVICE[code.toLowerCase()] ?? 'check the ATTACHER_FC_* settings and the identity of cen-attach'
  return failureOf({
    ...facts,
    code: 'FunctionUncallable',
    advice: `Function Compute answers ${scrub(code)}: ${advice}.`,
  })
}

/** The longest reported text of a crash, in characters. */
const MAX_MESSAGE_CHARACTERS = 300

/** A function that crashed or timed out answers 200, with the error type in a header and JSON about it in the body. */
function functionFailure(errorType: string, body: string, apiRequestId: string | undefined): Failure {
  const errorMessage = /"errorMessage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? ''
  const message = `${errorType}${errorMessage && `: ${errorMessage.slice(0, MAX_MESSAGE_CHARACTERS)}`}`
  return failureOf({ code: 'FunctionFailed', message, apiRequestId })
}
