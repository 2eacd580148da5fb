/** Turns a wait into a disposition: how long the message is kept in memory or stays invisible on the queue. */
import { BACKOFF, fullJitterMs, HOLD_MS, minDelayMs } from '../domain/backoff.js'
import { type Disposition, retryAfter, type WaitFor } from '../messaging/disposition.js'
import { ageMs } from '../messaging/received-message.js'
import type { Context } from './context.js'
import { publishParked } from './publish.js'
import type { Situation } from './situation.js'
import type { StepOf } from './step.js'

type Wait = StepOf<'wait'>

interface Delay {
  /** The wait of a message that is kept in memory, exact. */
  readonly delayMs: number
  /** The shortest wait on the queue, if that is longer. */
  readonly queueMs?: number
}

/** What is known of the state is still true after these waits; after all others it is read again. */
const KEEPS_KNOWLEDGE: ReadonlySet<WaitFor> = new Set(['slot', 'slot-soon', 'host', 'proof'])

/** A message on the queue is delayed for at least this. */
const LEAST_ON_QUEUE_MS = 6_000
/**
 * A message on the queue is delayed for at most a quarter of its expected wait or an eighth of its age, so that it returns
 * before its slot is free even if the limit is raised meanwhile.
 */
const OF_WAIT = 1 / 4
const OF_AGE = 1 / 8
/** What one process expects of its share of a limit says nothing of the shares of others. */
const MOST_OF_WAIT_MS = 30_000
const BEFORE_SLOT = 0.6
/** A wait for a proof on the queue is longer than any in memory by this, in milliseconds. */
const PROOF_MARGIN_MS = 1_000

/** Publishes that the request is parked, if it is, and returns the message with its delay. */
export async function defer(step: Wait, situation: Situation, context: Context): Promise<Disposition> {
  const { message, request, knowledge } = situation
  const { clock, limiter } = context
  if (step.parked) await publishParked(step.parked, situation, context)
  const { delayMs, queueMs = 0 } = DELAYS[step.for](step, situation, context)
  const nowMs = clock.now()
  const capped = (ms: number) => untilExpiry(ms, request.notAfterMs - nowMs)
  const disposition = retryAfter(capped(delayMs), step.why, { waitFor: step.for, queueMs: capped(queueMs) })
  if (KEEPS_KNOWLEDGE.has(step.for)) context.knowledge.keep(message, knowledge)
  // Beyond this a message that waits for a slot is expected from the queue.
  if (isSlot(step) && step.delayMs > HOLD_MS) limiter.scheduleReturn(request, nowMs + disposition.delaySeconds * 1_000)
  return disposition
}

const isSlot = (step: Wait): boolean => step.for === 'slot' || step.for === 'slot-soon'

const DELAYS: Readonly<Record<WaitFor, (step: Wait, situation: Situation, context: Context) => Delay>> = {
  /** Until the operation has had its usual time; whoever began it, it takes a slot of the CEN until then at least. */
  operation(_step, { message, request }, { clock, durations, limiter }) {
    const { attachment, idempotencyKey } = request
    const nowMs = clock.now()
    const readMs = durations.nextReadMs(attachment.cenId, idempotencyKey, nowMs)
    limiter.underWay(request, nowMs, durations.typicalMs(attachment.cenId), readMs)
    return { delayMs: readMs, queueMs: byCount(message) }
  },
  visibility: ({ delayMs }, { message }) => ({ delayMs, queueMs: byCount(message) }),
  slot: ({ delayMs }, situation, context) =>
    delayMs <= HOLD_MS
      ? { delayMs, queueMs: byCount(situation.message) }
      : sameOnQueue(slotQueueMs(delayMs, situation, context)),
  // In memory it is tried again soon: its slot may be free sooner than was expected.
  'slot-soon': ({ delayMs }, situation, context) => ({
    delayMs: HOLD_MS,
    queueMs: slotQueueMs(delayMs, situation, context),
  }),
  backoff: ({ delayMs }) => ({ delayMs }),
  /** Messages return spread out while the circuit breaker is open, so that they do not all arrive with its probe. */
  paused({ delayMs }, { message }, { clock, pausedDelayMs, random }) {
    const leastMs = Math.max(pausedDelayMs, minDelayMs(ageMs(message, clock.now()), message.receiveCount))
    return { delayMs: Math.max(delayMs, leastMs) * (1 + random() / 4) }
  },
  /** In memory if the proof is expected soon and there is room, else on the queue: a wait for a proof takes no slot. */
  proof({ delayMs }, { message }, { clock, random }) {
    const drawnMs = fullJitterMs(BACKOFF.proof, message.receiveCount, ageMs(message, clock.now()), random)
    const queueMs = HOLD_MS + PROOF_MARGIN_MS + drawnMs
    return { delayMs: Math.min(delayMs, queueMs), queueMs }
  },
  /** On the queue, where its waits grow with the deliveries. */
  publish: ({ delayMs }) => ({ delayMs }),
  host: (_step, { message }, { clock }) => ({ delayMs: minDelayMs(ageMs(message, clock.now()), message.receiveCount) }),
}

/** These waits end by themselves, so only their number has to stay small: by tries alone it is below 400 in 72 hours. */
const byCount = ({ receiveCount }: Situation['message']): number => minDelayMs(0, receiveCount)

const sameOnQueue = (ms: number): Delay => ({ delayMs: ms, queueMs: ms })

/** Waits on the queue are spread, so that messages of one CEN do not return in lockstep. */
function slotQueueMs(waitMs: number, { message }: Situation, { clock, random }: Context): number {
  const sleepMs = Math.max(
    LEAST_ON_QUEUE_MS,
    Math.min(waitMs * OF_WAIT, MOST_OF_WAIT_MS),
    ageMs(message, clock.now()) * OF_AGE,
  )
  const queueMs = Math.max(HOLD_MS, Math.min(waitMs * BEFORE_SLOT, sleepMs)) * (1 + random() / 5)
  return Math.max(queueMs, byCount(message))
}

/** No wait passes `notAfter`: the message returns just then, is handled once more and ends. */
const untilExpiry = (delayMs: number, leftMs: number): number =>
  leftMs <= 0 ? delayMs : Math.min(delayMs, Math.max(1_000, leftMs))
