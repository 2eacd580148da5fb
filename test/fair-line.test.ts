import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairLine } from '../lib/fair-line.js'

describe('a line', () => {
  it('lets the one request of an owner go next, however many of another wait', () => {
    const line = createFairLine()
    for (let index = 0; index < 10_000; index++) line.ahead(`many-${index}`, 'many', 0)
    for (let index = 0; index < 10; index++) line.served(`many-${index}`)
    line.ahead('single', 'few', 0)
    expect(line.turns('single')).toBe(0)
    expect(line.turns('many-5000')).toBeGreaterThan(4_900)
  })

  it('lets it go next, too, where one from the end of the line was served while those before it were away', () => {
    const line = createFairLine()
    for (let index = 0; index < 100; index++) line.ahead(`many-${index}`, 'many', 0)
    line.served('many-99')
    line.ahead('single', 'few', 0)
    expect(line.turns('single')).toBe(0)
  })

  it('gives who was refused after its turn its place again; who has left joins anew', () => {
    const line = createFairLine()
    for (const key of ['refused', 'gone', 'other', 'last']) line.ahead(key, 'one', 0)
    for (const key of ['refused', 'gone']) line.served(key)
    line.left('gone')
    for (const key of ['refused', 'gone']) line.ahead(key, 'one', 100)
    expect(['refused', 'other', 'last', 'gone'].map(line.turns)).toEqual([0, 1, 2, 3])
  })

  it('does not count those whom another process has taken, and gives them their place when they are back', () => {
    const line = createFairLine()
    for (const key of ['taken', 'asleep', 'me']) line.ahead(key, 'one', 0)
    line.comesBack('taken', 6_000, false)
    line.comesBack('asleep', 30_000, false)
    line.comesBack('me', 8_000, false)
    line.ahead('me', 'one', 10_000)
    expect(line.turns('me')).toBe(1)
    line.ahead('taken', 'one', 40_000)
    expect(['taken', 'asleep', 'me'].map(line.turns)).toEqual([0, 1, 1])
  })

  it('waits for those before who are back within moments, and for nobody else', () => {
    const line = createFairLine()
    for (const key of ['soon', 'asleep', 'gone', 'me']) line.ahead(key, 'one', 0)
    line.comesBack('soon', 1_010, true)
    line.comesBack('asleep', 60_000, false)
    line.comesBack('gone', 100, true)
    expect(line.ahead('me', 'one', 1_000)).toBe(1)
  })

  it('does not let one that waits in numbers stand behind another whose requests come one by one', () => {
    const line = createFairLine()
    const present = Array.from({ length: 20 }, (_, index) => `many-${index}`)
    for (const key of present) line.ahead(key, 'many', 0)
    const served: string[] = []
    while (served.length < 20) {
      if (!present.some((key) => key.startsWith('single'))) {
        const key = `single-${served.length}`
        line.ahead(key, 'single', 0)
        present.push(key)
      }
      const next = present.reduce((a, b) => (line.turns(b) < line.turns(a) ? b : a))
      present.splice(present.indexOf(next), 1)
      line.served(next)
      line.left(next)
      served.push(next)
    }
    expect(served.filter((key) => key.startsWith('many')).length).toBeGreaterThanOrEqual(9)
    expect(served.filter((key) => key.startsWith('single')).length).toBeGreaterThanOrEqual(9)
  })

  it('costs nobody a turn who leaves unserved', () => {
    const line = createFairLine()
    for (const key of ['a-0', 'a-1', 'b-0', 'b-1']) line.ahead(key, key[0] ?? '', 0)
    for (let index = 0; index < 50; index++) {
      line.ahead(`a-gone-${index}`, 'a', 0)
      line.left(`a-gone-${index}`)
    }
    line.ahead('a-2', 'a', 0)
    line.ahead('b-2', 'b', 0)
    expect(line.turns('a-2')).toBe(4)
  })

  it('serves every flow: between two turns of one that waits no other has more than two', () => {
    const waiting = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(waiting, (counts) => {
        const line = createFairLine()
        const keys = counts.flatMap((count, flow) =>
          Array.from({ length: count }, (_, index) => ({ key: `${flow}-${index}`, flow })),
        )
        for (const { key, flow } of keys) line.ahead(key, String(flow), 0)
        const order: number[] = []
        const left = new Set(keys)
        while (left.size > 0) {
          const next = [...left].reduce((a, b) => (line.turns(b.key) < line.turns(a.key) ? b : a))
          left.delete(next)
          line.served(next.key)
          order.push(next.flow)
        }
        for (let round = 0; round < Math.min(...counts); round++) {
          const turns = order.slice(0, (round + 1) * counts.length)
          for (const flow of counts.keys())
            expect(turns.filter((one) => one === flow).length).toBeGreaterThanOrEqual(round)
        }
      }),
    )
  })
})
