/** The poll loop of the worker: receives messages, keeps them invisible, handles and settles them, and stops gracefully. */
import pLimit from 'p-limit'
import { HOUR_MS, waitAtMost } from '../domain/clock.js'
import { type DeliveryDependencies, openDelivery } from './delivery-span.js'
import { type Disposition, type Retry, retryAfter } from './disposition.js'
import { createHeartbeat } from './heartbeat.js'
import { createHolds } from './hold-in-memory.js'
import type { MessageQueue } from './message-queue.js'
import type { ReceivedMessage } from './received-message.js'
import { byGroup, settleInOrder } from './settle-batch.js'
import { returnToQueue, type SettleDependencies, type Settled, settleMessage } from './settle-message.js'

interface PollLoopOptions {
  readonly queue: MessageQueue
  /** Never rejects. */
  readonly handle: (message: ReceivedMessage) => Promise<Disposition>
  /** Messages handled at once. */
  readonly concurrency: number
  /** How long one receive waits for a message, 0 to 20 s; a stop waits for it, so that no message is received and dropped. */
  readonly waitSeconds: number
  /** Aborting it stops the loop: no receive begins, and messages in memory are finished or released. */
  readonly stop: AbortSignal
  /** How long a stop waits for calls in flight, in milliseconds. */
  readonly graceMs: number
  /** Called in every round of the loop: it is alive. */
  readonly polled?: () => void
}

/** A message that was in memory this long, in milliseconds, returns to the queue: SQS keeps none invisible beyond 12 hours. */
const MAX_IN_MEMORY_MS = 11 * HOUR_MS
/** Messages in memory for each one that is handled at once: the others wait there for a slot or an operation. */
const MESSAGES_PER_SLOT = 4
const MAX_RECEIVERS = 5
/** Messages whose end is retried; beyond this they take capacity. */
const MAX_FINISHING = 2_000
/** The pause after a receive that failed, while the worker is full, and while the circuit breaker is open, in milliseconds. */
const RECEIVE_PAUSE_MS = 1_000
const FULL_POLL_MS = 20
const PAUSED_POLL_MS = 1_000
/** How long the release of the messages left after the grace period may take, in milliseconds. */
const RELEASE_MS = 3_000

interface PollLoopDependencies extends SettleDependencies, Pick<DeliveryDependencies, 'observer'> {
  readonly breaker: {
    /** How many of the wanted messages may be received now. */
    receivable(wanted: number, nowMs: number): number
    status(): { readonly paused: boolean }
  }
}

