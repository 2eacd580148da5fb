/** A failure: what went wrong with one call or one request, already classified. */
import { ALL_CODES, type DeadLetterReason, type ErrorCodeRow, type FailureKind, PREFIX_RULES } from './error-codes.js'
import { scrub } from './scrub.js'

export interface Failure {
  readonly code: string
  readonly kind: FailureKind
  readonly message: string
  readonly advice: string
  readonly httpStatus?: number
  readonly apiRequestId?: string
  /** What the server asks for before the next try, in milliseconds. */
  readonly retryAfterMs?: number
}

/** An answer carries its failure as a value. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export interface FailureFacts {
  readonly code: string
  readonly message?: string | undefined
  readonly httpStatus?: number | undefined
  readonly apiRequestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  /** Where the table's advice is too general. */
  readonly advice?: string | undefined
}

export interface CodeMeaning {
  readonly kind: FailureKind
  readonly advice: string
  readonly reason: DeadLetterReason
  readonly row?: ErrorCodeRow
}

const UNLISTED_ADVICE = 'This code is not in the error table; report it with the API request id.'

/** Alibaba writes Forbbiden and Pubilsh; the corrected spelling means the same, as does any case. */
export const normalCode = (code: string): string =>
  code.toLowerCase().replaceAll('forbbiden', 'forbidden').replaceAll('pubilsh', 'publish')

const ROWS = new Map(ALL_CODES.map((row) => [normalCode(row.code), row]))

/** What a code means. A 5xx whose code no row or prefix knows is an outcome that is not known; anything else unlisted is `unknown`. */
export function meaningOf(code: string, httpStatus?: number): CodeMeaning {
  const row = ROWS.get(normalCode(code))
  if (row) return { kind: row.kind, advice: row.advice, reason: row.reason ?? 'rejected', row }
  const rule = PREFIX_RULES.find(({ prefix }) => normalCode(code).startsWith(normalCode(prefix)))
  if (rule)
    return { kind: rule.kind, advice: `Read as ${rule.kind}: it begins with ${rule.prefix}.`, reason: 'rejected' }
  if (httpStatus !== undefined && httpStatus >= 500) {
    return { kind: 'unavailable', advice: 'The service failed; state is read, then retried.', reason: 'rejected' }
  }
  return { kind: 'unknown', advice: UNLISTED_ADVICE, reason: 'unknown' }
}

/**
 * Builds a classified failure from what was seen. Texts are scrubbed of secrets; about credentials the server's own words
 * are never repeated, since it quotes what was signed.
 */
export function failureOf(facts: FailureFacts): Failure {
  const meaning = meaningOf(facts.code, facts.httpStatus)
  return {
    code: facts.code,
    kind: meaning.kind,
    message:
      meaning.kind === 'credentials'
        ? (facts.advice ?? meaning.advice)
        : scrub(facts.message || meaning.row?.message || facts.code),
    advice: facts.advice ?? meaning.advice,
    ...(facts.httpStatus !== undefined && { httpStatus: facts.httpStatus }),
    ...(facts.apiRequestId !== undefined && { apiRequestId: facts.apiRequestId }),
    ...(facts.retryAfterMs !== undefined && { retryAfterMs: facts.retryAfterMs }),
  }
}
