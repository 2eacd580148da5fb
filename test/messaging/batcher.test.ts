/** A clock that goes on when the test says so. */
import { describe, expect, it } from 'vitest'
import { type BatchAnswer, countThatFits, splitIntoBatches } from '../../lib/aws/batch.js'
import type { Clock } from '../../lib/domain/clock.js'
import { createBatcher } from '../../lib/messaging/batcher.js'

function handClock() {
  let nowMs = 0
  let sleepers: { atMs: number; wake: () => void }[] = []
  const clock: Clock = {
    now: () => nowMs,
    sleep: (ms) => new Promise((wake) => sleepers.push({ atMs: nowMs + ms, wake })),
  }
  const pass = (ms: number) => {
    nowMs += ms
    for (const { wake } of sleepers.filter(({ atMs }) => atMs <= nowMs)) wake()
    sleepers = sleepers.filter(({ atMs }) => atMs > nowMs)
  }
  return { clock, pass }
}

/** Resolves once everything that can happen without an answer has happened. */
const settled = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))
const allOf = (count: number): BatchAnswer => ({
  Successful: Array.from({ length: count }, (_, index) => ({ Id: String(index) })),
})

interface Call {
  readonly items: readonly string[]
  answer(answer?: BatchAnswer): void
  fail(error: Error): void
}

function setUp(bytesOf?: (item: string) => number) {
  const { clock, pass } = handClock()
  const calls: Call[] = []
  const wish = createBatcher<string>({
    call: (items) =>
      new Promise((resolve, reject) => {
        calls.push({ items, answer: (answer = allOf(items.length)) => resolve(answer), fail: reject })
      }),
    ...(bytesOf && { bytesOf }),
    clock,
  })
  /** Wishes, and what became of each. */
  const outcomes = (...items: string[]) =>
    Promise.all(
      items.map((item) =>
        wish(item).then(
          () => 'done',
          (error: Error) => error.message,
        ),
      ),
    )
  return { calls, outcomes, wish, pass }
}

const many = Array.from({ length: 22 }, (_, index) => `item-${index}`)

describe('what is wished for in the same moment', () => {
  it('leaves at once in full batches, the rest 20 ms later', async () => {
    const { calls, outcomes, pass } = setUp()
    const done = outcomes(...many)
    await settled()
    expect(calls.map(({ items }) => items.length)).toEqual([10, 10])
    calls[0]?.answer()
    calls[1]?.answer()
    pass(19)
    await settled()
    expect(calls).toHaveLength(2)
    pass(1)
    await settled()
    expect(calls.map(({ items }) => items.length)).toEqual([10, 10, 2])
    calls[2]?.answer()
    expect(await done).toEqual(many.map(() => 'done'))
  })

  it('waits for no timer where no call has left lately', async () => {
    const { calls, outcomes, pass } = setUp()
    void outcomes('alone')
    await settled()
    expect(calls.map(({ items }) => items)).toEqual([['alone']])
    pass(20)
    void outcomes('later')
    await settled()
    expect(calls[1]?.items).toEqual(['later'])
  })

  it('goes into one call only as far as its bytes allow', async () => {
    const { calls, outcomes, pass } = setUp(() => 100_000)
    void outcomes('a', 'b', 'c')
    await settled()
    expect(calls.map(({ items }) => items)).toEqual([['a', 'b']])
    pass(20)
    await settled()
    expect(calls[1]?.items).toEqual(['c'])
  })
})

describe('what is wished for soon after a call has left', () => {
  it('goes together 20 ms after it, answered or not', async () => {
    const { calls, outcomes, pass } = setUp()
    void outcomes('hangs')
    await settled()
    pass(5)
    void outcomes('second')
    await settled()
    pass(14)
    void outcomes('third')
    await settled()
    expect(calls).toHaveLength(1)
    pass(1)
    await settled()
    expect(calls[1]?.items).toEqual(['second', 'third'])
  })

  it('leaves as soon as it fills a batch', async () => {
    const { calls, outcomes, pass } = setUp()
    void outcomes('first')
    await settled()
    pass(1)
    void outcomes(...many.slice(0, 10))
    await settled()
    expect(calls[1]?.items).toHaveLength(10)
  })
})

describe('an answer', () => {
  it('counts for each entry by itself', async () => {
    const { calls, outcomes } = setUp()
    const done = outcomes('good', 'bad', 'unnamed')
    await settled()
    calls[0]?.answer({ Successful: [{ Id: '0' }], Failed: [{ Id: '1', Code: 'InternalError', Message: 'no' }] })
    expect(await done).toEqual(['done', 'InternalError: no', 'Unanswered: the answer does not name it'])
  })

  it('that refuses the call as a whole is asked for again, each entry alone', async () => {
    const { calls, outcomes } = setUp()
    const done = outcomes('good', 'bad')
    await settled()
    const refused = () =>
      Object.assign(new Error('no'), { name: 'InvalidParameter', $metadata: { httpStatusCode: 400 } })
    calls[0]?.fail(refused())
    await settled()
    expect(calls.slice(1).map(({ items }) => items)).toEqual([['good'], ['bad']])
    calls[1]?.answer()
    calls[2]?.fail(refused())
    expect(await done).toEqual(['done', 'no'])
  })

  it('that never was, since one entry cannot be written, fails that entry alone', async () => {
    const { calls, outcomes } = setUp()
    const done = outcomes('good', 'bad')
    await settled()
    calls[0]?.fail(new URIError('URI malformed'))
    await settled()
    expect(calls.slice(1).map(({ items }) => items)).toEqual([['good'], ['bad']])
    calls[1]?.answer()
    calls[2]?.fail(new URIError('URI malformed'))
    expect(await done).toEqual(['done', 'URI malformed'])
  })

  it.each<[string, object]>([
    ['an outcome that is not known', { name: 'TimeoutError' }],
    ['a failure of the server', { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }],
    ['a throttle', { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }],
  ])('that is none fails all, and is not asked for again here: %s', async (_name, facts) => {
    const { calls, outcomes } = setUp()
    const done = outcomes('a', 'b')
    await settled()
    calls[0]?.fail(Object.assign(new Error('no answer'), facts))
    expect(await done).toEqual(['no answer', 'no answer'])
    expect(calls).toHaveLength(1)
  })
})

describe('a batch', () => {
  it('has ten entries and 256 KiB at most, and one entry at least', () => {
    expect(countThatFits(Array.from({ length: 30 }, () => 1))).toBe(10)
    expect(countThatFits([262_144, 1])).toBe(1)
    expect(countThatFits([262_143, 1, 1])).toBe(2)
    expect(countThatFits([999_999])).toBe(1)
    expect(countThatFits([])).toBe(0)
    const messages = [...'abcd'].map((body) => ({ body: body.repeat(100_000) }))
    expect([...splitIntoBatches(messages)].map((batch) => batch.length)).toEqual([2, 2])
    expect([...splitIntoBatches(messages, 1)]).toHaveLength(4)
  })

  it('counts the attributes with the bodies, in bytes', () => {
    const half = { body: 'é'.repeat(65_000), attributes: { a: { DataType: 'String', StringValue: 'x'.repeat(2_000) } } }
    expect([...splitIntoBatches([half, half])]).toHaveLength(2)
  })
})
