/** Client tokens: what was answered to a call with a token, and with which parameters. */
import { DAY_MS } from '../../domain/clock.js'
import { ApiError } from '../api-error.js'

/** Assumed: the window is not documented. */
const TOKEN_LIFETIME_MS = DAY_MS

export class ClientTokens<Answer> {
  readonly #answers = new Map<
    string,
    { readonly fingerprint: string; readonly answer: Answer; readonly atMs: number }
  >()

  /**
   * Runs a call once: repeated with its token it gets its first answer. `fingerprint` stands for the parameters; throws an ApiError
   * if the token was used with others. Only an answer is remembered: a refused call may be repeated with its token.
   */
  once(token: string, fingerprint: string, nowMs: number, run: () => Answer): Answer {
    const before = this.#answers.get(token)
    if (before && nowMs < before.atMs + TOKEN_LIFETIME_MS) {
      if (before.fingerprint === fingerprint) return before.answer
      throw new ApiError('IdempotentParameterMismatch', {
        message: 'The ClientToken has been used with other parameters.',
      })
    }
    const answer = run()
    this.#answers.set(token, { fingerprint, answer, atMs: nowMs })
    return answer
  }
}
