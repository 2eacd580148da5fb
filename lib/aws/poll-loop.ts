/** The poll loop of the long-running worker: receives, keeps what is in hand invisible, settles, and stops in stages. */
import pLimit from 'p-limit'
import { type Disposition, retryAfter } from '../disposition.js'
import type { House } from '../house.js'
import { openReceipt } from '../receipt.js'
import type { ReceivedMessage } from '../received-message.js'
import { byGroup, settleInOrder } from '../settle-batch.js'
import { giveBack, type Settled, settleMessage } from '../settle-message.js'
import { createHeartbeat } from './heartbeat.js'
import type { RequestQueue } from './request-queue.js'

export interface PollLoop {
  readonly queue: RequestQueue
  /** Never rejects. */
  readonly handle: (message: ReceivedMessage) => Promise<Disposition>
  /** Messages handled at once. */
  readonly concurrency: number
  /** True where messages of one group must keep their order. */
  readonly fifo: boolean
  /** How long one receive waits for a message, 0 to 20; a stop waits for it, so that no message gets lost on its way. */
  readonly waitSeconds: number
  /** Aborting it stops the loop: no receive is begun, what is in hand is finished or released. */
  readonly stop: AbortSignal
  /** How long a stop waits for calls that are under way, in milliseconds. */
  readonly graceMs: number
}

/** A wait up to this is spent in hand, exact to the millisecond; a longer one is the queue's. */
const HOLD_MS = 5_000
/** What is under way on a CEN is kept in hand for longer, up to a share of the room: it is then looked at on time. */
const UNDER_WAY_HOLD_MS = 60_000
const UNDER_WAY_SHARE = 0.5
/** So much of the room is for those whose turn is among the next. */
const NEXT_SHARE = 0.25
/** A message that was in hand this long goes back whatever it waits for: SQS keeps none beyond 12 hours. */
const LONGEST_IN_HAND_MS = 11 * 3_600_000
const IN_HAND_PER_SLOT = 4
const MAX_RECEIVERS = 5
const MOST_ENDING = 2_000
const RECEIVE_PAUSE_MS = 1_000
const FULL_PAUSE_MS = 20
const PAUSED_LOOK_MS = 1_000
/** Releasing what is left after the grace may take this long together, in milliseconds. */
const RELEASE_MS = 3_000

type Retry = Extract<Disposition, { action: 'retry' }>

/** Runs until `stop` aborts and what is in hand is settled. Rejects only where the queue cannot be used at the start. */
export async function runPollLoop(loop: PollLoop, house: House): Promise<void> {
  const { queue, stop } = loop
  const { clock, log, intake } = house
  const visibilitySeconds = await queue.visibilitySeconds()
  if (!(visibilitySeconds >= 1))
    throw new Error(`its visibility timeout is ${visibilitySeconds} s; at least 1 s is needed`)
  const slots = pLimit(loop.concurrency)
  const heartbeat = createHeartbeat(visibilitySeconds, queue, house)
  const inHand = new Set<ReceivedMessage>()
  const work = new Set<Promise<void>>()
  let released = 0
  let ending = 0
  let heldLong = 0
  let heldNext = 0
  const most = loop.concurrency * IN_HAND_PER_SLOT
  // An end that is persisted in needs no slot and must not keep others out; only very many of them do.
  const room = () => Math.min(most - (inHand.size - ending), MOST_ENDING - ending)

  const handleInSlot = (message: ReceivedMessage) =>
    slots(() => (stop.aborted ? retryAfter(0, 'the worker is stopping') : loop.handle(message)))

  const holdMs = (underWay: boolean) => (underWay && heldLong < most * UNDER_WAY_SHARE ? UNDER_WAY_HOLD_MS : HOLD_MS)
  const mayHold = ({ delayMs, underWay, isNext, onQueue }: Retry, { receivedAtMs }: ReceivedMessage): boolean =>
    !onQueue &&
    delayMs <= holdMs(underWay) &&
    (!isNext || heldNext < most * NEXT_SHARE) &&
    clock.now() - receivedAtMs < LONGEST_IN_HAND_MS &&
    !stop.aborted

  const carry = async (message: ReceivedMessage): Promise<Settled> => {
    let held = message
    let disposition = await handleInSlot(held)
    while (disposition.action === 'retry' && mayHold(disposition, message)) {
      const isLong = disposition.delayMs > HOLD_MS
      if (isLong) heldLong += 1
      if (disposition.isNext) heldNext += 1
      await clock.sleep(disposition.delayMs, stop)
      if (isLong) heldLong -= 1
      if (disposition.isNext) heldNext -= 1
      // What only waits in line is read when its turn is near, not each time that it looks.
      if (!disposition.untouched && !disposition.isNext && !held.heldInHand) held = { ...message, heldInHand: true }
      disposition = await handleInSlot(held)
    }
    return settle(message, disposition)
  }
  /** The heartbeat goes on while an end is persisted in, and stops before a delay is set that it would undo. */
  const quiet: RequestQueue = {
    ...queue,
    async retry(message, seconds) {
      await heartbeat.release(message)
      await queue.retry(message, seconds)
    },
  }
  const settle = async (message: ReceivedMessage, disposition: Disposition): Promise<Settled> => {
    const isEnd = disposition.action !== 'retry'
    if (isEnd) ending += 1
    const settled = await settleMessage(message, disposition, quiet, house)
    if (isEnd) ending -= 1
    if (settled === 'returned' && stop.aborted) released += 1
    await drop(message)
    return settled
  }
  const drop = async (message: ReceivedMessage): Promise<void> => {
    inHand.delete(message)
    await heartbeat.release(message)
  }
  const release = async (message: ReceivedMessage): Promise<void> => {
    await drop(message)
    released += 1
    await giveBack(message, 0, queue, house)
  }
  const take = (messages: readonly ReceivedMessage[]): void => {
    for (const message of messages) {
      log.debug('message:received', { messageId: message.messageId, receiveCount: message.receiveCount })
      inHand.add(message)
      heartbeat.keep(message)
    }
    for (const group of loop.fifo ? byGroup(messages) : messages.map((message) => [message])) {
      const ended = async (message: ReceivedMessage) => (await carry(message)) === 'ended'
      const done = settleInOrder(group, ended, release).finally(() => work.delete(done))
      work.add(done)
    }
  }

  const receive = async (index: number): Promise<void> => {
    while (!stop.aborted) {
      const shut = slots.pendingCount > 0 || (index > 0 && intake.status().paused)
      const wanted = shut ? 0 : intake.receivable(Math.max(0, Math.min(10, room())), clock.now())
      if (wanted < 1) await clock.sleep(intake.status().paused ? PAUSED_LOOK_MS : FULL_PAUSE_MS, stop)
      else take(await received(wanted))
    }
  }
  const received = async (wanted: number): Promise<ReceivedMessage[]> => {
    try {
      const messages = await queue.receive(wanted, loop.waitSeconds)
      return messages.map((message) => openReceipt(message, house))
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
  await within(Promise.all(work), loop.graceMs)
  const left = [...inHand]
  await within(Promise.all(left.map(release)), RELEASE_MS)
  heartbeat.stop()
  log.info('worker:stopped', { released, unfinished: left.length, ...intake.status() })

  async function within(done: Promise<unknown>, ms: number): Promise<void> {
    const over = new AbortController()
    await Promise.race([done.then(() => over.abort()), clock.sleep(ms, over.signal)])
  }
}
