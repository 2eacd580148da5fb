import { describe, expect, it } from 'vitest'
import { type ConcurrencyLimit, createConcurrencyLimit } from '../../lib/admission/concurrency-limit.js'

const TYPICAL_MS = 5_000
/** Longer than every test: an operation that is not near its end. */
const LONG_MS = 1_000_000

/** How many may be under way at once, those included that are. */
const capacity = (limit: ConcurrencyLimit, nowMs: number): number => limit.available('nobody', nowMs) + limit.taken()

function accept(limit: ConcurrencyLimit, key: string, nowMs: number, nextReadMs = LONG_MS): boolean {
  limit.take(key, nowMs)
  return limit.occupy(key, nowMs, TYPICAL_MS, nextReadMs)
}

function refuse(limit: ConcurrencyLimit, key: string, nowMs: number): void {
  limit.take(key, nowMs)
  limit.refused(key, nowMs, TYPICAL_MS)
}

/** A CEN of which so many are under way since 0 ms, and one more was refused at 10 ms. */
function atLimit(limit: number, endMs: (index: number) => number = () => LONG_MS, staggerIndex = 0) {
  const concurrencyLimit = createConcurrencyLimit(50, staggerIndex)
  for (let index = 0; index < limit; index++) {
    concurrencyLimit.take(`on-${index}`, 0)
    concurrencyLimit.occupy(`on-${index}`, 1, TYPICAL_MS, endMs(index) - 1)
  }
  concurrencyLimit.take('over', 2)
  concurrencyLimit.refused('over', 10, TYPICAL_MS)
  return concurrencyLimit
}

describe('the capacity of a CEN whose limit is not known', () => {
  it.each([
    [0, 5],
    [4, 5],
    [5, 6],
    [8, 10],
    [20, 25],
    [49, 50],
    [50, 50],
  ])(
    'of which %i are under way is %i: a quarter more, one at least, and never above the ceiling',
    (accepted, expected) => {
      const limit = createConcurrencyLimit(50)
      for (let index = 0; index < accepted; index++) accept(limit, `on-${index}`, 0)
      expect(capacity(limit, 1)).toBe(expected)
      expect(limit.available('nobody', 1)).toBe(expected - accepted)
    },
  )

  it('does not shrink when operations end', () => {
    const limit = createConcurrencyLimit(50)
    for (let index = 0; index < 8; index++) accept(limit, `on-${index}`, 0)
    for (let index = 0; index < 8; index++) limit.release(`on-${index}`, true)
    expect(capacity(limit, 1)).toBe(10)
  })
})

describe('a permit', () => {
  it('that is reserved counts for all others, and for its own call until a second after it should leave', () => {
    const limit = createConcurrencyLimit(1)
    limit.reserve('mine', 2_000)
    expect(limit.hasReservations()).toBe(true)
    expect(limit.taken()).toBe(1)
    expect(limit.available('other', 2_999)).toBe(0)
    expect(limit.available('mine', 2_999)).toBe(1)
    expect(limit.available('other', 3_000)).toBe(1)
    expect(limit.hasReservations()).toBe(false)
  })

  it('whose call has left is no reservation, and its call may leave again whatever the capacity', () => {
    const limit = createConcurrencyLimit(1)
    limit.reserve('mine', 2_000)
    limit.take('mine', 1_000)
    expect(limit.hasReservations()).toBe(false)
    expect(limit.available('mine', 1_001)).toBe(Infinity)
    expect(limit.available('other', 1_001)).toBe(0)
  })

  it('expires 15 s after its call if nothing more is known', () => {
    const limit = createConcurrencyLimit(1)
    limit.take('mine', 1_000)
    expect(limit.available('other', 15_999)).toBe(0)
    expect(limit.available('other', 16_000)).toBe(1)
  })

  it.each([
    [2_000, 10_500],
    [20_000, 33_000],
  ])(
    'of an operation that is read after %i ms expires after %i ms: half as long again, and 3 s',
    (readMs, expiryMs) => {
      const limit = createConcurrencyLimit(1)
      accept(limit, 'mine', 0, readMs)
      expect(limit.available('other', expiryMs - 1)).toBe(0)
      expect(limit.available('other', expiryMs)).toBe(1)
    },
  )

  it('lasts longer with each reading that shows the operation under way', () => {
    const limit = createConcurrencyLimit(1)
    accept(limit, 'mine', 0, 2_000)
    expect(limit.occupy('mine', 10_000, TYPICAL_MS, 2_000)).toBe(false)
    // A call that is repeated meanwhile changes nothing.
    limit.take('mine', 10_001)
    expect(limit.available('other', 20_499)).toBe(0)
    expect(limit.available('other', 20_500)).toBe(1)
  })

  it('is free as soon as the operation has ended or its call was refused', () => {
    const limit = createConcurrencyLimit(2)
    accept(limit, 'first', 0)
    limit.take('second', 0)
    expect(limit.available('other', 1)).toBe(0)
    limit.release('second', false)
    expect(limit.available('other', 1)).toBe(1)
    limit.take('second', 1)
    limit.refused('second', 2, TYPICAL_MS)
    expect(limit.taken()).toBe(1)
  })
})

