/** What a result says in words: an error, a verdict, a grant; cut so that the result stays under 32 KiB. */
import { byteLength } from './digest.js'
import type { Failure } from './failure.js'
import { firstOf } from './foreign-text.js'
import { commandOf, type GrantCall } from './grant-call.js'
import { withoutUndefined } from './without-undefined.js'

export interface ResultError {
  readonly code: string
  readonly kind: string
  readonly message: string
  readonly httpStatus?: number
  readonly apiRequestId?: string
  readonly advice: string
}

/** The answer to a dry run. */
export interface Verdict {
  readonly would: 'attach' | 'adopt' | 'wait-for-grant' | 'refuse'
  readonly reasons: readonly string[]
  /** The grant that is missing. */
  readonly grant?: GrantCall
}

/** The call that an owner must make, for machines and as a command. */
export interface ResultGrant extends GrantCall {
  readonly command: string
}

export const toResultGrant = (call: GrantCall): ResultGrant => ({ ...call, command: commandOf(call) })

/** Texts of the API and lists of faults can be long; a character may take six bytes once it is escaped. */
const MESSAGE_BYTES = 12_000
const ADVICE_BYTES = 6_000
const MOST_REASONS = 6

export const toVerdict = ({ would, reasons }: Verdict): Pick<Verdict, 'would' | 'reasons'> => ({
  would,
  reasons: reasons.slice(0, MOST_REASONS).map((reason) => cut(reason, MESSAGE_BYTES / MOST_REASONS)),
})

export function toResultError(failure: Failure): ResultError {
  const { code, kind, message, advice, httpStatus, apiRequestId } = failure
  return withoutUndefined({
    code: cut(code, 256),
    kind,
    message: cut(message, MESSAGE_BYTES),
    httpStatus,
    apiRequestId: apiRequestId === undefined ? undefined : cut(apiRequestId, 256),
    advice: cut(advice, ADVICE_BYTES),
  }) as ResultError
}

/** Cuts a text so that it takes at most `bytes` once it is written as JSON; a cut is marked with an ellipsis. */
export function cut(text: string, bytes: number): string {
  const cost = (piece: string) => byteLength(JSON.stringify(piece))
  if (cost(text) <= bytes) return text
  let keep = Math.min(text.length, bytes)
  while (keep > 0 && cost(text.slice(0, keep)) > bytes - 3) keep = Math.floor(keep * 0.9)
  return `${firstOf(text, keep)}…`
}
