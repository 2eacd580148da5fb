/** The acts that depend on the driver: finding it, and writes that are no change of the CEN. */
import { describe, expect, it, vi } from 'vitest'
import type { Answer } from '../../lib/domain/failure.js'
import { findDriver, observe, write } from '../../lib/reconcile/acts.js'
import type { Knowledge, Situation } from '../../lib/reconcile/decision/situation.js'
import { defer } from '../../lib/reconcile/defer.js'
import type { AttachmentState, Driver } from '../../lib/reconcile/driver.js'
import {
  apiSetback,
  createTestContext,
  failure,
  NOW_MS,
  no,
  ok,
  RULES,
  situation,
} from '../support/reconcile-context.js'

const limits = { deadlineMs: NOW_MS + 10_000 }
const observed: Knowledge = { is: 'observed', state: { status: 'absent' } }

describe('finding the driver', () => {
  it('keeps what is known if the edition is the same, and what went wrong', async () => {
    const { context } = createTestContext()
    const before = situation({ knowledge: observed, setback: apiSetback('attach', failure('rejected')) })
    const after = await findDriver(before, context, limits, true)
    expect(after).toMatchObject({ isEditionFresh: true, knowledge: observed, setback: before.setback })
    expect(context.drivers.find).toHaveBeenCalledWith(expect.anything(), { ...limits, fresh: true })
  })

  it('forgets what is known if the edition has changed', async () => {
    const { context, driver } = createTestContext()
    const before = situation({ knowledge: observed, setback: apiSetback('attach', failure('rejected')) })
    const other: Driver = { ...driver, rules: { ...RULES, edition: 'enterprise' } }
    vi.mocked(context.drivers.find).mockResolvedValue(ok(other))
    const after = await findDriver(before, context, limits, true)
    expect(after).toMatchObject({ driver: other, knowledge: { is: 'unknown' } })
    expect(after).not.toHaveProperty('setback')
  })

  it('is a reading: the circuit breaker admits it, and its failure is that of a reading', async () => {
    const { context } = createTestContext()
    vi.mocked(context.drivers.find).mockResolvedValue(no(failure('unavailable')))
    const before = situation()
    const after = await findDriver(before, context, limits, false)
    expect(after.setback).toMatchObject({ from: 'api', during: 'observe', failure: { kind: 'unavailable' } })
    vi.spyOn(context.breaker, 'admit').mockReturnValue(7_000)
    expect((await findDriver(before, context, limits, false)).setback).toEqual({ from: 'breaker', waitMs: 7_000 })
    expect(context.drivers.find).toHaveBeenCalledTimes(1)
  })
})

describe('a part that is no change of the CEN', () => {
  const unrouted: AttachmentState = { status: 'unrouted', part: 'routes', holdsSlot: false }

  it('frees the slot once it is all that is missing', async () => {
    const { context, driver } = createTestContext()
    driver.observe.mockResolvedValue(ok(unrouted))
    const before = situation()
    await observe(before, context, limits, false)
    expect(context.limiter.ended).toHaveBeenCalledWith(before.request, true)
  })

  it('is written without a slot, and waited for without one', async () => {
    const { context, driver } = createTestContext()
    const route = vi.fn(async (): Promise<Answer<unknown>> => ok({}))
    const routed = situation({ driver: { ...driver, route }, knowledge: { is: 'observed', state: unrouted } })
    const after = await write(routed, context, limits, 'route')
    expect(route).toHaveBeenCalledTimes(1)
    expect(context.limiter.admit).not.toHaveBeenCalled()
    await defer({ step: 'wait', for: 'operation', delayMs: 0, why: 'the status is unrouted' }, after, context)
    expect(context.limiter.underWay).not.toHaveBeenCalled()
    // A refusal by a limit backs off, and takes no slot either.
    route.mockResolvedValueOnce(no(failure('throttled', 'Throttling.User')))
    expect((await write(routed, context, limits, 'route')).setback).toMatchObject({ from: 'api', during: 'route' })
    expect(context.limiter.admit).not.toHaveBeenCalled()
    // Every other write waits for a slot.
    const linked: Knowledge = { is: 'observed', state: { status: 'unrouted', part: 'association' } }
    await write({ ...routed, knowledge: linked }, context, limits, 'route')
    expect(context.limiter.admit).toHaveBeenCalledTimes(1)
  })
})

describe('the first reading for an attach', () => {
  const sinceOf = async (before: Partial<Situation>) => {
    const { context, driver } = createTestContext()
    await observe(situation(before), context, limits, false)
    const [, timing] = vi.mocked<Driver['observe']>(driver.observe).mock.calls[0] ?? []
    return timing?.sinceMs
  }
  const untried: Knowledge = { is: 'untried' }

  it('may be a listing since the request was sent, of the last two minutes', async () => {
    const { message } = situation()
    const sentMs = (agoMs: number) => ({ ...message, sentAtMs: NOW_MS - agoMs })
    expect(await sinceOf({ knowledge: untried, message: sentMs(60_000) })).toBe(NOW_MS - 60_000)
    expect(await sinceOf({ knowledge: untried, message: sentMs(3_600_000) })).toBe(NOW_MS - 120_000)
  })

  it('must be as of now if an earlier delivery may have written, and for a detach', async () => {
    expect(await sinceOf({ knowledge: { is: 'unknown' } })).toBeUndefined()
    expect(await sinceOf({ knowledge: untried, desired: 'detached' })).toBeUndefined()
  })
})
