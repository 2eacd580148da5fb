import { describe, expect, it, vi } from 'vitest'
import { HOLD_MS } from '../../lib/domain/backoff.js'
import type { WaitFor } from '../../lib/messaging/disposition.js'
import { acquireSlot, joinQueue } from '../../lib/reconcile/acquire-slot.js'
import { createTestContext, message, NOW_MS, OPERATION, situation } from '../support/reconcile-context.js'

/** A limiter that answers every message with `waitMs`. */
function limited(waitMs: number, isNext: boolean, holdMs = HOLD_MS) {
  const { context } = createTestContext({ holdMs })
  vi.spyOn(context.limiter, 'admit').mockReturnValue(waitMs)
  vi.spyOn(context.limiter, 'joinQueue').mockReturnValue(waitMs)
  vi.spyOn(context.limiter, 'isNext').mockReturnValue(isNext)
  vi.spyOn(context.durations, 'typicalMs').mockReturnValue(700)
  return context
}

describe('a slot', () => {
  it('that is free is acquired, and nothing keeps the call back', () => {
    const context = limited(0, true)
    const one = situation()
    expect(acquireSlot(one, context)).toBeUndefined()
    expect(context.limiter.admit).toHaveBeenCalledWith(one.request, NOW_MS, 700)
    expect(context.durations.typicalMs).toHaveBeenCalledWith(OPERATION)
  })

  it.each<[waitMs: number, isNext: boolean, isSoon: boolean]>([
    [HOLD_MS + 1, true, true],
    [HOLD_MS + 1, false, false],
    // Such a wait is spent in memory anyway.
    [HOLD_MS, true, false],
    [1, true, false],
  ])('that is expected after %i ms, among the next: %s, is soon: %s', (waitMs, isNext, isSoon) => {
    expect(acquireSlot(situation(), limited(waitMs, isNext))).toEqual({ from: 'limit', waitMs, isSoon })
    expect(joinQueue(situation(), limited(waitMs, isNext, 0))).toEqual({ from: 'limit', waitMs, isSoon })
  })
})

describe('a position in the queue', () => {
  const LONG_MS = HOLD_MS + 1

  it('is joined by a message that another process handed back', () => {
    const context = limited(LONG_MS, false)
    const one = situation()
    expect(joinQueue(one, context)).toEqual({ from: 'limit', waitMs: LONG_MS, isSoon: false })
    expect(context.limiter.joinQueue).toHaveBeenCalledWith(one.request, NOW_MS, 700)
    expect(context.limiter.admit).not.toHaveBeenCalled()
  })

  it('that the message can wait for in memory does not keep it from being read', () => {
    expect(joinQueue(situation(), limited(HOLD_MS, false))).toBe(HOLD_MS)
  })

  it('reads before a detach only when a slot is free', () => {
    const one = situation({ desired: 'detached' })
    expect(joinQueue(one, limited(1, true))).toMatchObject({ from: 'limit', waitMs: 1 })
    expect(joinQueue(one, limited(0, true))).toBe(0)
  })

  it('is not joined by a dry run, nor by a request that has expired', () => {
    expect(joinQueue(situation({}, { dryRun: true }), limited(LONG_MS, false))).toBe(0)
    expect(joinQueue(situation({}, { leftMs: 0 }), limited(LONG_MS, false))).toBe(0)
    expect(joinQueue(situation({}, { leftMs: 1 }), limited(LONG_MS, false))).not.toBe(0)
  })

  it('is not joined for an attachment that this process began', () => {
    const context = limited(LONG_MS, false)
    context.durations.accepted(OPERATION, 'key', NOW_MS - 1)
    expect(joinQueue(situation(), context)).toBe(0)
    expect(context.limiter.joinQueue).not.toHaveBeenCalled()
  })

  it.each<[WaitFor, joins: boolean]>([
    ['slot-soon', true],
    ['proof', true],
    ['slot', false],
    ['operation', false],
    ['backoff', false],
    ['visibility', false],
  ])('after a wait in memory for %s: %s', (heldFor, joins) => {
    const held = situation({ message: message({ heldFor }) })
    expect(joinQueue(held, limited(LONG_MS, false)) !== 0).toBe(joins)
  })
})