describe('the limit of a CEN', () => {
  it('is what was in flight beside the call that was refused', () => {
    const limit = createConcurrencyLimit(50)
    for (const key of ['a', 'b', 'c']) accept(limit, key, 0)
    limit.take('called', 1)
    refuse(limit, 'over', 10)
    expect(capacity(limit, 11)).toBe(4)
  })

  it('is not what was reserved', () => {
    const limit = createConcurrencyLimit(50)
    for (const key of ['a', 'b', 'c']) accept(limit, key, 0)
    limit.reserve('waiting', 5_000)
    refuse(limit, 'over', 10)
    expect(capacity(limit, 11)).toBe(3)
  })

  it('does not count, once it was met, operations that may be over already', () => {
    const limit = atLimit(5, (index) => (index === 0 ? 2_300 : LONG_MS))
    limit.release('on-4', true)
    // Twice somebody else's: 8 % of 5 s before its reading on-0 may be over.
    refuse(limit, 'again', 1_950)
    expect(capacity(limit, 1_951)).toBe(3)
  })

  it('is one less for each call that left together with the one that was refused', () => {
    const limit = createConcurrencyLimit(50)
    for (let index = 0; index < 6; index++) accept(limit, `on-${index}`, 0)
    for (const key of ['x', 'y', 'z']) limit.take(key, 2)
    limit.refused('x', 10, TYPICAL_MS)
    expect(capacity(limit, 11)).toBe(8)
    limit.refused('y', 12, TYPICAL_MS)
    expect(capacity(limit, 13)).toBe(7)
    limit.refused('z', 14, TYPICAL_MS)
    expect(capacity(limit, 15)).toBe(6)
  })
})

