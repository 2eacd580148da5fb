/** The limiter: one rate for the API and one concurrency limit for each CEN, fair between CENs and owners. */
import { HOLD_MS, MAX_WAIT_MS } from '../domain/backoff.js'
import { type Failure, normalCode } from '../domain/failure.js'
import { putNewest } from '../domain/kept.js'
import type { AttachmentRequest } from '../domain/messages/request.js'
import { type ConcurrencyLimit, createConcurrencyLimit } from './concurrency-limit.js'
import { createFairQueue, type FairQueue } from './fair-queue.js'
import { createRateLimiter } from './rate-limiter.js'

/** What the limiter needs to know of a request. */
export type LimitedRequest = Pick<AttachmentRequest, 'attachment' | 'idempotencyKey'>

/** `typicalMs`: how long an attachment of the CEN usually takes, in milliseconds. */
export interface Limiter {
  /** 0 if the call may be sent now, else the estimated wait in milliseconds. */
  admit(request: LimitedRequest, nowMs: number, typicalMs: number): number
  /** Joins the queue of its CEN and takes no slot; the estimated wait in milliseconds, 0 if a slot is free now. */
  joinQueue(request: LimitedRequest, nowMs: number, typicalMs: number): number
  /** True if its slot is expected within the next two rounds of the slots in use. */
  isNext(request: LimitedRequest): boolean
  /** The queue delivers the message again at `atMs`. */
  scheduleReturn(request: LimitedRequest, atMs: number): void
  /** The attachment is in progress and is read after `nextReadMs`: it holds its slot for its duration and some reserve. */
  underWay(request: LimitedRequest, nowMs: number, typicalMs: number, nextReadMs: number): void
  /** An attempt failed. */
  refused(request: LimitedRequest, failure: Failure, nowMs: number, typicalMs: number): void
  /** The attachment has ended, attached or not: its slot is free. */
  ended(request: LimitedRequest, succeeded: boolean): void
}

export interface LimiterCaps {
  /** The most attach calls per second. */
  readonly callsPerSecond: number
  /** The most attachments in progress at once on one CEN. */
  readonly atOncePerCen: number
}

export const DEFAULT_CAPS: LimiterCaps = { callsPerSecond: 100, atOncePerCen: 50 }

/** The first of the queue retry this soon if a slot is overdue, in milliseconds. */
const MIN_WAIT_MS = 25
const NEXT_ROUNDS = 2
const MAX_CENS = 10_000
const BLOCKING = normalCode('Operation.Blocking')

/** True for a refusal by a limit: nothing was changed, and the limiter knows when to retry. */
export const isLimitRefusal = ({ code, kind }: Pick<Failure, 'code' | 'kind'>): boolean =>
  kind === 'throttled' || normalCode(code) === BLOCKING

interface CenAdmission {
  readonly concurrency: ConcurrencyLimit
  readonly queue: FairQueue
}

/** The limiter of one process and one account; its state is small, in memory, and may be lost. */
export function createLimiter(caps: LimiterCaps = DEFAULT_CAPS): Limiter {
  const rateLimiter = createRateLimiter(caps.callsPerSecond)
  const rateQueue = createFairQueue()
  const cens = new Map<string, CenAdmission>()
  const cenOf = (cenId: string): CenAdmission => {
    const known = cens.get(cenId)
    if (known) return known
    const made = { concurrency: createConcurrencyLimit(caps.atOncePerCen, cens.size), queue: createFairQueue() }
    putNewest(cens, cenId, made, MAX_CENS)
    return made
  }
  const clampWait = (ms: number): number => Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, Math.ceil(ms)))

  const joinQueue: Limiter['joinQueue'] = ({ attachment, idempotencyKey: key }, nowMs, typicalMs) => {
    const { cenId, childInstanceOwnerId: owner = '' } = attachment
    const { concurrency, queue } = cenOf(cenId)
    if (concurrency.available(key, nowMs) > queue.countAhead(key, owner, nowMs)) return 0
    concurrency.release(key, false)
    rateQueue.leave(key)
    const position = queue.position(key)
    // If reserved slots wait for the rate limiter, so does the queue behind them; half-way there the wait is estimated again.
    const rateMs = concurrency.hasReservations()
      ? Math.min(HOLD_MS, rateLimiter.waitMs(rateQueue.size() + position, nowMs) / 2)
      : 0
    const waitMs = clampWait(Math.max(rateMs, concurrency.estimateWaitMs(position, nowMs, typicalMs)))
    queue.scheduleReturn(key, nowMs + waitMs, waitMs <= HOLD_MS)
    return waitMs
  }

  return {
    joinQueue,
    admit(request, nowMs, typicalMs) {
      const { attachment, idempotencyKey: key } = request
      const { cenId, childInstanceOwnerId: owner = '' } = attachment
      const { concurrency, queue } = cenOf(cenId)
      const queueWaitMs = joinQueue(request, nowMs, typicalMs)
      if (queueWaitMs > 0) return queueWaitMs
      const rateWaitMs = rateLimiter.waitMs(rateQueue.countAhead(key, `${cenId} ${owner}`, nowMs), nowMs)
      if (rateWaitMs === 0) {
        concurrency.take(key, nowMs)
        queue.serve(key)
        rateQueue.serve(key)
        rateLimiter.take(nowMs)
        return 0
      }
      const waitMs = clampWait(rateWaitMs)
      const inMemory = waitMs <= HOLD_MS
      // The slot is reserved while the request waits for the rate limiter, so that no other request waits there in vain.
      if (inMemory) concurrency.reserve(key, nowMs + waitMs)
      else concurrency.release(key, false)
      queue.scheduleReturn(key, nowMs + waitMs, false)
      rateQueue.scheduleReturn(key, nowMs + waitMs, inMemory)
      return waitMs
    },
    isNext({ attachment, idempotencyKey: key }) {
      const { concurrency, queue } = cenOf(attachment.cenId)
      return queue.position(key) < concurrency.taken() * NEXT_ROUNDS
    },
    scheduleReturn({ attachment, idempotencyKey: key }, atMs) {
      cenOf(attachment.cenId).queue.scheduleReturn(key, atMs, false)
    },
    underWay({ attachment, idempotencyKey: key }, nowMs, typicalMs, nextReadMs) {
      const { concurrency, queue } = cenOf(attachment.cenId)
      // If a later call of it is refused, it is served before those that have not begun.
      queue.keepPosition(key, nowMs + nextReadMs)
      if (!concurrency.occupy(key, nowMs, typicalMs, nextReadMs)) return
      // A raised limit of one CEN is probably raised for all.
      for (const other of cens.values()) if (other.concurrency !== concurrency) other.concurrency.probeNow()
    },
    refused({ attachment, idempotencyKey: key }, failure, nowMs, typicalMs) {
      const { concurrency } = cenOf(attachment.cenId)
      if (failure.kind === 'throttled') rateLimiter.refused(nowMs, failure.retryAfterMs)
      if (normalCode(failure.code) === BLOCKING) concurrency.refused(key, nowMs, typicalMs)
      // After an unknown outcome the attachment may be in progress: it holds its slot until the state is read.
      else if (failure.kind !== 'unavailable') concurrency.release(key, false)
    },
    ended({ attachment, idempotencyKey: key }, succeeded) {
      const { concurrency, queue } = cenOf(attachment.cenId)
      concurrency.release(key, succeeded)
      queue.leave(key)
      rateQueue.leave(key)
    },
  }
}
