/** The provider's limits, respected before the call: a rate for the API and slots for each CEN, fair between CENs and owners. */
import { type Attachment, idempotencyKey } from '../domain/attachment.js'
import { HOLD_MS } from '../domain/backoff.js'
import { type Failure, normalCode } from '../domain/failure.js'
import { type ConcurrencyLimit, createConcurrencyLimit } from './concurrency-limit.js'
import { createFairQueue, type FairQueue } from './fair-queue.js'
import { createRateLimiter } from './rate-limiter.js'

export interface Limiter {
  /** 0 where the attach call may leave now, else the milliseconds until its turn is expected. */
  admit(attachment: Attachment, nowMs: number, typicalMs: number): number
  /** Joins the line before its CEN, and takes nothing. The milliseconds until its turn is expected; 0: now. */
  joinQueue(attachment: Attachment, nowMs: number, typicalMs: number): number
  /** True where its turn comes with the next two rounds of the slots that are taken now. */
  isNext(attachment: Attachment): boolean
  /** It is back in hand then, and not before. */
  scheduleReturn(attachment: Attachment, atMs: number): void
  /** The attachment is under way and looked at again after `lookMs`: its slot is taken for as long as it may take, and some more. */
  underWay(attachment: Attachment, nowMs: number, typicalMs: number, nextReadMs: number): void
  /** An attempt was answered with a failure. */
  refused(attachment: Attachment, failure: Failure, nowMs: number, typicalMs: number): void
  /** The attachment is over, attached or not: its slot is free. */
  ended(attachment: Attachment, succeeded: boolean, nowMs: number): void
}

export interface LimiterCaps {
  /** Attach calls per second, at most. */
  readonly callsPerSecond: number
  /** Attachments under way at once on one CEN, at most. */
  readonly atOncePerCen: number
}

export const DEFAULT_CAPS: LimiterCaps = { callsPerSecond: 100, atOncePerCen: 50 }

/** The first in line ask again this soon where a slot is overdue. */
const MIN_WAIT_MS = 25
const LIMITER_MAX_WAIT_MS = 3_600_000
const NEXT_ROUNDS = 2
const MAX_CENS = 10_000
const BLOCKING = normalCode('Operation.Blocking')

/** True for a refusal that the limiter answers: it knows when to ask again, and nothing was done. */
export const isLimitRefusal = ({ code, kind }: Pick<Failure, 'code' | 'kind'>): boolean =>
  kind === 'throttled' || normalCode(code) === BLOCKING

interface CenAdmission {
  readonly concurrency: ConcurrencyLimit
  readonly queue: FairQueue
}

/** One limiter for one process and one account; its state is in memory, small, and may be lost. */
export function createLimiter(caps: LimiterCaps = DEFAULT_CAPS): Limiter {
  const rateLimiter = createRateLimiter(caps.callsPerSecond)
  const rateQueue = createFairQueue()
  const cens = new Map<string, CenAdmission>()
  const cenOf = (cenId: string): CenAdmission => {
    const known = cens.get(cenId)
    if (known) return known
    const made = { concurrency: createConcurrencyLimit(caps.atOncePerCen, cens.size), queue: createFairQueue() }
    cens.set(cenId, made)
    const oldest = cens.keys().next().value
    if (cens.size > MAX_CENS && oldest !== undefined) cens.delete(oldest)
    return made
  }
  const clampWait = (ms: number): number => Math.min(LIMITER_MAX_WAIT_MS, Math.max(MIN_WAIT_MS, Math.ceil(ms)))

  /** Where no slot is free: how long until one is expected to be. */
  const joinQueue: Limiter['joinQueue'] = (attachment, nowMs, typicalMs) => {
    const { cenId, childInstanceOwnerId: owner = '' } = attachment
    const key = idempotencyKey(attachment)
    const { concurrency, queue } = cenOf(cenId)
    if (concurrency.available(key, nowMs) > queue.countAhead(key, owner, nowMs)) return 0
    concurrency.release(key, false, nowMs)
    rateQueue.leave(key)
    const position = queue.position(key)
    // Where slots wait for the rate, so does whoever comes after them; half way there it is foretold anew.
    const rateMs = concurrency.hasReservations()
      ? Math.min(HOLD_MS, rateLimiter.waitMs(rateQueue.size() + position, nowMs) / 2)
      : 0
    const waitMs = clampWait(Math.max(rateMs, concurrency.estimateWaitMs(position, nowMs, typicalMs)))
    queue.scheduleReturn(key, nowMs + waitMs, waitMs <= HOLD_MS)
    return waitMs
  }

  return {
    joinQueue,
    admit(attachment, nowMs, typicalMs) {
      const { cenId, childInstanceOwnerId: owner = '' } = attachment
      const key = idempotencyKey(attachment)
      const { concurrency, queue } = cenOf(cenId)
      const queueWaitMs = joinQueue(attachment, nowMs, typicalMs)
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
      // It keeps its slot while it waits for its turn at the gate, so that nobody else waits there in vain.
      if (inMemory) concurrency.reserve(key, nowMs + waitMs)
      else concurrency.release(key, false, nowMs)
      queue.scheduleReturn(key, nowMs + waitMs, false)
      rateQueue.scheduleReturn(key, nowMs + waitMs, inMemory)
      return waitMs
    },
    isNext(attachment) {
      const { concurrency, queue } = cenOf(attachment.cenId)
      return queue.position(idempotencyKey(attachment)) < concurrency.taken() * NEXT_ROUNDS
    },
    scheduleReturn(attachment, atMs) {
      cenOf(attachment.cenId).queue.scheduleReturn(idempotencyKey(attachment), atMs, false)
    },
    underWay(attachment, nowMs, typicalMs, nextReadMs) {
      const { concurrency } = cenOf(attachment.cenId)
      if (!concurrency.occupy(idempotencyKey(attachment), nowMs, typicalMs, nextReadMs)) return
      // Whoever moved one wall has likely moved them all.
      for (const other of cens.values()) if (other.concurrency !== concurrency) other.concurrency.probeNow()
    },
    refused(attachment, failure, nowMs, typicalMs) {
      const key = idempotencyKey(attachment)
      const { concurrency } = cenOf(attachment.cenId)
      if (failure.kind === 'throttled') rateLimiter.refused(nowMs, failure.retryAfterMs)
      if (normalCode(failure.code) === BLOCKING) concurrency.refused(key, nowMs, typicalMs)
      // After an unknown outcome the attachment may be under way: its slot stays taken until the state is read.
      else if (failure.kind !== 'unavailable') concurrency.release(key, false, nowMs)
    },
    ended(attachment, succeeded, nowMs) {
      const key = idempotencyKey(attachment)
      const { concurrency, queue } = cenOf(attachment.cenId)
      concurrency.release(key, succeeded, nowMs)
      queue.leave(key)
      rateQueue.leave(key)
    },
  }
}
