/** An answer that is an error, as an action throws it inside the emulator. */
import { meaningOf } from '../failure.js'

export class ApiError extends Error {
  readonly code: string
  readonly http: number
  readonly retryAfterMs: number | undefined

  /** Status and message come from the error table where they are not given. */
  constructor(
    code: string,
    facts: { http?: number | undefined; message?: string | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    const { row } = meaningOf(code)
    super(facts.message ?? (row?.message || `The call was refused: ${code}.`))
    this.code = code
    this.http = facts.http ?? row?.http ?? 400
    this.retryAfterMs = facts.retryAfterMs
  }
}
