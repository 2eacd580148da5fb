import { describe, expect, it, vi } from 'vitest'
import { HOUR_MS } from '../../lib/domain/clock.js'
import { failed, observe, preview, write } from '../../lib/reconcile/acts.js'
import { targetOf } from '../../lib/reconcile/decision/situation.js'
import type { ObservedStatus } from '../../lib/reconcile/driver.js'
import {
  apiSetback,
  createTestContext,
  failure,
  MINUTE_MS,
  message,
  NOW_MS,
  no,
  OPERATION,
  ok,
  situation,
} from '../support/reconcile-context.js'

const limits = { deadlineMs: NOW_MS + 10_000 }
const limitedBy = (waitMs: number) => ({ from: 'limit', waitMs, isSoon: false })
const { request } = situation()
const { attachment } = request
const target = targetOf(situation())

describe('observing', () => {
  it('answers with the state as read, and reports to the circuit breaker that a call was answered', async () => {
    const { context, driver } = createTestContext()
    const before = situation({ setback: { from: 'host' } })
    const after = await observe(before, context, limits, false)
    expect(after.knowledge).toEqual({ is: 'observed', state: { status: 'absent' }, alone: false, accepted: undefined })
    expect(after).not.toHaveProperty('setback')
    expect(driver.observe).toHaveBeenCalledWith(target, { ...limits, neededByMs: NOW_MS })
    expect(context.breaker.admit).toHaveBeenCalledWith('read', attachment, NOW_MS)
    expect(context.breaker.observe).toHaveBeenCalledWith('read', attachment, undefined, NOW_MS)
  })

  it('waits for its slot instead if that is far', async () => {
    const { context, driver } = createTestContext()
    vi.spyOn(context.limiter, 'joinQueue').mockReturnValue(9_000)
    expect((await observe(situation(), context, limits, false)).setback).toEqual(limitedBy(9_000))
    expect(driver.observe).not.toHaveBeenCalled()
  })

  it.each([
    [400, 400],
    [4_000, 1_000],
  ])('may be shared while its slot is %i ms away, for %i ms', async (waitMs, neededInMs) => {
    const { context, driver } = createTestContext()
    vi.spyOn(context.limiter, 'joinQueue').mockReturnValue(waitMs)
    await observe(situation(), context, limits, false)
    expect(driver.observe).toHaveBeenCalledWith(target, { ...limits, neededByMs: NOW_MS + neededInMs })
  })

  it.each([
    ['a detach', { desired: 'detached' as const }, HOUR_MS],
    ['a late attach', {}, 0],
  ])('of %s takes no absence from an earlier listing', async (_name, fields, leftMs) => {
    const { context, driver } = createTestContext()
    await observe(situation(fields, { leftMs }), context, limits, false)
    expect(driver.observe).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ exact: true }))
  })

  it('with the last word joins no queue and keeps the failure that it was asked for', async () => {
    const { context, driver } = createTestContext()
    vi.spyOn(context.limiter, 'joinQueue').mockReturnValue(9_000)
    const setback = apiSetback('attach', failure('already-attached'))
    const after = await observe(situation({ setback }), context, limits, true)
    expect(driver.observe).toHaveBeenCalledWith(target, { ...limits, alone: true })
    expect(after).toMatchObject({ setback, knowledge: { is: 'observed', alone: true } })
    expect(await observe(situation(), context, limits, true)).not.toHaveProperty('setback')
  })

  it('makes no call while the circuit breaker is open', async () => {
    const { context, driver } = createTestContext()
    vi.spyOn(context.breaker, 'admit').mockReturnValue(3_000)
    expect((await observe(situation(), context, limits, false)).setback).toEqual({ from: 'breaker', waitMs: 3_000 })
    expect(driver.observe).not.toHaveBeenCalled()
  })

  it('that failed leaves what was known, with the failure', async () => {
    const { context, driver } = createTestContext()
    const timeout = failure('unavailable')
    driver.observe.mockResolvedValue(no(timeout))
    const after = await observe(situation(), context, limits, false)
    expect(after).toMatchObject({ knowledge: { is: 'unknown' }, setback: apiSetback('observe', timeout) })
    expect(context.breaker.observe).toHaveBeenCalledWith('read', attachment, timeout, NOW_MS)
  })

  it.each<[ObservedStatus, learns: boolean]>([
    ['attaching', true],
    ['detaching', true],
    ['attached', false],
    ['absent', false],
    ['preparing', false],
  ])('of %s reports how long an operation takes: %s', async (status, learns) => {
    const { context, driver } = createTestContext()
    driver.observe.mockResolvedValue(ok({ status }))
    await observe(situation(), context, limits, false)
    expect(vi.mocked(context.durations.running).mock.calls).toEqual(learns ? [[OPERATION, 'key', NOW_MS]] : [])
  })

  it('names the accepted writes that an absence does not show, and no other state', async () => {
    const { context, driver } = createTestContext()
    context.accepted.add('key', 'attach', NOW_MS - 2_000, NOW_MS - 2_000)
    const after = await observe(situation(), context, limits, false)
    expect(after.knowledge).toMatchObject({ accepted: { times: 1, sinceMs: 2_000 } })
    driver.observe.mockResolvedValue(ok({ status: 'attached' }))
    expect((await observe(situation(), context, limits, false)).knowledge).toMatchObject({ accepted: undefined })
  })
})

