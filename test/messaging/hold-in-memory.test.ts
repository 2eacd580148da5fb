import { describe, expect, it } from 'vitest'
import { retryAfter, type WaitFor } from '../../lib/messaging/disposition.js'
import { createHolds } from '../../lib/messaging/hold-in-memory.js'

const CAPACITY = 8

const wait = (waitFor: WaitFor, delayMs: number) => retryAfter(delayMs, 'why', { waitFor })

/** Holds that `count` messages take at once until `release` is called. */
function holding(waitFor: WaitFor, delayMs: number, count: number) {
  const holds = createHolds(CAPACITY)
  const ends: (() => void)[] = []
  const waits = Array.from({ length: count }, () =>
    holds.during(wait(waitFor, delayMs), () => new Promise<void>((resolve) => void ends.push(resolve))),
  )
  const release = async () => {
    for (const end of ends) end()
    await Promise.all(waits)
  }
  return { holds, release }
}

describe('a wait in memory', () => {
  it.each<[WaitFor, number, boolean]>([
    ['backoff', 5_000, true],
    ['backoff', 5_001, false],
    ['slot', 5_000, true],
    ['slot', 5_001, false],
    ['slot-soon', 5_000, true],
    ['proof', 5_000, true],
    ['paused', 10_000, false],
    ['operation', 60_000, true],
    ['operation', 60_001, false],
    ['publish', 0, false],
  ])('for %s of %i ms is allowed: %s', (waitFor, delayMs, expected) => {
    expect(createHolds(CAPACITY).mayHold(wait(waitFor, delayMs))).toBe(expected)
  })

  it.each<[WaitFor, number, number]>([
    ['operation', 30_000, CAPACITY / 2],
    ['slot-soon', 4_000, CAPACITY / 4],
    ['proof', 4_000, CAPACITY / 4],
  ])('for %s takes at most its share of the capacity', async (waitFor, delayMs, share) => {
    const below = holding(waitFor, delayMs, share - 1)
    expect(below.holds.mayHold(wait(waitFor, delayMs))).toBe(true)
    const full = holding(waitFor, delayMs, share)
    expect(full.holds.mayHold(wait(waitFor, delayMs))).toBe(false)
    await full.release()
    expect(full.holds.mayHold(wait(waitFor, delayMs))).toBe(true)
  })

  it('of one kind takes no share of another, and a short wait for an operation takes none', async () => {
    const { holds } = holding('slot-soon', 4_000, CAPACITY)
    expect(holds.mayHold(wait('proof', 4_000))).toBe(true)
    const short = holding('operation', 2_000, CAPACITY)
    expect(short.holds.mayHold(wait('operation', 30_000))).toBe(true)
    const full = holding('operation', 30_000, CAPACITY)
    expect(full.holds.mayHold(wait('operation', 2_000))).toBe(true)
  })
})
