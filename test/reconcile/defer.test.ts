import { describe, expect, it, vi } from 'vitest'
import { HOLD_MS } from '../../lib/domain/backoff.js'
import { HOUR_MS } from '../../lib/domain/clock.js'
import type { WaitFor } from '../../lib/messaging/disposition.js'
import type { Context } from '../../lib/reconcile/context.js'
import type { Knowledge } from '../../lib/reconcile/decision/situation.js'
import type { StepOf } from '../../lib/reconcile/decision/step.js'
import { defer } from '../../lib/reconcile/defer.js'
import {
  createTestContext,
  failure,
  MINUTE_MS,
  message,
  NOW_MS,
  OPERATION,
  situation,
} from '../support/reconcile-context.js'

const wait = (waitFor: WaitFor, delayMs: number, fields: Partial<StepOf<'wait'>> = {}): StepOf<'wait'> => ({
  step: 'wait',
  for: waitFor,
  delayMs,
  why: 'because',
  ...fields,
})

/** A message of this age that was delivered so often. */
const aged = (ageMs: number, receiveCount = 1) =>
  situation({ message: message({ sentAtMs: NOW_MS - ageMs, receiveCount }) })

/** How long a message waits in memory and on the queue, in milliseconds. */
async function delays(step: StepOf<'wait'>, one = aged(0), overrides: Partial<Context> = {}) {
  const disposition = await defer(step, one, createTestContext(overrides).context)
  if (disposition.action !== 'retry') throw new Error('it is deferred')
  return [disposition.delayMs, disposition.delaySeconds * 1_000]
}

