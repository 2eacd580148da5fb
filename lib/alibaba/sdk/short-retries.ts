/** Short retries of one call within one delivery: for states that pass in seconds, not for unknown outcomes or full limits. */
import pRetry from 'p-retry'
import { isLimitRefusal } from '../../admission/limiter.js'
import type { Clock } from '../../domain/clock.js'
import type { FailureKind } from '../../domain/error-codes.js'
import type { Answer, Failure } from '../../domain/failure.js'
import type { CallLimits } from '../../reconcile/driver.js'

const SHORT_RETRIED_KINDS: ReadonlySet<FailureKind> = new Set(['busy'])
const RETRIES = 2
const FIRST_WAIT_MS = 300
/** All retries of one call together, in milliseconds; a longer wait is left to the queue. */
const MAX_SHORT_RETRIES_MS = 5_000

class RefusedError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.code)
  }
}

const isRetriedShortly = (answer: Answer<unknown>): answer is Extract<Answer<unknown>, { ok: false }> =>
  !answer.ok && SHORT_RETRIED_KINDS.has(answer.failure.kind) && !isLimitRefusal(answer.failure)

/** Retries a refused call at most twice, within 5 s and the call's own deadline. Never rejects. */
export async function withShortRetries<T>(
  call: () => Promise<Answer<T>>,
  limits: CallLimits,
  clock: Clock,
): Promise<Answer<T>> {
  const budgetMs = Math.min(MAX_SHORT_RETRIES_MS, limits.deadlineMs - clock.now())
  const startedMs = clock.now()
  const leftMs = () => budgetMs - (clock.now() - startedMs)
  const attempt = async (): Promise<Answer<T>> => {
    const answer = await call()
    if (!answer.ok) limits.refused?.(answer.failure)
    return answer
  }
  const throwIfRetried = (answer: Answer<T>): Answer<T> => {
    if (isRetriedShortly(answer)) throw new RefusedError(answer.failure)
    return answer
  }
  // Nearly every call ends here, without the cost of the retry library.
  const first = await attempt()
  if (!isRetriedShortly(first)) return first
  try {
    return await pRetry(async (number) => throwIfRetried(number === 1 ? first : await attempt()), {
      retries: RETRIES,
      minTimeout: FIRST_WAIT_MS,
      randomize: true,
      maxRetryTime: Math.max(1, budgetMs),
      shouldRetry: async ({ error }) => {
        if (limits.isOver?.()) return false
        const retryAfterMs = (error as RefusedError).failure.retryAfterMs ?? 0
        if (retryAfterMs + 2 * FIRST_WAIT_MS >= leftMs()) return false
        await clock.sleep(retryAfterMs)
        return true
      },
    })
  } catch (error) {
    if (error instanceof RefusedError) return { ok: false, failure: error.failure }
    throw error
  }
}
