import { describe, expect, it } from 'vitest'
import { retryAfter, type WaitFor } from '../../lib/messaging/disposition.js'
import { createHolds } from '../../lib/messaging/hold-in-memory.js'

const ROOM = 8

const wait = (waitFor: WaitFor, delayMs: number) => retryAfter(delayMs, 'why', { waitFor })

/** Holds that `count` messages take at once until `release` is called. */
function holding(waitFor: WaitFor, delayMs: number, count: number) {
  const holds = createHolds(ROOM)
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
  ])('for %s of %i ms is the worker’s: %s', (waitFor, delayMs, expected) => {
    expect(createHolds(ROOM).mayHold(wait(waitFor, delayMs))).toBe(expected)
  })

  it.each<[WaitFor, number, number]>([
    ['operation', 30_000, ROOM / 2],
    ['slot-soon', 4_000, ROOM / 4],
    ['proof', 4_000, ROOM / 4],
  ])('for %s takes its share of the room, and no more', async (waitFor, delayMs, share) => {
    const below = holding(waitFor, delayMs, share - 1)
    expect(below.holds.mayHold(wait(waitFor, delayMs))).toBe(true)
    const full = holding(waitFor, delayMs, share)
    expect(full.holds.mayHold(wait(waitFor, delayMs))).toBe(false)
    await full.release()
    expect(full.holds.mayHold(wait(waitFor, delayMs))).toBe(true)
  })

  it('of one kind leaves the share of another alone, and short waits for an operation count against none', async () => {
    const { holds } = holding('slot-soon', 4_000, ROOM)
    expect(holds.mayHold(wait('proof', 4_000))).toBe(true)
    const short = holding('operation', 2_000, ROOM)
    expect(short.holds.mayHold(wait('operation', 30_000))).toBe(true)
    const full = holding('operation', 30_000, ROOM)
    expect(full.holds.mayHold(wait('operation', 2_000))).toBe(true)
  })
})
