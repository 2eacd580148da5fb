/** A stop of the poll loop while a message is handled: each message is settled once, or released once. */
import { describe, expect, it } from 'vitest'
import type { Disposition } from '../../lib/messaging/disposition.js'
import type { MessageQueue } from '../../lib/messaging/message-queue.js'
import { runPollLoop } from '../../lib/messaging/poll-loop.js'
import { NO_OBSERVER } from '../../lib/telemetry/observer.js'
import { createSimQueue } from '../support/sim/sim-queue.js'
import { createVirtualClock } from '../support/sim/virtual-clock.js'

const GRACE_MS = 10_000

/** The calls that settle a message whose handling takes so long, of a loop that is stopped after a second. */
async function settledAfter(handlingMs: number): Promise<string[]> {
  const clock = createVirtualClock()
  const queue = createSimQueue(clock)
  const calls: string[] = []
  const recorded: MessageQueue = {
    ...queue,
    async retry(message, seconds) {
      calls.push('retry')
      await queue.retry(message, seconds)
    },
    async complete(message) {
      calls.push('complete')
      await queue.complete(message)
    },
  }
  const stop = new AbortController()
  const handle = async (): Promise<Disposition> => {
    await clock.sleep(handlingMs)
    return { action: 'complete' }
  }
  queue.send('{}')
  const silent = () => undefined
  const running = runPollLoop(
    { queue: recorded, handle, concurrency: 1, waitSeconds: 5, stop: stop.signal, graceMs: GRACE_MS },
    {
      clock,
      log: { debug: silent, info: silent, warn: silent, error: silent },
      random: () => 0.5,
      settleRetryMs: 1_000,
      observer: NO_OBSERVER,
      breaker: { receivable: (wanted) => wanted, status: () => ({ paused: false }) },
    },
  )
  void clock.sleep(1_000).then(() => stop.abort())
  await clock.run(() => false, clock.now() + 60_000)
  await running
  return calls
}

describe('a stop of the poll loop', () => {
  it('waits for a message that is handled within the grace period', async () => {
    expect(await settledAfter(GRACE_MS)).toEqual(['complete'])
  })

  it('releases a message that is handled for longer, and settles it no more', async () => {
    expect(await settledAfter(GRACE_MS + 6_200)).toEqual(['retry'])
  })
})
