/** Carries out a disposition: the last step of every message, for every door. */
import { fullJitterMs } from './backoff.js'
import type { Disposition } from './disposition.js'
import type { House } from './house.js'
import type { MessageQueue } from './ports.js'
import { ageMs, type ReceivedMessage } from './received-message.js'

/** A message may stay invisible for 12 hours since its receipt (SQS, visibility timeout); a minute is left for the call. */
const LONGEST_INVISIBLE_MS = 12 * 3_600_000 - 60_000
const SETTLE_LADDER = { firstMs: 1_000, capMs: 30_000 }
/** A step that ends a message is tried again while its decision is in hand: a later receipt might decide otherwise. */
const PATIENCE_LADDER = { firstMs: 400, capMs: 30_000 }

/** `ended`: the queue may forget the message. `returned`: it comes back by itself. */
export type Settled = 'ended' | 'returned'

type Desk = Pick<House, 'clock' | 'log' | 'random' | 'patienceMs'>

/** Settles one message. Never rejects: where the queue fails, the message comes back and nothing is lost. */
export async function settleMessage(
  message: ReceivedMessage,
  disposition: Disposition,
  queue: MessageQueue,
  desk: Desk,
): Promise<Settled> {
  const { action } = disposition
  message.receipt?.note({ action, ...(action === 'retry' && { why: disposition.why }) })
  switch (disposition.action) {
    case 'complete':
      return end(message, queue, desk)
    case 'retry':
      await giveBack(message, disposition.delaySeconds, queue, desk)
      return 'returned'
    case 'dead-letter':
      if (await deadLetter(message, disposition, queue, desk)) return end(message, queue, desk)
      message.receipt?.note({ action: 'retry', why: 'the dead-letter queue does not take it' })
      await giveBack(message, settleDelaySeconds(message, desk), queue, desk)
      return 'returned'
  }
}

/** Makes the message visible again after `delaySeconds`, within what is left of 12 hours. */
export async function giveBack(
  message: ReceivedMessage,
  delaySeconds: number,
  queue: MessageQueue,
  desk: Desk,
): Promise<void> {
  const leftMs = LONGEST_INVISIBLE_MS - (desk.clock.now() - message.receivedAtMs)
  const seconds = Math.max(0, Math.min(delaySeconds, Math.floor(leftMs / 1_000)))
  // A refusal costs only the queue's own visibility timeout, so it is not tried again.
  const done = await tried(() => queue.retry(message, seconds), 'message:not-returned', message, desk)
  message.receipt?.end(done ? { delaySeconds: seconds } : {})
}

async function deadLetter(
  message: ReceivedMessage,
  disposition: Extract<Disposition, { action: 'dead-letter' }>,
  queue: MessageQueue,
  desk: Desk,
): Promise<boolean> {
  const { action: _, ...facts } = disposition
  const sent = await persist(() => queue.deadLetter(message, facts), 'message:not-dead-lettered', message, desk)
  if (sent) {
    const { reason, requestId, resultId, failure } = facts
    desk.log.warn('message:dead-lettered', {
      messageId: message.messageId,
      reason,
      requestId,
      resultId,
      code: failure.code,
    })
  }
  return sent
}

async function end(message: ReceivedMessage, queue: MessageQueue, desk: Desk): Promise<Settled> {
  // A message that cannot be deleted comes back, is found done, and is told of again under the same id.
  await persist(() => queue.complete(message), 'message:not-deleted', message, desk)
  message.receipt?.end()
  return 'ended'
}

const settleDelaySeconds = (message: ReceivedMessage, desk: Desk): number =>
  Math.ceil(fullJitterMs(SETTLE_LADDER, message.receiveCount, ageMs(message, desk.clock.now()), desk.random) / 1_000)

async function tried(act: () => Promise<void>, event: string, message: ReceivedMessage, desk: Desk): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    desk.log.error(event, { messageId: message.messageId, error: (error as Error).message })
    return false
  }
}

/** Tries for as long as the host is patient. */
async function persist(
  act: () => Promise<void>,
  event: string,
  message: ReceivedMessage,
  desk: Desk,
): Promise<boolean> {
  const untilMs = desk.clock.now() + desk.patienceMs
  for (let tries = 1; ; tries++) {
    if (await tried(act, event, message, desk)) return true
    const pauseMs =
      Math.min(PATIENCE_LADDER.capMs, PATIENCE_LADDER.firstMs * 2 ** Math.min(tries - 1, 10)) *
      (0.5 + desk.random() / 2)
    if (desk.clock.now() + pauseMs > untilMs) return false
    await desk.clock.sleep(pauseMs)
  }
}