describe('a probe of the limit', () => {
  it('is one more, 3 s after the limit was met, and one at a time', () => {
    const limit = atLimit(5)
    expect(capacity(limit, 3_009)).toBe(5)
    expect(capacity(limit, 3_010)).toBe(6)
    limit.take('probe', 3_010)
    expect(limit.available('other', 3_011)).toBe(-1)
    expect(capacity(limit, 60_000 - 45_000)).toBe(5)
  })

  it('that ends without an answer makes place for another one', () => {
    const limit = atLimit(5)
    limit.take('probe', 3_010)
    limit.release('probe', false)
    expect(capacity(limit, 3_021)).toBe(6)
  })

  it('that was refused leaves the limit as it is', () => {
    const limit = atLimit(5)
    refuse(limit, 'probe', 3_010)
    expect(capacity(limit, 3_011)).toBe(5)
    // So does another call that was refused while the limit was used to the full.
    refuse(limit, 'other', 3_500)
    expect(capacity(limit, 3_501)).toBe(5)
  })

  it.each([
    [0, 30],
    [1, 36],
    [4, 54],
    [5, 30],
  ])('of CEN %i is repeated after %i attachments, and 3 s', (staggerIndex, completions) => {
    const limit = atLimit(5, undefined, staggerIndex)
    refuse(limit, 'probe', 3_010)
    const complete = (count: number) => {
      for (let index = 0; index < count; index++) {
        limit.release('on-4', true)
        accept(limit, 'on-4', 4_000)
      }
    }
    complete(completions - 1)
    expect(capacity(limit, 60_000)).toBe(5)
    complete(1)
    expect(capacity(limit, 6_009)).toBe(5)
    expect(capacity(limit, 6_010)).toBe(6)
  })

  it('counts attachments that succeeded, each once', () => {
    const limit = atLimit(5)
    refuse(limit, 'probe', 3_010)
    for (let index = 0; index < 60; index++) {
      limit.release('on-4', false)
      limit.release('on-4', true)
      accept(limit, 'on-4', 4_000)
    }
    expect(capacity(limit, 60_000)).toBe(5)
  })

  it('is due at once if the limit of another CEN has moved', () => {
    const limit = atLimit(5)
    refuse(limit, 'probe', 3_010)
    expect(capacity(limit, 60_000)).toBe(5)
    limit.probeNow()
    expect(capacity(limit, 6_009)).toBe(5)
    expect(capacity(limit, 6_010)).toBe(6)
  })

  it('that was accepted shows that the limit has moved: the capacity grows again', () => {
    const limit = atLimit(5)
    expect(accept(limit, 'probe', 3_010)).toBe(false)
    expect(capacity(limit, 3_011)).toBe(7)
    expect(accept(limit, 'next', 3_012)).toBe(false)
    expect(capacity(limit, 3_013)).toBe(8)
  })

  it('reports a limit that has moved after it had held for more than one probe', () => {
    const limit = atLimit(5)
    refuse(limit, 'probe', 3_010)
    limit.probeNow()
    expect(accept(limit, 'probe-2', 6_010)).toBe(true)
  })

  it('that was accepted while others were about to end proves nothing, and is repeated 3 s later', () => {
    const limit = atLimit(5, (index) => (index === 0 ? 3_100 : LONG_MS))
    expect(accept(limit, 'probe', 3_010)).toBe(false)
    limit.release('on-0', true)
    expect(capacity(limit, 6_009)).toBe(5)
    expect(capacity(limit, 6_010)).toBe(6)
  })
})

describe('a CEN that is busy although nothing of this worker is under way', () => {
  it('is left alone for a second, then twice as long each time, at most half a minute', () => {
    const limit = createConcurrencyLimit(50)
    let nowMs = 0
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      refuse(limit, 'first', nowMs)
      expect(limit.estimateWaitMs(3, nowMs + 1, TYPICAL_MS)).toBe(pauseMs - 1)
      expect(capacity(limit, nowMs + pauseMs - 1)).toBe(0)
      nowMs += pauseMs
      // After a pause one goes first.
      expect(capacity(limit, nowMs)).toBe(1)
    }
  })

  it('has one pause for calls that left together', () => {
    const limit = createConcurrencyLimit(50)
    refuse(limit, 'first', 0)
    refuse(limit, 'second', 500)
    expect(capacity(limit, 1_000)).toBe(1)
  })

  it('has its capacity back as soon as it accepts one', () => {
    const limit = createConcurrencyLimit(50)
    refuse(limit, 'first', 0)
    accept(limit, 'first', 1_000)
    expect(capacity(limit, 1_001)).toBe(5)
    limit.release('first', true)
    refuse(limit, 'first', 1_003)
    expect(capacity(limit, 2_002)).toBe(0)
    expect(capacity(limit, 2_003)).toBe(1)
  })
})

