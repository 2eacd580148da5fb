/** A failure: a classified error of one call or one request. */
import {
  ALL_CODES,
  API_CODES,
  adviceOf,
  type DeadLetterReason,
  type ErrorCodeRow,
  type FailureKind,
  PREFIX_RULES,
} from './error-codes.js'
import { firstOf, replaceControls, wellFormed } from './foreign-text.js'
import { scrub } from './scrub.js'

export interface Failure {
  readonly code: string
  readonly kind: FailureKind
  readonly message: string
  readonly advice: string
  readonly httpStatus?: number
  readonly apiRequestId?: string
  /** The wait that the server asks for before the next attempt, in milliseconds. */
  readonly retryAfterMs?: number
}

/** The answer to a call; a failure is a value. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export const answered = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

/** The answer with its value changed by `map`; a failure stays as it is. */
export const mapAnswer = <T, U>(answer: Answer<T>, map: (value: T) => U): Answer<U> =>
  answer.ok ? answered(map(answer.value)) : answer

/** An answer of this program's own: a failure with this code, as if the API's `action` had refused. */
export const refusal = (code: string, message?: string, action?: string): Answer<never> => ({
  ok: false,
  failure: failureOf({ code, message, action }),
})

/** The answer to a write that may no longer be sent. */
export const notSent = (operation: string): Answer<never> => refusal(NOT_SENT, `${operation} was not sent`)

export const NOT_SENT = 'NotSent'

interface FailureFacts {
  readonly code: string
  /** The name of the API action that answered. */
  readonly action?: string | undefined
  readonly message?: string | undefined
  readonly httpStatus?: number | undefined
  readonly apiRequestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  /** Replaces the advice of the error-code table. */
  readonly advice?: string | undefined
}

interface CodeMeaning {
  readonly kind: FailureKind
  readonly advice: string
  readonly reason: DeadLetterReason
  readonly row?: ErrorCodeRow
}

const UNLISTED_ADVICE = 'This code is not in the error table; report it with the API request id.'

/** Codes are compared without case, and Alibaba's `Forbbiden` and `Pubilsh` equal the corrected spellings. */
export const normalCode = (code: string): string =>
  code.toLowerCase().replaceAll('forbbiden', 'forbidden').replaceAll('pubilsh', 'publish')

const byCode = (rows: readonly ErrorCodeRow[]) => new Map(rows.map((row) => [normalCode(row.code), row]))

/** By code: a row of any action, else the first row of a code, holds for actions that have no row of their own. */
const ROWS = byCode([...ALL_CODES.filter(({ actions }) => actions === 'any'), ...ALL_CODES].reverse())

const ROWS_OF_ACTION = new Map(
  API_CODES.flatMap(({ actions, rows }) =>
    actions === 'any' ? [] : actions.map((action) => [action, byCode(rows)] as const),
  ),
)

/**
 * What a code means as the answer of an action. An unlisted code with a 5xx status is `unavailable` (an unknown outcome), any
 * other unlisted code `unknown`.
 */
export function meaningOf(code: string, httpStatus?: number, action = ''): CodeMeaning {
  const row = ROWS_OF_ACTION.get(action)?.get(normalCode(code)) ?? ROWS.get(normalCode(code))
  if (row) return { kind: row.kind, advice: adviceOf(row, action), reason: row.reason ?? 'rejected', row }
  const rule = PREFIX_RULES.find(({ prefix }) => normalCode(code).startsWith(normalCode(prefix)))
  if (rule)
    return { kind: rule.kind, advice: `Taken as ${rule.kind}: it begins with ${rule.prefix}.`, reason: 'rejected' }
  if (httpStatus !== undefined && httpStatus >= 500) {
    return { kind: 'unavailable', advice: 'The service failed; state is read, then retried.', reason: 'rejected' }
  }
  return { kind: 'unknown', advice: UNLISTED_ADVICE, reason: 'unknown' }
}

/** The longest code or id and the longest text that are kept, in characters. */
const MOST_ID_CHARACTERS = 256
const MOST_TEXT_CHARACTERS = 12_000
/** A text is scrubbed before it is cut, in this many characters: a secret that was cut in two would not be recognised. */
const MOST_READ_CHARACTERS = MOST_TEXT_CHARACTERS + 4_000
/** The longest wait that a server may ask for, in milliseconds. */
const MOST_RETRY_AFTER_MS = 300_000

const idOf = (text: string): string => firstOf(replaceControls(text), MOST_ID_CHARACTERS)
const textOf = (text: string): string =>
  firstOf(scrub(wellFormed(firstOf(text, MOST_READ_CHARACTERS))), MOST_TEXT_CHARACTERS)

/**
 * Builds a classified failure. Texts are scrubbed of secrets, well-formed and bounded. The server's message about credentials
 * is dropped, since the server quotes what was signed.
 */
export function failureOf(facts: FailureFacts): Failure {
  const given = idOf(facts.code)
  const code = given.trim() === '' ? 'UnreadableAnswer' : given
  const meaning = meaningOf(code, facts.httpStatus, facts.action)
  const { retryAfterMs = Number.NaN } = facts
  const advice = facts.advice === undefined ? meaning.advice : textOf(facts.advice)
  return {
    code,
    kind: meaning.kind,
    message: meaning.kind === 'credentials' ? advice : textOf(facts.message || meaning.row?.message || code),
    advice,
    ...(facts.httpStatus !== undefined && { httpStatus: facts.httpStatus }),
    ...(facts.apiRequestId !== undefined && { apiRequestId: idOf(facts.apiRequestId) }),
    ...(retryAfterMs >= 0 && { retryAfterMs: Math.min(retryAfterMs, MOST_RETRY_AFTER_MS) }),
  }
}
