/** The short retries of one call inside one receipt: for states that pass in moments, never for an unknown outcome, nor at a limit. */
import pRetry from 'p-retry'
import type { FailureKind } from '../error-codes.js'
import type { Failure } from '../failure.js'
import { isWall } from '../limiter.js'
import type { Answer, CallLimits, Clock } from '../ports.js'

const SHORT: ReadonlySet<FailureKind> = new Set(['busy'])
const RETRIES = 2
const FIRST_WAIT_MS = 300
/** All retries of one call together, in milliseconds; everything longer is waited for by the queue. */
export const SHORT_RETRY_BUDGET_MS = 5_000

class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.code)
  }
}

const isShort = (answer: Answer<unknown>): answer is Extract<Answer<unknown>, { ok: false }> =>
  !answer.ok && SHORT.has(answer.failure.kind) && !isWall(answer.failure)

/** Retries a refused call at most twice, within 5 s and the call's own deadline. Never rejects. */
export async function withShortRetries<T>(
  call: () => Promise<Answer<T>>,
  limits: CallLimits,
  clock: Clock,
): Promise<Answer<T>> {
  const budgetMs = Math.min(SHORT_RETRY_BUDGET_MS, limits.deadlineMs - clock.now())
  const startedMs = clock.now()
  const leftMs = () => budgetMs - (clock.now() - startedMs)
  const attempt = async (): Promise<Answer<T>> => {
    const answer = await call()
    if (!answer.ok) limits.refused?.(answer.failure)
    return answer
  }
  const settled = (answer: Answer<T>): Answer<T> => {
    if (isShort(answer)) throw new Refused(answer.failure)
    return answer
  }
  // Nearly every call is over here, and needs none of what retries take.
  const first = await attempt()
  if (!isShort(first)) return first
  try {
    return await pRetry(async (number) => settled(number === 1 ? first : await attempt()), {
      retries: RETRIES,
      minTimeout: FIRST_WAIT_MS,
      randomize: true,
      maxRetryTime: Math.max(1, budgetMs),
      shouldRetry: async ({ error }) => {
        const askedMs = (error as Refused).failure.retryAfterMs ?? 0
        if (askedMs + 2 * FIRST_WAIT_MS >= leftMs()) return false
        await clock.sleep(askedMs)
        return true
      },
    })
  } catch (error) {
    if (error instanceof Refused) return { ok: false, failure: error.failure }
    throw error
  }
}
