/** The health of a long-running worker: whether its process is alive, and whether it can work. */
import type { BreakerStatus } from '../admission/circuit-breaker.js'
import { type Clock, waitAtMost } from '../domain/clock.js'
import type { Answer } from '../domain/failure.js'

/** `checks`: `ok`, or what is wrong, in codes and words of this program only. */
export interface HealthReport {
  readonly ok: boolean
  readonly checks: Readonly<Record<string, string>>
}

/** No method rejects. */
export interface Health {
  /** The process is alive: its poll loop has run within `POLL_LIMIT_MS`. */
  alive(): HealthReport
  /** The queue can be read, the identity at Alibaba is not refused, the circuit breaker is closed, and no stop was requested. */
  ready(): Promise<HealthReport>
}

/** What a worker reports, and what it is asked for. */
export interface WorkerHealth extends Health {
  /** The poll loop has begun another round. */
  polled(): void
  /** Resolves as `reading` does, and notes whether the queue could be read. */
  reading<T>(reading: Promise<T>): Promise<T>
  /** From now on the worker's parts are asked. Before, it is not ready. */
  watch(worker: WatchedWorker): void
}

interface WatchedWorker {
  readonly breaker: { status(): BreakerStatus }
  /** Calls the API that names the caller. */
  identity(): Promise<Answer<unknown>>
  readonly stop: AbortSignal
}

/** The longest round of a poll loop that works, in milliseconds: a receive of three attempts of 30 s each. */
export const POLL_LIMIT_MS = 120_000
/** How long an answer about the identity holds, in milliseconds; one call at a time. */
const IDENTITY_MS = 60_000
const REFUSED_IDENTITY_MS = 5_000
/** A probe has an answer within this, in milliseconds. */
const IDENTITY_TIMEOUT_MS = 2_000
/** A server that cannot be reached proves nothing about the identity. */
const REFUSALS: ReadonlySet<string> = new Set(['credentials', 'unauthorized'])

export function createWorkerHealth(clock: Clock): WorkerHealth {
  let worker: WatchedWorker | undefined
  let polledAtMs = clock.now()
  let queue = 'not read yet'
  let identity = { word: 'unknown', untilMs: 0 }
  let asking: Promise<void> | undefined

  const ask = async (identityOf: WatchedWorker['identity']): Promise<void> => {
    const answer = await identityOf().catch(() => undefined)
    const refused = answer !== undefined && !answer.ok && REFUSALS.has(answer.failure.kind)
    const word = answer?.ok ? 'ok' : refused ? `refused: ${answer.failure.code}` : 'unknown'
    identity = { word, untilMs: clock.now() + (answer?.ok ? IDENTITY_MS : REFUSED_IDENTITY_MS) }
  }
  const identityWord = async (identityOf: WatchedWorker['identity']): Promise<string> => {
    if (clock.now() >= identity.untilMs) {
      asking ??= ask(identityOf).finally(() => {
        asking = undefined
      })
      await waitAtMost(IDENTITY_TIMEOUT_MS, asking, clock)
    }
    return identity.word
  }

  return {
    polled() {
      polledAtMs = clock.now()
    },
    async reading(reading) {
      try {
        const value = await reading
        queue = 'ok'
        return value
      } catch (error) {
        queue = `cannot be read: ${(error as Error).name}`
        throw error
      }
    },
    watch(watched) {
      worker = watched
    },
    alive() {
      const silentMs = clock.now() - polledAtMs
      const ok = silentMs <= POLL_LIMIT_MS
      return { ok, checks: { pollLoop: ok ? 'ok' : `has not run for ${Math.round(silentMs / 1_000)} s` } }
    },
    async ready() {
      if (worker === undefined) return { ok: false, checks: { worker: 'starting' } }
      const { breaker, stop } = worker
      const { paused, code = 'open' } = breaker.status()
      const identityNow = await identityWord(worker.identity)
      const checks = {
        worker: stop.aborted ? 'stopping' : 'ok',
        queue,
        identity: identityNow,
        circuitBreaker: paused ? `open: ${code}` : 'ok',
      }
      const ok = Object.entries(checks).every(
        ([name, word]) => word === 'ok' || (name === 'identity' && word === 'unknown'),
      )
      return { ok, checks }
    },
  }
}
