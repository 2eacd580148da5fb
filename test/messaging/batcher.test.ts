import { describe, expect, it } from 'vitest'
import { AWS_BATCHES, type BatchAnswer, countThatFits, splitIntoBatches } from '../../lib/aws/batch.js'
import type { Clock } from '../../lib/domain/clock.js'
import { createBatcher } from '../../lib/messaging/batcher.js'

/** A clock that stands until the test advances it. */
function createManualClock() {
  let nowMs = 0
  let sleepers: { atMs: number; wake: () => void }[] = []
  const clock: Clock = {
    now: () => nowMs,
    sleep: (ms) => new Promise((wake) => sleepers.push({ atMs: nowMs + ms, wake })),
  }
  const advance = (ms: number) => {
    nowMs += ms
    for (const { wake } of sleepers.filter(({ atMs }) => atMs <= nowMs)) wake()
    sleepers = sleepers.filter(({ atMs }) => atMs > nowMs)
  }
  return { clock, advance }
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
  const { clock, advance } = createManualClock()
  const calls: Call[] = []
  const send = createBatcher<string, BatchAnswer>({
    call: (items) =>
      new Promise((resolve, reject) => {
        calls.push({ items, answer: (answer = allOf(items.length)) => resolve(answer), fail: reject })
      }),
    rules: AWS_BATCHES,
    ...(bytesOf && { bytesOf }),
    clock,
  })
  /** Sends items; resolves to the outcome of each. */
  const outcomes = (...items: string[]) =>
    Promise.all(
      items.map((item) =>
        send(item).then(
          () => 'done',
          (error: Error) => error.message,
        ),
      ),
    )
  return { calls, outcomes, advance }
}

const many = Array.from({ length: 22 }, (_, index) => `item-${index}`)

describe('items of the same moment', () => {
  it('leave at once in full batches, the rest 20 ms later', async () => {
    const { calls, outcomes, advance } = setUp()
    const done = outcomes(...many)
    await settled()
    expect(calls.map(({ items }) => items.length)).toEqual([10, 10])
    calls[0]?.answer()
    calls[1]?.answer()
    advance(19)
    await settled()
    expect(calls).toHaveLength(2)
    advance(1)
    await settled()
    expect(calls.map(({ items }) => items.length)).toEqual([10, 10, 2])
    calls[2]?.answer()
    expect(await done).toEqual(many.map(() => 'done'))
  })

  it('wait for no timer if no call has left in the last 20 ms', async () => {
    const { calls, outcomes, advance } = setUp()
    void outcomes('alone')
    await settled()
    expect(calls.map(({ items }) => items)).toEqual([['alone']])
    advance(20)
    void outcomes('later')
    await settled()
    expect(calls[1]?.items).toEqual(['later'])
  })

  it('share a call only as far as its bytes allow', async () => {
    const { calls, outcomes, advance } = setUp(() => 100_000)
    void outcomes('a', 'b', 'c')
    await settled()
    expect(calls.map(({ items }) => items)).toEqual([['a', 'b']])
    advance(20)
    await settled()
    expect(calls[1]?.items).toEqual(['c'])
  })
})

describe('items that follow a call within 20 ms', () => {
  it('leave together 20 ms after it, answered or not', async () => {
    const { calls, outcomes, advance } = setUp()
    void outcomes('hangs')
    await settled()
    advance(5)
    void outcomes('second')
    await settled()
    advance(14)
    void outcomes('third')
    await settled()
    expect(calls).toHaveLength(1)
    advance(1)
    await settled()
    expect(calls[1]?.items).toEqual(['second', 'third'])
  })

  it('leave as soon as they fill a batch', async () => {
    const { calls, outcomes, advance } = setUp()
    void outcomes('first')
    await settled()
    advance(1)
    void outcomes(...many.slice(0, 10))
    await settled()
    expect(calls[1]?.items).toHaveLength(10)
  })
})

describe('the answer to a batch', () => {
  it('counts for each entry by itself', async () => {
    const { calls, outcomes } = setUp()
    const done = outcomes('good', 'bad', 'unnamed')
    await settled()
    calls[0]?.answer({ Successful: [{ Id: '0' }], Failed: [{ Id: '1', Code: 'InternalError', Message: 'no' }] })
    expect(await done).toEqual(['done', 'InternalError: no', 'Unanswered: the answer does not name it'])
  })

  it('refuses the call as a whole: each entry is sent again alone', async () => {
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

  it('is missing because one entry cannot be serialised: that entry alone fails', async () => {
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
    ['an unknown outcome', { name: 'TimeoutError' }],
    ['a failure of the server', { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }],
    ['a throttle', { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }],
  ])('is missing: all entries fail, and none is sent again: %s', async (_name, facts) => {
    const { calls, outcomes } = setUp()
    const done = outcomes('a', 'b')
    await settled()
    calls[0]?.fail(Object.assign(new Error('no answer'), facts))
    expect(await done).toEqual(['no answer', 'no answer'])
    expect(calls).toHaveLength(1)
  })
})

describe('a batch', () => {
  it('has at most ten entries and 256 KiB, and at least one entry', () => {
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
