/** The provider's limits, respected before the call: a rate for the API and slots for each CEN, fair between CENs and owners. */
import { type Attachment, idempotencyKey } from './attachment.js'
import { type CenSlots, createCenSlots } from './cen-slots.js'
import { type Failure, normalCode } from './failure.js'
import { createFairLine, type FairLine } from './fair-line.js'
import { createRateGate } from './rate-gate.js'

export interface Limiter {
  /** 0 where the attach call may leave now, else the milliseconds until its turn is expected. */
  admit(attachment: Attachment, nowMs: number, usualAttachMs: number): number
  /** Joins the line before its CEN, and takes nothing. The milliseconds until its turn is expected; 0: now. */
  lineUp(attachment: Attachment, nowMs: number, usualAttachMs: number): number
  /** True where its turn comes with the next two rounds of the slots that are taken now. */
  isNext(attachment: Attachment): boolean
  /** It is back in hand then, and not before. */
  comesBack(attachment: Attachment, atMs: number): void
  /** The attachment is under way and looked at again after `lookMs`: its slot is taken for as long as it may take, and some more. */
  underWay(attachment: Attachment, nowMs: number, usualAttachMs: number, lookMs: number): void
  /** An attempt was answered with a failure. */
  refused(attachment: Attachment, failure: Failure, nowMs: number, usualAttachMs: number): void
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

/** A wait up to this is spent in hand where the host can; the line then counts on it. */
export const IN_HAND_MS = 5_000
/** The first in line ask again this soon where a slot is overdue. */
const LEAST_WAIT_MS = 25
const MOST_WAIT_MS = 3_600_000
const NEXT_ROUNDS = 2
const MAX_CENS = 10_000
const BLOCKING = normalCode('Operation.Blocking')

/** True for a refusal that the limiter answers: it knows when to ask again, and nothing was done. */
export const isWall = ({ code, kind }: Pick<Failure, 'code' | 'kind'>): boolean =>
  kind === 'throttled' || normalCode(code) === BLOCKING

interface Cen {
  readonly slots: CenSlots
  readonly line: FairLine
}

/** One limiter for one process and one account; its state is in memory, small, and may be lost. */
export function createLimiter(caps: LimiterCaps = DEFAULT_CAPS): Limiter {
  const gate = createRateGate(caps.callsPerSecond)
  const gateLine = createFairLine()
  const cens = new Map<string, Cen>()
  const cenOf = (cenId: string): Cen => {
    const known = cens.get(cenId)
    if (known) return known
    const made = { slots: createCenSlots(caps.atOncePerCen, cens.size), line: createFairLine() }
    cens.set(cenId, made)
    const oldest = cens.keys().next().value
    if (cens.size > MAX_CENS && oldest !== undefined) cens.delete(oldest)
    return made
  }
  const waitFor = (ms: number): number => Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, Math.ceil(ms)))

  /** Where no slot is free: how long until one is expected to be. */
  const lineUp: Limiter['lineUp'] = (attachment, nowMs, usualAttachMs) => {
    const { cenId, childInstanceOwnerId: owner = '' } = attachment
    const key = idempotencyKey(attachment)
    const { slots, line } = cenOf(cenId)
    if (slots.free(key, nowMs) > line.ahead(key, owner, nowMs)) return 0
    slots.release(key, false, nowMs)
    gateLine.left(key)
    const turns = line.turns(key)
    // Where slots wait for the rate, so does whoever comes after them; half way there it is foretold anew.
    const rateMs = slots.waiting() ? Math.min(IN_HAND_MS, gate.waitMs(gateLine.size() + turns, nowMs) / 2) : 0
    const waitMs = waitFor(Math.max(rateMs, slots.nextMs(turns, nowMs, usualAttachMs)))
    line.comesBack(key, nowMs + waitMs, waitMs <= IN_HAND_MS)
    return waitMs
  }

  return {
    lineUp,
    admit(attachment, nowMs, usualAttachMs) {
      const { cenId, childInstanceOwnerId: owner = '' } = attachment
      const key = idempotencyKey(attachment)
      const { slots, line } = cenOf(cenId)
      const lineMs = lineUp(attachment, nowMs, usualAttachMs)
      if (lineMs > 0) return lineMs
      const gateMs = gate.waitMs(gateLine.ahead(key, `${cenId} ${owner}`, nowMs), nowMs)
      if (gateMs === 0) {
        slots.take(key, nowMs)
        line.served(key)
        gateLine.served(key)
        gate.take(nowMs)
        return 0
      }
      const waitMs = waitFor(gateMs)
      const near = waitMs <= IN_HAND_MS
      // It keeps its slot while it waits for its turn at the gate, so that nobody else waits there in vain.
      if (near) slots.reserve(key, nowMs + waitMs)
      else slots.release(key, false, nowMs)
      line.comesBack(key, nowMs + waitMs, false)
      gateLine.comesBack(key, nowMs + waitMs, near)
      return waitMs
    },
    isNext(attachment) {
      const { slots, line } = cenOf(attachment.cenId)
      return line.turns(idempotencyKey(attachment)) < slots.taken() * NEXT_ROUNDS
    },
    comesBack(attachment, atMs) {
      cenOf(attachment.cenId).line.comesBack(idempotencyKey(attachment), atMs, false)
    },
    underWay(attachment, nowMs, usualAttachMs, lookMs) {
      const { slots } = cenOf(attachment.cenId)
      if (!slots.hold(idempotencyKey(attachment), nowMs, usualAttachMs, lookMs)) return
      // Whoever moved one wall has likely moved them all.
      for (const other of cens.values()) if (other.slots !== slots) other.slots.tryAgain()
    },
    refused(attachment, failure, nowMs, usualAttachMs) {
      const key = idempotencyKey(attachment)
      const { slots } = cenOf(attachment.cenId)
      if (failure.kind === 'throttled') gate.refused(nowMs, failure.retryAfterMs)
      if (normalCode(failure.code) === BLOCKING) slots.refused(key, nowMs, usualAttachMs)
      // After an unknown outcome the attachment may be under way: its slot stays taken until the state is read.
      else if (failure.kind !== 'unavailable') slots.release(key, false, nowMs)
    },
    ended(attachment, succeeded, nowMs) {
      const key = idempotencyKey(attachment)
      const { slots, line } = cenOf(attachment.cenId)
      slots.release(key, succeeded, nowMs)
      line.left(key)
      gateLine.left(key)
    },
  }
}
