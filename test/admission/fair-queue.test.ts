import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairQueue } from '../../lib/admission/fair-queue.js'

describe('a fair queue', () => {
  it('serves the only request of an owner next, however many of another owner wait', () => {
    const queue = createFairQueue()
    for (let index = 0; index < 10_000; index++) queue.countAhead(`many-${index}`, 'many', 0)
    for (let index = 0; index < 10; index++) queue.serve(`many-${index}`)
    queue.countAhead('single', 'few', 0)
    expect(queue.position('single')).toBe(0)
    expect(queue.position('many-5000')).toBeGreaterThan(4_900)
  })

  it('serves it next even if the last entry was served ahead of absent ones', () => {
    const queue = createFairQueue()
    for (let index = 0; index < 100; index++) queue.countAhead(`many-${index}`, 'many', 0)
    queue.serve('many-99')
    queue.countAhead('single', 'few', 0)
    expect(queue.position('single')).toBe(0)
  })

  it('gives an entry that was served and refused its position again, and one that left a new position', () => {
    const queue = createFairQueue()
    for (const key of ['refused', 'gone', 'other', 'last']) queue.countAhead(key, 'one', 0)
    for (const key of ['refused', 'gone']) queue.serve(key)
    queue.leave('gone')
    for (const key of ['refused', 'gone']) queue.countAhead(key, 'one', 100)
    expect(['refused', 'other', 'last', 'gone'].map(queue.position)).toEqual([0, 1, 2, 3])
  })

  it('gives an entry its position again however long it was served, if it was kept', () => {
    const queue = createFairQueue()
    for (const key of ['kept', 'forgotten', 'other']) queue.countAhead(key, 'one', 0)
    for (const key of ['kept', 'forgotten']) queue.serve(key)
    for (let nowMs = 0; nowMs <= 600_000; nowMs += 100_000) {
      queue.keepPosition('kept', nowMs + 100_000)
      queue.countAhead('other', 'one', nowMs)
    }
    for (const key of ['forgotten', 'kept']) queue.countAhead(key, 'one', 600_100)
    expect(['kept', 'other', 'forgotten'].map(queue.position)).toEqual([0, 1, 2])
    // One that waits is expected when it said so.
    queue.keepPosition('other', 900_000)
    queue.countAhead('kept', 'one', 604_000)
    expect(['kept', 'other', 'forgotten'].map(queue.position)).toEqual([0, 1, 1])
  })

  it('does not count entries that another process took, and gives them their position when they return', () => {
    const queue = createFairQueue()
    for (const key of ['taken', 'asleep', 'me']) queue.countAhead(key, 'one', 0)
    queue.scheduleReturn('taken', 6_000, false)
    queue.scheduleReturn('asleep', 30_000, false)
    queue.scheduleReturn('me', 8_000, false)
    queue.countAhead('me', 'one', 10_000)
    expect(queue.position('me')).toBe(1)
    queue.countAhead('taken', 'one', 40_000)
    expect(['taken', 'asleep', 'me'].map(queue.position)).toEqual([0, 1, 1])
  })

  it('counts entries ahead only if they are in memory and due at once', () => {
    const queue = createFairQueue()
    for (const key of ['soon', 'asleep', 'gone', 'me']) queue.countAhead(key, 'one', 0)
    queue.scheduleReturn('soon', 1_010, true)
    queue.scheduleReturn('asleep', 60_000, false)
    queue.scheduleReturn('gone', 100, true)
    expect(queue.countAhead('me', 'one', 1_000)).toBe(1)
  })

  it('serves a flow with a backlog as often as one whose requests arrive singly', () => {
    const queue = createFairQueue()
    const present = Array.from({ length: 20 }, (_, index) => `many-${index}`)
    for (const key of present) queue.countAhead(key, 'many', 0)
    const serve: string[] = []
    while (serve.length < 20) {
      if (!present.some((key) => key.startsWith('single'))) {
        const key = `single-${serve.length}`
        queue.countAhead(key, 'single', 0)
        present.push(key)
      }
      const next = present.reduce((a, b) => (queue.position(b) < queue.position(a) ? b : a))
      present.splice(present.indexOf(next), 1)
      queue.serve(next)
      queue.leave(next)
      serve.push(next)
    }
    expect(serve.filter((key) => key.startsWith('many')).length).toBeGreaterThanOrEqual(9)
    expect(serve.filter((key) => key.startsWith('single')).length).toBeGreaterThanOrEqual(9)
  })

  it('does not count entries that leave unserved against their flow', () => {
    const queue = createFairQueue()
    for (const key of ['a-0', 'a-1', 'b-0', 'b-1']) queue.countAhead(key, key[0] ?? '', 0)
    for (let index = 0; index < 50; index++) {
      queue.countAhead(`a-gone-${index}`, 'a', 0)
      queue.leave(`a-gone-${index}`)
    }
    queue.countAhead('a-2', 'a', 0)
    queue.countAhead('b-2', 'b', 0)
    expect(queue.position('a-2')).toBe(4)
  })

  it('serves every flow in turn: after n rounds each has been served n - 1 times at least', () => {
    const waiting = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(waiting, (counts) => {
        const queue = createFairQueue()
        const keys = counts.flatMap((count, flow) =>
          Array.from({ length: count }, (_, index) => ({ key: `${flow}-${index}`, flow })),
        )
        for (const { key, flow } of keys) queue.countAhead(key, String(flow), 0)
        const order: number[] = []
        const leave = new Set(keys)
        while (leave.size > 0) {
          const next = [...leave].reduce((a, b) => (queue.position(b.key) < queue.position(a.key) ? b : a))
          leave.delete(next)
          queue.serve(next.key)
          order.push(next.flow)
        }
        for (let round = 0; round < Math.min(...counts); round++) {
          const position = order.slice(0, (round + 1) * counts.length)
          for (const flow of counts.keys())
            expect(position.filter((one) => one === flow).length).toBeGreaterThanOrEqual(round)
        }
      }),
    )
  })
})
