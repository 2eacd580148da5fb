/** A failure: what went wrong with one call or one request, already classified. */
import {
  ALL_CODES,
  API_CODES,
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
  /** What the server asks for before the next try, in milliseconds. */
  readonly retryAfterMs?: number
}

/** An answer carries its failure as a value. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export interface FailureFacts {
  readonly code: string
  /** The API action that answered it, as the API names it. */
  readonly action?: string | undefined
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

const byCode = (rows: readonly ErrorCodeRow[]) => new Map(rows.map((row) => [normalCode(row.code), row]))

/** The first row of a code is its meaning for actions that have none of their own. */
const ROWS = byCode([...ALL_CODES].reverse())
const ROWS_OF_ACTION = new Map(
  API_CODES.flatMap(({ actions, rows }) =>
    actions === 'any' ? [] : actions.map((action) => [action, byCode(rows)] as const),
  ),
)

/**
 * What a code means as the answer of an action. A 5xx whose code no row or prefix knows is an outcome that is not known;
 * anything else unlisted is `unknown`.
 */
export function meaningOf(code: string, httpStatus?: number, action = ''): CodeMeaning {
  const row = ROWS_OF_ACTION.get(action)?.get(normalCode(code)) ?? ROWS.get(normalCode(code))
  if (row) return { kind: row.kind, advice: row.advice, reason: row.reason ?? 'rejected', row }
  const rule = PREFIX_RULES.find(({ prefix }) => normalCode(code).startsWith(normalCode(prefix)))
  if (rule)
    return { kind: rule.kind, advice: `Read as ${rule.kind}: it begins with ${rule.prefix}.`, reason: 'rejected' }
  if (httpStatus !== undefined && httpStatus >= 500) {
    return { kind: 'unavailable', advice: 'The service failed; state is read, then retried.', reason: 'rejected' }
  }
  return { kind: 'unknown', advice: UNLISTED_ADVICE, reason: 'unknown' }
}

/** The longest code or id that is kept, and the longest text; no result carries more. */
const MOST_ID_CHARACTERS = 256
const MOST_TEXT_CHARACTERS = 12_000
/** A secret that the cut leaves a part of would not be known any more, so it is looked for in some more. */
const MOST_READ_CHARACTERS = MOST_TEXT_CHARACTERS + 4_000
/** No server is taken at its word when it asks for a longer wait than this, in milliseconds. */
const MOST_RETRY_AFTER_MS = 300_000

const idOf = (text: string): string => firstOf(replaceControls(text), MOST_ID_CHARACTERS)
const textOf = (text: string): string =>
  firstOf(scrub(wellFormed(firstOf(text, MOST_READ_CHARACTERS))), MOST_TEXT_CHARACTERS)

/**
 * Builds a classified failure from what was seen. Texts are scrubbed of secrets, well-formed and bounded; about credentials
 * the server's own words are never repeated, since it quotes what was signed.
 */
export function failureOf(facts: FailureFacts): Failure {
  const said = idOf(facts.code)
  const code = said.trim() === '' ? 'UnreadableAnswer' : said
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