describe('a message that is deferred', () => {
  it('is a retry that names why, and what it waits for', async () => {
    const { context } = createTestContext()
    expect(await defer(wait('backoff', 2_500), aged(0), context)).toEqual({
      action: 'retry',
      delayMs: 2_500,
      delaySeconds: 3,
      why: 'because',
      waitFor: 'backoff',
    })
  })

  it.each<[reason: string, StepOf<'wait'>, ageMs: number, receiveCount: number, expected: number[]]>([
    ['a backoff waits as long as was decided', wait('backoff', 90_000), MINUTE_MS, 3, [90_000, 90_000]],
    ['a publication, too', wait('publish', 90_000), MINUTE_MS, 3, [90_000, 90_000]],
    ['what may show soon, too', wait('visibility', 3_000), 0, 1, [3_000, 3_000]],
    ['on the queue longer with the deliveries', wait('visibility', 500), 0, 100, [500, 12_000]],
    ['a near slot is waited for in memory', wait('slot', HOLD_MS), 0, 1, [HOLD_MS, HOLD_MS]],
    ['on the queue longer with the deliveries, too', wait('slot', 1_000), 0, 100, [1_000, 12_000]],
    ['a host without time returns the message at once', wait('host', 0), 0, 1, [1_025, 2_000]],
    ['that wait grows with the age', wait('host', 0), 40 * MINUTE_MS, 1, [60_000, 60_000]],
    ['a far slot: six tenths of the wait, if that is short', wait('slot', 9_000), 0, 1, [5_400, 6_000]],
    ['a far slot: at least six seconds', wait('slot', 11_000), 0, 1, [6_000, 6_000]],
    ['a far slot: a quarter of the wait', wait('slot', 80_000), 0, 1, [20_000, 20_000]],
    ['a far slot: at most half a minute of it', wait('slot', 800_000), 0, 1, [30_000, 30_000]],
    ['a far slot: an eighth of the age', wait('slot', 800_000), 8 * MINUTE_MS, 1, [60_000, 60_000]],
    ['a far slot: longer with the deliveries', wait('slot', 9_000), 0, 200, [139_564, 140_000]],
    ['a slot that is soon is tried for again in memory', wait('slot-soon', 80_000), 0, 1, [HOLD_MS, 20_000]],
  ])('%s', async (_reason, step, ageMs, receiveCount, expected) => {
    expect(await delays(step, aged(ageMs, receiveCount), { random: () => 0 })).toEqual(expected)
  })

  it('waits on the queue at least as long as it would in memory', async () => {
    expect(await delays(wait('slot', HOLD_MS + 100), aged(0), { random: () => 0 })).toEqual([HOLD_MS, HOLD_MS])
  })

  it('returns up to a fifth later than others of its CEN', async () => {
    expect(await delays(wait('slot', 80_000), aged(0), { random: () => 1 })).toEqual([24_000, 24_000])
  })

  it('returns spread out while the circuit breaker is open', async () => {
    const paused = (random: number, delayMs: number, one = aged(0)) =>
      delays(wait('paused', delayMs), one, { random: () => random, pausedDelayMs: 10_000 })
    expect(await paused(0, 4_000)).toEqual([10_000, 10_000])
    expect(await paused(0, 40_000)).toEqual([40_000, 40_000])
    expect(await paused(1, 40_000)).toEqual([50_000, 50_000])
    expect(await paused(0, 4_000, aged(40 * MINUTE_MS))).toEqual([60_000, 60_000])
  })

  it('waits for a proof in memory if that is expected, else on the queue longer than any message in memory', async () => {
    expect(await delays(wait('proof', 300), aged(0))).toEqual([300, 8_000])
    expect(await delays(wait('proof', Infinity), aged(0))).toEqual([8_000, 8_000])
  })

  it('is never deferred beyond notAfter, and for a second at least', async () => {
    const late = (leftMs: number) => situation({}, { leftMs })
    expect(await delays(wait('backoff', 90_000), late(20_000))).toEqual([20_000, 20_000])
    expect(await delays(wait('backoff', 90_000), late(10))).toEqual([1_000, 1_000])
    expect(await delays(wait('backoff', 200), late(10))).toEqual([200, 1_000])
    // Within the grace the decision sets the wait.
    expect(await delays(wait('backoff', 40_000), late(0))).toEqual([40_000, 40_000])
    expect(await delays(wait('slot-soon', 80_000), late(7_000))).toEqual([HOLD_MS, 7_000])
  })

  it('takes its slot until its operation is read again', async () => {
    const { context } = createTestContext()
    vi.spyOn(context.durations, 'nextReadMs').mockReturnValue(1_500)
    vi.spyOn(context.durations, 'typicalMs').mockReturnValue(700)
    const one = aged(0, 100)
    expect(await defer(wait('operation', 0), one, context)).toMatchObject({ delayMs: 1_500, delaySeconds: 12 })
    expect(context.durations.nextReadMs).toHaveBeenCalledWith(OPERATION, 'key', NOW_MS)
    expect(context.limiter.underWay).toHaveBeenCalledWith(one.request, NOW_MS, 700, 1_500)
  })

  it.each([
    [HOUR_MS - 1, 1],
    [HOUR_MS, 0],
  ])('takes no slot for an operation that has not ended for an hour: %i ms, %i', async (elapsedMs, times) => {
    const { context } = createTestContext()
    context.durations.running(OPERATION, 'key', NOW_MS - elapsedMs)
    await defer(wait('operation', 0), aged(0), context)
    expect(context.limiter.underWay).toHaveBeenCalledTimes(times)
  })

  it.each<[WaitFor, delayMs: number, expectedInMs: number | undefined]>([
    ['slot', HOLD_MS, undefined],
    ['slot', 80_000, 22_000],
    ['slot-soon', 80_000, 22_000],
    ['backoff', 80_000, undefined],
  ])('for %s of %i ms is expected from the queue after %s ms', async (waitFor, delayMs, expectedInMs) => {
    const { context } = createTestContext()
    const one = aged(0)
    const scheduleReturn = vi.spyOn(context.limiter, 'scheduleReturn')
    await defer(wait(waitFor, delayMs), one, context)
    const expected = expectedInMs === undefined ? [] : [[one.request, NOW_MS + expectedInMs]]
    expect(scheduleReturn.mock.calls).toEqual(expected)
  })

  it.each<[WaitFor, keeps: boolean]>([
    ['slot', true],
    ['slot-soon', true],
    ['host', true],
    ['proof', true],
    ['operation', false],
    ['backoff', false],
    ['paused', false],
    ['visibility', false],
    ['publish', false],
  ])('for %s keeps what is known: %s', async (waitFor, keeps) => {
    const { context } = createTestContext()
    const knowledge: Knowledge = { is: 'observed', state: { status: 'absent' } }
    const one = situation({ knowledge })
    await defer(wait(waitFor, 1_000), one, context)
    expect(context.knowledge.take(one.message, NOW_MS)).toEqual(keeps ? knowledge : { is: 'unknown' })
  })

  it('keeps what was read before a detach for seconds only: later the attachment may be another one', async () => {
    const knowledge: Knowledge = { is: 'observed', state: { status: 'attached' } }
    for (const [laterMs, known] of [
      [5_000, knowledge],
      [5_001, { is: 'unknown' }],
    ] as const) {
      const { context } = createTestContext()
      const one = situation({ desired: 'detached', knowledge })
      await defer(wait('slot', 1_000), one, context)
      expect(context.knowledge.take(one.message, NOW_MS + laterMs)).toEqual(known)
    }
  })

  it('reports that it is parked before it waits', async () => {
    const { context, results } = createTestContext()
    await defer(wait('backoff', 1_000, { parked: failure('unauthorized') }), aged(0), context)
    expect(results.map(({ data }) => data.outcome)).toEqual(['grant-required'])
    await defer(wait('backoff', 1_000), aged(0), context)
    expect(results).toHaveLength(1)
  })
})