describe('a CEN of which somebody else takes slots', () => {
  /** Refuses a call at each time after `fewer` operations have ended; resolves to the limit that is left. */
  const refusedAt = (limit: number, fewer: number, times: readonly number[]) => {
    const concurrencyLimit = atLimit(limit)
    let left = limit
    for (const nowMs of times) {
      for (let index = 0; index < fewer; index++) concurrencyLimit.release(`on-${--left}`, true)
      concurrencyLimit.take(`again-${nowMs}`, nowMs - 1)
      concurrencyLimit.refused(`again-${nowMs}`, nowMs, TYPICAL_MS)
    }
    return capacity(concurrencyLimit, (times.at(-1) ?? 0) + 1)
  }

  it('keeps what is left after the first refusal, which may be chance', () => {
    expect(refusedAt(20, 5, [1_000])).toBe(15)
  })

  it('leaves a quarter of the rest to the other after the second', () => {
    expect(refusedAt(20, 5, [1_000, 2_000])).toBe(7)
    expect(refusedAt(3, 1, [1_000, 2_000])).toBe(1)
  })

  it('does not yield if the refusals are twice the usual time apart', () => {
    expect(refusedAt(20, 5, [1_000, 10_999])).toBe(7)
    expect(refusedAt(20, 5, [1_000, 11_000])).toBe(10)
  })

  it('yields once in the usual time', () => {
    expect(refusedAt(40, 12, [1_000, 2_000, 3_000])).toBe(4)
    expect(refusedAt(40, 12, [1_000, 2_000, 7_001])).toBe(3)
  })

  it('does not yield to a limit that was guessed a tenth too high', () => {
    expect(refusedAt(20, 1, [1_000, 2_000])).toBe(18)
    expect(refusedAt(20, 2, [1_000, 2_000])).toBe(12)
  })
})

describe('the expected wait', () => {
  it('follows the ends of the operations, less the slots that are free', () => {
    const limit = atLimit(5, (index) => (index + 1) * 1_000)
    expect(limit.estimateWaitMs(1, 20, TYPICAL_MS)).toBe(1_980)
    limit.release('on-4', true)
    expect(limit.estimateWaitMs(0, 20, TYPICAL_MS)).toBe(0)
    expect(limit.estimateWaitMs(1, 20, TYPICAL_MS)).toBe(980)
  })

  it('is a round of the usual time longer for each position beyond all operations', () => {
    const limit = atLimit(2, (index) => (index + 1) * 1_000)
    const waits = [0, 1, 2, 3, 4].map((position) => limit.estimateWaitMs(position, 0, TYPICAL_MS))
    expect(waits).toEqual([1_000, 2_000, 6_000, 7_000, 11_000])
    // An operation that is overdue ends at once.
    expect(limit.estimateWaitMs(0, 1_500, TYPICAL_MS)).toBe(0)
  })

  it('takes the usual time for a call of which no answer is known', () => {
    const limit = atLimit(1)
    limit.release('on-0', true)
    limit.take('called', 20)
    expect(limit.estimateWaitMs(0, 30, TYPICAL_MS)).toBe(TYPICAL_MS)
    expect(limit.estimateWaitMs(1, 30, TYPICAL_MS)).toBe(2 * TYPICAL_MS)
  })

  it('is short while the limit is not known: each answer may admit more', () => {
    const limit = createConcurrencyLimit(50)
    expect(limit.estimateWaitMs(4, 0, TYPICAL_MS)).toBe(0)
    expect(limit.estimateWaitMs(7, 0, TYPICAL_MS)).toBe(320)
    for (let index = 0; index < 20; index++) accept(limit, `on-${index}`, 0)
    expect(limit.estimateWaitMs(10, 1, TYPICAL_MS)).toBe(120)
    const full = createConcurrencyLimit(5)
    for (let index = 0; index < 5; index++) accept(full, `on-${index}`, 0, 1_000)
    expect(full.estimateWaitMs(4, 0, TYPICAL_MS)).toBe(1_000)
  })
})
