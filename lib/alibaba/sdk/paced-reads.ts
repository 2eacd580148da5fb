/** Readings leave at the rate that the API allows, and a throttled reading is repeated when the rate limiter allows it. */
import { createRateLimiter } from '../../admission/rate-limiter.js'
import type { Clock } from '../../domain/clock.js'
import { type Answer, type Failure, failureOf } from '../../domain/failure.js'
import type { RpcCall } from './rpc.js'

/** The longest wait of a reading for the rate limiter, in milliseconds; later readings join it meanwhile. */
const MAX_WAIT_MS = 2_000

export interface PacedReads {
  /** Makes the reading once the rate limiter allows it; a wait beyond 2 s is a throttled failure. */
  read<T>(read: () => Promise<Answer<T>>): Promise<Answer<T>>
  /** Milliseconds until a reading with `ahead` readings before it may leave. */
  waitMs(ahead: number): number
}

export function createPacedReads(callsPerSecond: number, clock: Clock): PacedReads {
  const rateLimiter = createRateLimiter(callsPerSecond)
  const waitMs = (ahead: number) => rateLimiter.waitMs(ahead, clock.now())

  /** Resolves once the rate limiter allows the call, or to a throttled failure with the wait if that is after `untilMs`. */
  const waitForRate = async (untilMs: number): Promise<Failure | undefined> => {
    for (let ms = waitMs(0); ms > 0; ms = waitMs(0)) {
      if (clock.now() + ms > untilMs) return failureOf({ code: 'Throttling', retryAfterMs: ms })
      await clock.sleep(ms)
    }
    rateLimiter.take(clock.now())
    return undefined
  }

  return {
    waitMs,
    async read(read) {
      const untilMs = clock.now() + MAX_WAIT_MS
      for (;;) {
        const refusal = await waitForRate(untilMs)
        if (refusal) return { ok: false, failure: refusal }
        const answer = await read()
        if (answer.ok || answer.failure.kind !== 'throttled') return answer
        rateLimiter.refused(clock.now(), answer.failure.retryAfterMs)
      }
    },
  }
}

/**
 * The same call, with each action paced by itself, because the API limits each by itself. It is for readings: their
 * refusals are not reported to the caller's limiter of writes, and one that messages share does not end with one of them.
 */
export function pacedCall(call: RpcCall, callsPerSecond: number, clock: Clock): RpcCall {
  const byAction = new Map<string, PacedReads>()
  return (action, query, { refused: _, isOver: __, ...limits }) => {
    const paced = byAction.get(action) ?? createPacedReads(callsPerSecond, clock)
    byAction.set(action, paced)
    return paced.read(() => call(action, query, limits))
  }
}
