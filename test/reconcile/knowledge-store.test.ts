import { describe, expect, it } from 'vitest'
import type { Knowledge } from '../../lib/reconcile/decision/situation.js'
import { createKnowledgeStore } from '../../lib/reconcile/knowledge-store.js'
import { createRecentIds } from '../../lib/reconcile/recent-ids.js'
import { message } from '../support/reconcile-context.js'

const observed: Knowledge = { is: 'observed', state: { status: 'absent' } }
const untried: Knowledge = { is: 'untried' }
const unknown: Knowledge = { is: 'unknown' }

describe('what is known of a message', () => {
  it('is nothing, unless it was never handled before', () => {
    const store = createKnowledgeStore()
    expect(store.take(message({ receiveCount: 1 }), 0)).toEqual(untried)
    expect(store.take(message({ receiveCount: 2 }), 0)).toEqual(unknown)
    expect(store.take(message({ receiveCount: 1, heldFor: 'slot' }), 0)).toEqual(unknown)
  })

  it('holds for the next pass of the delivery, or for the next delivery, and once only', () => {
    for (const receiveCount of [4, 5]) {
      const store = createKnowledgeStore()
      store.keep(message({ receiveCount: 4 }), observed)
      expect(store.take(message({ messageId: 'other', receiveCount }), 0)).toEqual(unknown)
      expect(store.take(message({ receiveCount }), 0)).toEqual(observed)
      expect(store.take(message({ receiveCount }), 0)).toEqual(unknown)
    }
    const store = createKnowledgeStore()
    store.keep(message({ receiveCount: 4 }), observed)
    expect(store.take(message({ receiveCount: 6 }), 0)).toEqual(unknown)
  })

  it('is kept only if a later pass may rely on it', () => {
    const store = createKnowledgeStore()
    store.keep(message({ receiveCount: 1, heldFor: 'slot' }), untried)
    expect(store.take(message({ receiveCount: 1, heldFor: 'slot' }), 0)).toEqual(untried)
    for (const knowledge of [unknown, { is: 'pending', write: 'attach' }] as Knowledge[]) {
      store.keep(message(), knowledge)
      expect(store.take(message(), 0)).toEqual(unknown)
    }
  })

  it('that may not be relied on for long is forgotten then', () => {
    const store = createKnowledgeStore()
    for (const [nowMs, known] of [
      [5_000, observed],
      [5_001, unknown],
    ] as const) {
      store.keep(message(), observed, 5_000)
      expect(store.take(message(), nowMs)).toEqual(known)
    }
  })

  it('includes that it was written for, until the message ends, whoever handled it in between', () => {
    const store = createKnowledgeStore()
    store.take(message({ receiveCount: 1 }), 0)
    expect(store.hasWritten(message())).toBe(false)
    store.wrote(message({ receiveCount: 1 }))
    store.take(message({ receiveCount: 7 }), 0)
    store.keep(message({ receiveCount: 7 }), observed)
    expect(store.hasWritten(message())).toBe(true)
    store.forget(message())
    expect(store.hasWritten(message())).toBe(false)
  })

  it('is forgotten for the oldest message first', () => {
    const store = createKnowledgeStore(2)
    for (const messageId of ['a', 'b', 'c']) store.keep(message({ messageId }), observed)
    expect(['c', 'b', 'a'].map((messageId) => store.take(message({ messageId }), 0).is)).toEqual([
      'observed',
      'observed',
      'unknown',
    ])
  })
})

describe('a store', () => {
  const passes: [string, [receiveCount: number, heldFor?: 'slot'][], boolean][] = [
    ['the first delivery', [[1]], true],
    ['the first delivery, after a wait in memory', [[1], [1, 'slot']], true],
    ['each delivery', [[1], [2], [2, 'slot'], [3]], true],
    ['only a later delivery', [[2]], false],
    ['not the delivery between', [[1], [3]], false],
    ['not the delivery between, although the next ones', [[1], [3], [4]], false],
    ['only the second pass of the first delivery', [[1, 'slot']], false],
  ]
  it.each(passes)('has all passes of a message, or not: it saw %s', (_name, seen, expected) => {
    const store = createKnowledgeStore()
    expect(store.hasAllPasses(message())).toBe(false)
    for (const [receiveCount, heldFor] of seen) {
      const one = message({ receiveCount, ...(heldFor && { heldFor }) })
      store.take(one, 0)
      store.keep(one, observed)
    }
    expect(store.hasAllPasses(message())).toBe(expected)
  })
})

describe('recent ids', () => {
  it('are known until so many more were added', () => {
    const ids = createRecentIds(2)
    for (const id of ['a', 'b']) ids.add(id)
    expect(['a', 'b'].map((id) => ids.has(id))).toEqual([true, true])
    ids.add('c')
    expect(['a', 'b', 'c'].map((id) => ids.has(id))).toEqual([false, true, true])
  })
})