/** Runs until `stop` aborts and all messages in memory are settled. Rejects only if the queue cannot be used at the start. */
export async function runPollLoop(loop: PollLoopOptions, dependencies: PollLoopDependencies): Promise<void> {
  const { queue, stop } = loop
  const { clock, log, breaker } = dependencies
  const visibilitySeconds = await queue.visibilitySeconds()
  if (!(visibilitySeconds >= 1))
    throw new Error(`its visibility timeout is ${visibilitySeconds} s; at least 1 s is needed`)
  const slots = pLimit(loop.concurrency)
  const heartbeat = createHeartbeat(visibilitySeconds, queue, dependencies)
  const inMemory = new Set<ReceivedMessage>()
  const work = new Set<Promise<void>>()
  let released = 0
  let finishing = 0
  const maxInMemory = loop.concurrency * MESSAGES_PER_SLOT
  const holds = createHolds(maxInMemory)
  // A message whose end is being retried needs no slot and takes no capacity, up to MAX_FINISHING of them.
  const capacity = () => Math.min(maxInMemory - (inMemory.size - finishing), MAX_FINISHING - finishing)

  const handleInSlot = (message: ReceivedMessage) =>
    slots(() => (stop.aborted ? retryAfter(0, 'the worker is stopping') : loop.handle(message)))

  const mayHold = (retry: Retry, { receivedAtMs }: ReceivedMessage): boolean =>
    holds.mayHold(retry) && clock.now() - receivedAtMs < MAX_IN_MEMORY_MS && !stop.aborted

  const handleUntilSettled = async (message: ReceivedMessage): Promise<Settled> => {
    let disposition = await handleInSlot(message)
    while (disposition.action === 'retry' && mayHold(disposition, message)) {
      const { delayMs, waitFor } = disposition
      await holds.during(disposition, () => clock.sleep(delayMs, stop))
      disposition = await handleInSlot({ ...message, heldFor: waitFor })
    }
    return settle(message, disposition)
  }
  /** The heartbeat continues while an end is retried, and stops before a delay is set, which it would undo. */
  const queueWithHeartbeat: MessageQueue = {
    ...queue,
    async retry(message, seconds) {
      await heartbeat.release(message)
      await queue.retry(message, seconds)
    },
  }
  const settle = async (message: ReceivedMessage, disposition: Disposition): Promise<Settled> => {
    // It was released when the grace period of the stop ended, and its next delivery settles it.
    if (!inMemory.has(message)) return 'returned'
    const isFinal = disposition.action !== 'retry'
    if (isFinal) finishing += 1
    const settled = await settleMessage(message, disposition, queueWithHeartbeat, dependencies)
    if (isFinal) finishing -= 1
    if (settled === 'returned' && stop.aborted) released += 1
    await drop(message)
    return settled
  }
  const drop = async (message: ReceivedMessage): Promise<void> => {
    inMemory.delete(message)
    await heartbeat.release(message)
  }
  const release = async (message: ReceivedMessage): Promise<void> => {
    await drop(message)
    released += 1
    await returnToQueue(message, 0, queue, dependencies)
  }
  const accept = (messages: readonly ReceivedMessage[]): void => {
    for (const message of messages) {
      log.debug('message:received', { messageId: message.messageId, receiveCount: message.receiveCount })
      inMemory.add(message)
      heartbeat.keep(message)
    }
    for (const group of queue.can.fifo ? byGroup(messages) : messages.map((message) => [message])) {
      const finish = async (message: ReceivedMessage) => (await handleUntilSettled(message)) === 'ended'
      const done = settleInOrder(group, finish, release).finally(() => work.delete(done))
      work.add(done)
    }
  }

  const receive = async (index: number): Promise<void> => {
    while (!stop.aborted) {
      loop.polled?.()
      const isClosed = slots.pendingCount > 0 || (index > 0 && breaker.status().paused)
      const wanted = isClosed
        ? 0
        : breaker.receivable(Math.max(0, Math.min(queue.can.batchSize, capacity())), clock.now())
      if (wanted < 1) await clock.sleep(breaker.status().paused ? PAUSED_POLL_MS : FULL_POLL_MS, stop)
      else accept(await receiveMessages(wanted))
    }
  }
  const receiveMessages = async (wanted: number): Promise<ReceivedMessage[]> => {
    try {
      const messages = await queue.receive(wanted, loop.waitSeconds)
      return messages.map((message) => openDelivery(message, dependencies))
    } catch (error) {
      log.error('queue:unreachable', { error: (error as Error).message })
      await clock.sleep(RECEIVE_PAUSE_MS, stop)
      return []
    }
  }

  log.info('worker:started', { concurrency: loop.concurrency, visibilitySeconds })
  const receivers = Math.min(MAX_RECEIVERS, Math.ceil(loop.concurrency / 10))
  await Promise.all(Array.from({ length: receivers }, (_, index) => receive(index)))
  log.info('worker:stopping', { inHand: inMemory.size })
  await waitAtMost(loop.graceMs, Promise.all(work), clock)
  const left = [...inMemory]
  await waitAtMost(RELEASE_MS, Promise.all(left.map(release)), clock)
  heartbeat.stop()
  log.info('worker:stopped', { released, unfinished: left.length, ...breaker.status() })
}
