/** An error answer of the API, thrown by an action inside the emulator. */
import { meaningOf } from '../domain/failure.js'

interface ApiErrorFacts {
  readonly http?: number | undefined
  readonly message?: string | undefined
  readonly retryAfterMs?: number | undefined
  /** The `AccessDeniedDetail` of a call that RAM denies. */
  readonly accessDenied?: Readonly<Record<string, string>> | undefined
}

export class ApiError extends Error {
  readonly code: string
  readonly http: number
  readonly facts: ApiErrorFacts

  /** The default status and message are those of the error table. */
  constructor(code: string, facts: ApiErrorFacts = {}) {
    const { row } = meaningOf(code)
    super(facts.message ?? (row?.message || `The call was refused: ${code}.`))
    this.code = code
    this.http = facts.http ?? row?.http ?? 400
    this.facts = facts
  }
}
