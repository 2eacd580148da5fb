/** The poll loop of the long-running worker: receives, keeps what is in hand invisible, settles, and stops in stages. */
import pLimit from 'p-limit'
import type { RequestQueue } from '../aws/request-queue.js'
import type { Context } from '../reconcile/context.js'
import { openDelivery } from '../telemetry/delivery-span.js'
import { type Disposition, retryAfter } from './disposition.js'
import { createHeartbeat } from './heartbeat.js'
import type { ReceivedMessage } from './received-message.js'
import { byGroup, settleInOrder } from './settle-batch.js'
import { returnToQueue, type Settled, settleMessage } from './settle-message.js'

export interface PollLoopOptions {
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
const UNDER_WAY_MAX_HOLD_MS = 60_000
const UNDER_WAY_SHARE = 0.5
/** So much of the room is for those whose turn is among the next. */
const NEXT_SHARE = 0.25
/** A message that was in hand this long goes back whatever it waits for: SQS keeps none beyond 12 hours. */
const MAX_IN_MEMORY_MS = 11 * 3_600_000
const MESSAGES_PER_SLOT = 4
const MAX_RECEIVERS = 5
const MAX_FINISHING = 2_000
const RECEIVE_PAUSE_MS = 1_000
const FULL_POLL_MS = 20
const PAUSED_POLL_MS = 1_000
/** Releasing what is left after the grace may take this long together, in milliseconds. */
const RELEASE_MS = 3_000

type Retry = Extract<Disposition, { action: 'retry' }>

/** Runs until `stop` aborts and what is in hand is settled. Rejects only where the queue cannot be used at the start. */
export async function runPollLoop(loop: PollLoopOptions, context: Context): Promise<void> {
  const { queue, stop } = loop
  const { clock, log, breaker } = context
  const visibilitySeconds = await queue.visibilitySeconds()
  if (!(visibilitySeconds >= 1))
    throw new Error(`its visibility timeout is ${visibilitySeconds} s; at least 1 s is needed`)
  const slots = pLimit(loop.concurrency)
  const heartbeat = createHeartbeat(visibilitySeconds, queue, context)
  const inHand = new Set<ReceivedMessage>()
  const work = new Set<Promise<void>>()
  let released = 0
  let finishing = 0
  let longHolds = 0
  let nextHolds = 0
  const maxInMemory = loop.concurrency * MESSAGES_PER_SLOT
  // An end that is persisted in needs no slot and must not keep others out; only very many of them do.
  const capacity = () => Math.min(maxInMemory - (inHand.size - finishing), MAX_FINISHING - finishing)

  const handleInSlot = (message: ReceivedMessage) =>
    slots(() => (stop.aborted ? retryAfter(0, 'the worker is stopping') : loop.handle(message)))

  const maxHoldMs = (underWay: boolean) =>
    underWay && longHolds < maxInMemory * UNDER_WAY_SHARE ? UNDER_WAY_MAX_HOLD_MS : HOLD_MS
  const mayKeepInMemory = ({ delayMs, underWay, isNext, onQueue }: Retry, { receivedAtMs }: ReceivedMessage): boolean =>
    !onQueue &&
    delayMs <= maxHoldMs(underWay) &&
    (!isNext || nextHolds < maxInMemory * NEXT_SHARE) &&
    clock.now() - receivedAtMs < MAX_IN_MEMORY_MS &&
    !stop.aborted

  const handleUntilSettled = async (message: ReceivedMessage): Promise<Settled> => {
    let held = message
    let disposition = await handleInSlot(held)
    while (disposition.action === 'retry' && mayKeepInMemory(disposition, message)) {
      const isLongHold = disposition.delayMs > HOLD_MS
      if (isLongHold) longHolds += 1
      if (disposition.isNext) nextHolds += 1
      await clock.sleep(disposition.delayMs, stop)
      if (isLongHold) longHolds -= 1
      if (disposition.isNext) nextHolds -= 1
      // What only waits in line is read when its turn is near, not each time that it looks.
      if (!disposition.untouched && !disposition.isNext && !held.heldInMemory) held = { ...message, heldInMemory: true }
      disposition = await handleInSlot(held)
    }
    return settle(message, disposition)
  }
  /** The heartbeat goes on while an end is persisted in, and stops before a delay is set that it would undo. */
  const queueWithHeartbeat: RequestQueue = {
    ...queue,
    async retry(message, seconds) {
      await heartbeat.release(message)
      await queue.retry(message, seconds)
    },
  }
  const settle = async (message: ReceivedMessage, disposition: Disposition): Promise<Settled> => {
    const isFinal = disposition.action !== 'retry'
    if (isFinal) finishing += 1
    const settled = await settleMessage(message, disposition, queueWithHeartbeat, context)
    if (isFinal) finishing -= 1
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
    await returnToQueue(message, 0, queue, context)
  }
  const accept = (messages: readonly ReceivedMessage[]): void => {
    for (const message of messages) {
      log.debug('message:received', { messageId: message.messageId, receiveCount: message.receiveCount })
      inHand.add(message)
      heartbeat.keep(message)
    }
    for (const group of loop.fifo ? byGroup(messages) : messages.map((message) => [message])) {
      const finish = async (message: ReceivedMessage) => (await handleUntilSettled(message)) === 'ended'
      const done = settleInOrder(group, finish, release).finally(() => work.delete(done))
      work.add(done)
    }
  }

  const receive = async (index: number): Promise<void> => {
    while (!stop.aborted) {
      const isClosed = slots.pendingCount > 0 || (index > 0 && breaker.status().paused)
      const wanted = isClosed ? 0 : breaker.receivable(Math.max(0, Math.min(10, capacity())), clock.now())
      if (wanted < 1) await clock.sleep(breaker.status().paused ? PAUSED_POLL_MS : FULL_POLL_MS, stop)
      else accept(await receiveMessages(wanted))
    }
  }
  const receiveMessages = async (wanted: number): Promise<ReceivedMessage[]> => {
    try {
      const messages = await queue.receive(wanted, loop.waitSeconds)
      return messages.map((message) => openDelivery(message, context))
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
  log.info('worker:stopped', { released, unfinished: left.length, ...breaker.status() })

  async function within(done: Promise<unknown>, ms: number): Promise<void> {
    const over = new AbortController()
    await Promise.race([done.then(() => over.abort()), clock.sleep(ms, over.signal)])
  }
}