describe('a write', () => {
  it('that was accepted is pending, and is remembered', async () => {
    const { context, driver } = createTestContext()
    const note = vi.fn()
    const delivery = { note } as never
    const before = situation({ message: message({ delivery }), setback: apiSetback('attach', failure('busy')) })
    const after = await write(before, context, limits, 'attach')
    expect(after.knowledge).toEqual({ is: 'pending', write: 'attach' })
    expect(after).not.toHaveProperty('setback')
    expect(driver.attach).toHaveBeenCalledWith(target, {
      ...limits,
      isOver: expect.any(Function),
      refused: expect.any(Function),
    })
    expect(context.breaker.admit).toHaveBeenCalledWith('write', attachment, NOW_MS)
    expect(context.breaker.observe).toHaveBeenCalledWith('write', attachment, undefined, NOW_MS)
    expect(context.durations.accepted).toHaveBeenCalledWith(OPERATION, 'key', NOW_MS)
    expect(note).toHaveBeenCalledWith({ code: undefined, kind: undefined, apiRequestId: undefined })
  })

  it('of a message that was never handled before counts from now, of all others from their sending', async () => {
    for (const [is, originMs] of [
      ['untried', NOW_MS],
      ['unknown', NOW_MS - MINUTE_MS],
    ] as const) {
      const { context } = createTestContext()
      await write(situation({ knowledge: { is } }), context, limits, 'attach')
      expect(context.accepted.add).toHaveBeenCalledWith('key', 'attach', originMs, NOW_MS)
    }
  })

  it('waits for a slot without a call', async () => {
    const { context, driver } = createTestContext()
    vi.spyOn(context.limiter, 'admit').mockReturnValue(2_000)
    expect((await write(situation(), context, limits, 'attach')).setback).toEqual(limitedBy(2_000))
    expect(driver.attach).not.toHaveBeenCalled()
  })

  it('gives its slot back while the circuit breaker is open', async () => {
    const { context, driver } = createTestContext()
    vi.spyOn(context.breaker, 'admit').mockReturnValue(3_000)
    const after = await write(situation(), context, limits, 'attach')
    expect(after.setback).toEqual({ from: 'breaker', waitMs: 3_000 })
    expect(context.limiter.ended).toHaveBeenCalledWith(request, false)
    expect(driver.attach).not.toHaveBeenCalled()
  })

  it('that the driver has not is a fault of the program', async () => {
    const { context } = createTestContext()
    await expect(write(situation(), context, limits, 'route')).rejects.toThrow('no route')
  })

  it('that failed is logged with its code, and decided by its failure', async () => {
    const { context, driver, lines } = createTestContext()
    const refusal = { ...failure('rejected', 'Bid.NotFound'), apiRequestId: 'api-1' }
    driver.attach.mockResolvedValue(no(refusal))
    const after = await write(situation({ knowledge: { is: 'untried' } }), context, limits, 'attach')
    expect(after).toMatchObject({ knowledge: { is: 'untried' }, setback: apiSetback('attach', refusal) })
    expect(context.breaker.observe).toHaveBeenCalledWith('write', attachment, refusal, NOW_MS)
    const ids = { requestId: 'r', cenId: 'cen-1', childInstanceId: 'vpc-1' }
    const { code, kind, message: text } = refusal
    const fields = { ...ids, code, kind, message: text, apiRequestId: 'api-1' }
    expect(lines).toEqual([{ level: 'info', event: 'attach:failed', fields }])
    expect(context.accepted.add).not.toHaveBeenCalled()
  })

  it('reports to the limiter every refusal within the call', async () => {
    const { context, driver } = createTestContext()
    vi.spyOn(context.durations, 'typicalMs').mockReturnValue(700)
    const refusal = failure('throttled', 'Throttling.User')
    driver.attach.mockImplementation(async (_attachment, { refused }) => {
      refused?.(refusal)
      return ok({})
    })
    await write(situation(), context, limits, 'attach')
    expect(context.limiter.refused).toHaveBeenCalledWith(request, refusal, NOW_MS, 700)
  })

  it('may be invisible for the rest of the time that the driver names, if an earlier delivery may have made one', async () => {
    const { context, driver } = createTestContext()
    driver.attach.mockResolvedValue(no(failure('already-attached')))
    const invisibleMs = async (before: Parameters<typeof situation>[0]) => {
      const { setback } = await write(situation(before), context, limits, 'attach')
      return setback?.from === 'api' ? setback.invisibleMs : undefined
    }
    const young = message({ sentAtMs: NOW_MS - 5_000 })
    expect(await invisibleMs({ message: young })).toBe(15_000)
    expect(await invisibleMs({ message: young, knowledge: { is: 'untried' } })).toBe(0)
    expect(await invisibleMs({})).toBe(0)
    // A later write of this process counts from itself.
    context.durations.accepted(OPERATION, 'key', NOW_MS - 2_000)
    expect(await invisibleMs({})).toBe(18_000)
  })

  it('that met a limit waits for what the limiter answers, and backs off if it has a slot', async () => {
    const { context, driver } = createTestContext()
    const busy = failure('busy', 'Operation.Blocking')
    driver.attach.mockResolvedValue(no(busy))
    const admit = vi.spyOn(context.limiter, 'admit')
    admit.mockReturnValueOnce(0).mockReturnValueOnce(4_000)
    expect((await write(situation(), context, limits, 'attach')).setback).toEqual(limitedBy(4_000))
    admit.mockReturnValue(0)
    expect((await write(situation(), context, limits, 'attach')).setback).toEqual(apiSetback('attach', busy))
  })

  it('that failed in another way asks for no second slot', async () => {
    const { context, driver } = createTestContext()
    driver.attach.mockResolvedValue(no(failure('busy')))
    await write(situation(), context, limits, 'attach')
    expect(context.limiter.admit).toHaveBeenCalledTimes(1)
  })
})

