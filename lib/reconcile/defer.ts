/** Turns a wait into a disposition: how long the message waits in memory or on the queue. */
import { BACKOFF, fullJitterMs, HOLD_MS, minDelayMs } from '../domain/backoff.js'
import { HOUR_MS } from '../domain/clock.js'
import { type Disposition, retryAfter, type WaitFor } from '../messaging/disposition.js'
import { ageMs } from '../messaging/received-message.js'
import type { Context } from './context.js'
import { operationOf } from './decision/operation.js'
import type { Situation } from './decision/situation.js'
import type { StepOf } from './decision/step.js'
import { publishParked } from './publish.js'

type Wait = StepOf<'wait'>

interface Delay {
  /** The wait in memory, in milliseconds. */
  readonly delayMs: number
  /** The shortest wait on the queue, if it is longer, in milliseconds. */
  readonly queueMs?: number
}

/** Knowledge of the state stays valid during these waits; after any other the state is read again. */
const KEEPS_KNOWLEDGE: ReadonlySet<WaitFor> = new Set(['slot', 'slot-soon', 'host', 'proof'])

/** What was read before a detach is kept this long, in milliseconds: later the attachment may be another one. */
const DETACH_KNOWLEDGE_MS = 5_000

/** The shortest delay on the queue of a message that waits for a slot, in milliseconds. */
const LEAST_ON_QUEUE_MS = 6_000
/**
 * A message on the queue is delayed for at most a quarter of its expected wait or an eighth of its age, so that it returns
 * before its slot is free even if the limit is raised meanwhile.
 */
const OF_WAIT = 1 / 4
const OF_AGE = 1 / 8
/**
 * The longest delay from the expected wait, in milliseconds: other processes may release slots that this one does not
 * know of.
 */
const MOST_OF_WAIT_MS = 30_000
/** No message is delayed for more than this share of its expected wait. */
const BEFORE_SLOT = 0.6
/** An operation in progress for longer holds no slot, in milliseconds: its status may be one that never changes. */
const LONGEST_IN_SLOT_MS = HOUR_MS
/** A wait for a proof on the queue is this much longer than any wait in memory, in milliseconds. */
const PROOF_MARGIN_MS = 1_000

/** Publishes that the request is parked, if it is, and returns the retry with its delay. */
export async function defer(step: Wait, situation: Situation, context: Context): Promise<Disposition> {
  const { desired, message, request, knowledge } = situation
  const { clock, limiter } = context
  if (step.parked) await publishParked(step.parked, situation, context)
  const { delayMs, queueMs = 0 } = DELAYS[step.for](step, situation, context)
  const nowMs = clock.now()
  const capped = (ms: number) => untilExpiry(ms, request.notAfterMs - nowMs)
  const disposition = retryAfter(capped(delayMs), step.why, { waitFor: step.for, queueMs: capped(queueMs) })
  const untilMs = desired === 'attached' ? Infinity : nowMs + DETACH_KNOWLEDGE_MS
  if (KEEPS_KNOWLEDGE.has(step.for)) context.knowledge.keep(message, knowledge, untilMs)
  // A longer wait for a slot is spent on the queue, so the limiter expects the message at its next delivery.
  if (isSlot(step) && step.delayMs > HOLD_MS) limiter.scheduleReturn(request, nowMs + disposition.delaySeconds * 1_000)
  return disposition
}

const isSlot = (step: Wait): boolean => step.for === 'slot' || step.for === 'slot-soon'

const DELAYS: Readonly<Record<WaitFor, (step: Wait, situation: Situation, context: Context) => Delay>> = {
  /** Until the operation has taken its typical time. Whoever started it, it holds a slot of the CEN. */
  operation(_step, situation, { clock, durations, limiter }) {
    const { message, request } = situation
    const nowMs = clock.now()
    const operation = durations.current(request.idempotencyKey) ?? operationOf(situation)
    const readMs = durations.nextReadMs(operation, request.idempotencyKey, nowMs)
    const holdsSlot = operation.holdsSlot && durations.elapsedMs(request.idempotencyKey, nowMs) < LONGEST_IN_SLOT_MS
    if (holdsSlot) limiter.underWay(request, nowMs, durations.typicalMs(operation), readMs)
    return { delayMs: readMs, queueMs: byCount(message) }
  },
  visibility: ({ delayMs }, { message }) => ({ delayMs, queueMs: byCount(message) }),
  slot: ({ delayMs }, situation, context) =>
    delayMs <= HOLD_MS
      ? { delayMs, queueMs: byCount(situation.message) }
      : sameOnQueue(slotQueueMs(delayMs, situation, context)),
  // In memory it is retried soon, because its slot may be free earlier than estimated.
  'slot-soon': ({ delayMs }, situation, context) => ({
    delayMs: HOLD_MS,
    queueMs: slotQueueMs(delayMs, situation, context),
  }),
  backoff: ({ delayMs }) => ({ delayMs }),
  /** Jittered, so that the messages do not all return at the probe of the circuit breaker. */
  paused({ delayMs }, { message }, { clock, pausedDelayMs, random }) {
    const leastMs = Math.max(pausedDelayMs, minDelayMs(ageMs(message, clock.now()), message.receiveCount))
    return { delayMs: Math.max(delayMs, leastMs) * (1 + random() / 4) }
  },
  /** In memory if the proof is expected soon and the share of such waits is not used up, else on the queue. */
  proof({ delayMs }, { message }, { clock, random }) {
    const drawnMs = fullJitterMs(BACKOFF.proof, message.receiveCount, ageMs(message, clock.now()), random)
    const queueMs = HOLD_MS + PROOF_MARGIN_MS + drawnMs
    return { delayMs: Math.min(delayMs, queueMs), queueMs }
  },
  /** On the queue, so that the backoff grows with the receive count. */
  publish: ({ delayMs }) => ({ delayMs }),
  host: (_step, { message }, { clock }) => ({ delayMs: minDelayMs(ageMs(message, clock.now()), message.receiveCount) }),
}

/** These waits end by themselves, so their number is bounded by the tries alone. */
const byCount = ({ receiveCount }: Situation['message']): number => minDelayMs(0, receiveCount)

const sameOnQueue = (ms: number): Delay => ({ delayMs: ms, queueMs: ms })

/** Jittered, so that the messages of one CEN do not return in lockstep. */
function slotQueueMs(waitMs: number, { message }: Situation, { clock, random }: Context): number {
  const sleepMs = Math.max(
    LEAST_ON_QUEUE_MS,
    Math.min(waitMs * OF_WAIT, MOST_OF_WAIT_MS),
    ageMs(message, clock.now()) * OF_AGE,
  )
  const queueMs = Math.max(HOLD_MS, Math.min(waitMs * BEFORE_SLOT, sleepMs)) * (1 + random() / 5)
  return Math.max(queueMs, byCount(message))
}

/** Ends the wait at `notAfter`, when the message is handled once more and ends. */
const untilExpiry = (delayMs: number, leftMs: number): number =>
  leftMs <= 0 ? delayMs : Math.min(delayMs, Math.max(1_000, leftMs))
