/** The poll loop of the long-running worker: receives, keeps what is in hand invisible, settles, and stops in stages. */
import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import { type Disposition, retryAfter } from '../disposition.js'
import type { House } from '../house.js'
import type { ReceivedMessage } from '../received-message.js'
import { giveBack, settleMessage } from '../settle-message.js'
import { keepInvisible } from './heartbeat.js'
import type { RequestQueue } from './request-queue.js'

export interface PollLoop {
  readonly queue: RequestQueue
  /** Never rejects. */
  readonly handle: (message: ReceivedMessage) => Promise<Disposition>
  /** Messages handled at once. */
  readonly concurrency: number
  /** How long one receive waits for a message, 0 to 20; a stop waits for it, so that no message gets lost on its way. */
  readonly waitSeconds: number
  /** Aborting it stops the loop: no receive is begun, what is in hand is finished or released. */
  readonly stop: AbortSignal
  /** How long a stop waits for calls that are under way, in milliseconds. */
  readonly graceMs: number
}

/** A wait up to this is spent in hand, exact to the millisecond; a longer one is the queue's. */
const HOLD_MS = 5_000
/** A message that was in hand this long goes back whatever it waits for: SQS keeps none beyond 12 hours. */
const LONGEST_IN_HAND_MS = 11 * 3_600_000
const IN_HAND_PER_SLOT = 4
const MAX_RECEIVERS = 5
const RECEIVE_PAUSE_MS = 1_000
const FULL_PAUSE_MS = 20

/** Runs until `stop` aborts and what is in hand is settled. Rejects only where the queue cannot be read at the start. */
export async function runPollLoop(loop: PollLoop, house: House): Promise<void> {
  const { queue, stop } = loop
  const { clock, log, intake } = house
  const visibilitySeconds = await queue.visibilitySeconds()
  const slots = pLimit(loop.concurrency)
  // Everything that waits in hand listens to the one stop.
  setMaxListeners(0, stop)
  const inHand = new Map<ReceivedMessage, Promise<void>>()
  const full = () => slots.pendingCount > 0 || inHand.size >= loop.concurrency * IN_HAND_PER_SLOT

  const handleInSlot = (message: ReceivedMessage) =>
    slots(() => (stop.aborted ? retryAfter(0, 'the worker is stopping') : loop.handle(message)))

  const carry = async (message: ReceivedMessage): Promise<void> => {
    const heartbeat = keepInvisible(message, visibilitySeconds, queue, house)
    let held = message
    let disposition = await handleInSlot(held)
    while (
      disposition.action === 'retry' &&
      disposition.delayMs <= HOLD_MS &&
      clock.now() - message.receivedAtMs < LONGEST_IN_HAND_MS
    ) {
      await clock.sleep(disposition.delayMs, stop)
      // A stop releases what only waits; a retry that was decided before keeps its delay.
      if (!disposition.untouched) held = { ...message, heldInHand: true }
      disposition = await handleInSlot(held)
      if (stop.aborted) break
    }
    await heartbeat.stop()
    await settleMessage(message, disposition, queue, house)
  }

  const receive = async (index: number): Promise<void> => {
    while (!stop.aborted) {
      const room = Math.min(10, loop.concurrency * IN_HAND_PER_SLOT - inHand.size)
      const wanted = full() || (index > 0 && intake.status().paused) ? 0 : intake.receivable(room, clock.now())
      if (wanted < 1) {
        await clock.sleep(FULL_PAUSE_MS, stop)
        continue
      }
      for (const message of await received(wanted)) {
        log.debug('message:received', { messageId: message.messageId, receiveCount: message.receiveCount })
        inHand.set(
          message,
          carry(message).finally(() => inHand.delete(message)),
        )
      }
    }
  }
  const received = async (wanted: number): Promise<ReceivedMessage[]> => {
    try {
      return await queue.receive(wanted, loop.waitSeconds)
    } catch (error) {
      log.error('queue:unreachable', { error: (error as Error).message })
      await clock.sleep(RECEIVE_PAUSE_MS, stop)
      return []
    }
  }

  log.info('worker:started', { concurrency: loop.concurrency, visibilitySeconds })
  const receivers = Math.min(MAX_RECEIVERS, Math.ceil(loop.concurrency / 10))
  await Promise.all(Array.from({ length: receivers }, (_, index) => receive(index)))
  log.info('worker:stopping', { inHand: inHand.size })
  const settled = new AbortController()
  const all = Promise.all(inHand.values()).then(() => settled.abort())
  await Promise.race([all, clock.sleep(loop.graceMs, settled.signal)])
  for (const message of inHand.keys()) await giveBack(message, 0, queue, house)
  log.info('worker:stopped', { released: inHand.size, ...intake.status() })
}