describe('a preview', () => {
  it('answers with the verdict, or with the failure of a reading', async () => {
    const { context, driver } = createTestContext()
    const asked = situation({ setback: { from: 'host' } }, { dryRun: true })
    const after = await preview(asked, context, limits)
    expect(after.verdict).toEqual({ would: 'attach', reasons: ['may'] })
    expect(after).not.toHaveProperty('setback')
    expect(context.breaker.observe).toHaveBeenCalledWith('read', attachment, undefined, NOW_MS)
    const denied = failure('unauthorized')
    driver.preview.mockResolvedValue(no(denied) as never)
    expect((await preview(asked, context, limits)).setback).toEqual(apiSetback('observe', denied))
    expect(context.breaker.observe).toHaveBeenLastCalledWith('read', attachment, denied, NOW_MS)
  })
})

describe('a failed call', () => {
  it('waits for the next probe of an open circuit breaker, and never for one that is over', () => {
    const { context } = createTestContext()
    const status = vi.spyOn(context.breaker, 'status')
    const probeMs = () => {
      const { setback } = failed(situation(), context, 'attach', failure('credentials'))
      return setback?.from === 'api' ? setback.probeMs : undefined
    }
    status.mockReturnValue({ paused: true, probeAtMs: NOW_MS + 7_000 })
    expect(probeMs()).toBe(7_000)
    status.mockReturnValue({ paused: true, probeAtMs: NOW_MS - 7_000 })
    expect(probeMs()).toBe(0)
    status.mockReturnValue({ paused: false })
    expect(probeMs()).toBe(0)
  })
})
