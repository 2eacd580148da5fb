/** Carries out a disposition on the queue: the last step of every delivery. */
import { BACKOFF, fullJitterMs, type Random } from '../domain/backoff.js'
import { type Clock, HOUR_MS, MINUTE_MS } from '../domain/clock.js'
import type { Log } from '../telemetry/log.js'
import type { Disposition } from './disposition.js'
import type { SettleQueue } from './message-queue.js'
import { ageMs, type ReceivedMessage } from './received-message.js'

/** A message may stay invisible for 12 hours after it was received (SQS, visibility timeout); a minute is left for the call. */
const LONGEST_INVISIBLE_MS = 12 * HOUR_MS - MINUTE_MS

/** `ended`: the message is done. `returned`: the queue delivers it again. */
export type Settled = 'ended' | 'returned'

export interface SettleDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
  /** How long a failed delete or dead-letter is retried while the message is in memory, in milliseconds. */
  readonly settleRetryMs: number
}

/** Settles one message. Never rejects: if the queue fails, the message returns and nothing is lost. */
export async function settleMessage(
  message: ReceivedMessage,
  disposition: Disposition,
  queue: SettleQueue,
  dependencies: SettleDependencies,
): Promise<Settled> {
  const { action } = disposition
  message.delivery?.note({ action, ...(action === 'retry' && { why: disposition.why }) })
  switch (disposition.action) {
    case 'complete':
      return end(message, queue, dependencies)
    case 'retry':
      await returnToQueue(message, disposition.delaySeconds, queue, dependencies)
      return 'returned'
    case 'dead-letter':
      if (await deadLetter(message, disposition, queue, dependencies)) return end(message, queue, dependencies)
      message.delivery?.note({ action: 'retry', why: 'the dead-letter queue does not accept it' })
      await returnToQueue(message, settleDelaySeconds(message, dependencies), queue, dependencies)
      return 'returned'
  }
}

/** Makes the message visible again after `delaySeconds`, within what is left of 12 hours. */
export async function returnToQueue(
  message: ReceivedMessage,
  delaySeconds: number,
  queue: SettleQueue,
  dependencies: SettleDependencies,
): Promise<void> {
  const leftMs = LONGEST_INVISIBLE_MS - (dependencies.clock.now() - message.receivedAtMs)
  const seconds = Math.max(0, Math.min(delaySeconds, Math.floor(leftMs / 1_000)))
  // A failure costs only the rest of the visibility timeout, so the call is not retried.
  const done = await attempt(() => queue.retry(message, seconds), 'message:not-returned', message, dependencies)
  message.delivery?.end(done ? { delaySeconds: seconds } : {})
}

async function deadLetter(
  message: ReceivedMessage,
  disposition: Extract<Disposition, { action: 'dead-letter' }>,
  queue: SettleQueue,
  dependencies: SettleDependencies,
): Promise<boolean> {
  const { action: _, ...facts } = disposition
  const sent = await attemptRepeatedly(
    () => queue.deadLetter(message, facts),
    'message:not-dead-lettered',
    message,
    dependencies,
  )
  if (sent) {
    const { reason, requestId, resultId, failure } = facts
    dependencies.log.warn('message:dead-lettered', {
      messageId: message.messageId,
      reason,
      requestId,
      resultId,
      code: failure.code,
    })
  }
  return sent
}

async function end(message: ReceivedMessage, queue: SettleQueue, dependencies: SettleDependencies): Promise<Settled> {
  // A message that cannot be deleted is delivered again, observed as done, and reported under the same result id.
  await attemptRepeatedly(() => queue.complete(message), 'message:not-deleted', message, dependencies)
  message.delivery?.end()
  return 'ended'
}

const settleDelaySeconds = (message: ReceivedMessage, dependencies: SettleDependencies): number =>
  Math.ceil(
    fullJitterMs(BACKOFF.settle, message.receiveCount, ageMs(message, dependencies.clock.now()), dependencies.random) /
      1_000,
  )

async function attempt(
  act: () => Promise<void>,
  event: string,
  message: ReceivedMessage,
  dependencies: SettleDependencies,
): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    dependencies.log.error(event, { messageId: message.messageId, error: (error as Error).message })
    return false
  }
}

/** Tries with a jittered exponential backoff for `settleRetryMs`. */
async function attemptRepeatedly(
  act: () => Promise<void>,
  event: string,
  message: ReceivedMessage,
  dependencies: SettleDependencies,
): Promise<boolean> {
  const untilMs = dependencies.clock.now() + dependencies.settleRetryMs
  for (let tries = 1; ; tries++) {
    if (await attempt(act, event, message, dependencies)) return true
    const pauseMs =
      Math.min(BACKOFF.finish.capMs, BACKOFF.finish.firstMs * 2 ** Math.min(tries - 1, 10)) *
      (0.5 + dependencies.random() / 2)
    if (dependencies.clock.now() + pauseMs > untilMs) return false
    await dependencies.clock.sleep(pauseMs)
  }
}
