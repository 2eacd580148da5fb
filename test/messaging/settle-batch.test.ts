import { describe, expect, it } from 'vitest'
import { failureOf } from '../../lib/domain/failure.js'
import type { DeadLetterFacts } from '../../lib/domain/messages/dead-letter.js'
import { type Disposition, retryAfter } from '../../lib/messaging/disposition.js'
import type { SettleQueue } from '../../lib/messaging/message-queue.js'
import type { ReceivedMessage } from '../../lib/messaging/received-message.js'
import { settleBatch } from '../../lib/messaging/settle-batch.js'
import { createSim } from '../support/sim/sim.js'

const complete: Disposition = { action: 'complete' }
const deadLetter: Disposition = {
  action: 'dead-letter',
  reason: 'rejected',
  failure: failureOf({ code: 'Bid.NotFound' }),
  requestId: 'r',
  resultId: 'f',
}

function setUp() {
  const { clock, createContext } = createSim({ settleRetryMs: 2_000 })
  const done: string[] = []
  const queue: SettleQueue = {
    complete: async ({ messageId }) => void done.push(`delete ${messageId}`),
    retry: async ({ messageId }, seconds) => void done.push(`return ${messageId} ${seconds}`),
    deadLetter: async ({ messageId }, { reason }: DeadLetterFacts) =>
      void done.push(`dead-letter ${messageId} ${reason}`),
  }
  const message = (messageId: string, groupId?: string): ReceivedMessage => ({
    messageId,
    handle: { current: messageId },
    body: '{}',
    receiveCount: 1,
    sentAtMs: clock.now(),
    receivedAtMs: clock.now(),
    ...(groupId !== undefined && { groupId }),
  })
  /** Lets the clock run until a batch has answered. */
  const answerOf = async (answer: Promise<string[]>): Promise<string[]> => {
    let over = false
    void answer.then(() => {
      over = true
    })
    await clock.run(() => over, clock.now() + 60_000)
    return answer
  }
  return { clock, context: createContext(), queue, done, message, answerOf }
}

describe('a batch', () => {
  it.each<[string, Record<string, Disposition>, string[], string[]]>([
    ['all done', { a: complete, b: complete }, [], ['delete a', 'delete b']],
    ['one is returned', { a: complete, b: retryAfter(4_200, 'busy') }, ['b'], ['delete a', 'return b 5']],
    ['one is dead-lettered before it is deleted', { a: deadLetter }, [], ['dead-letter a rejected', 'delete a']],
    ['all are returned', { a: retryAfter(0, ''), b: retryAfter(0, '') }, ['a', 'b'], ['return a 0', 'return b 0']],
    ['none', {}, [], []],
  ])('answers with the ids of the returned messages: %s', async (_name, dispositions, returned, did) => {
    const { clock, context, queue, done, message } = setUp()
    const messages = Object.keys(dispositions).map((id) => message(id))
    const handle = async ({ messageId }: ReceivedMessage) => dispositions[messageId] ?? complete
    const answer = settleBatch({ messages, handle, queue, fifo: false, deadlineMs: clock.now() + 30_000 }, context)
    expect(await answer).toEqual(returned)
    expect(done.sort()).toEqual([...did].sort())
  })

  it('returns the message whose dead letter could not be sent, and deletes nothing', async () => {
    const { clock, context, queue, done, message, answerOf } = setUp()
    const refusing: SettleQueue = { ...queue, deadLetter: () => Promise.reject(new Error('refused')) }
    const batch = {
      messages: [message('a')],
      handle: async () => deadLetter,
      queue: refusing,
      fifo: false,
      deadlineMs: clock.now() + 30_000,
    }
    expect(await answerOf(settleBatch(batch, context))).toEqual(['a'])
    expect(done).toEqual([expect.stringMatching(/^return a \d+$/)])
  })

  it('answers even if every call of the queue fails', async () => {
    const { clock, context, message, answerOf } = setUp()
    const fail = () => Promise.reject(new Error('the queue is gone'))
    const broken: SettleQueue = { complete: fail, retry: fail, deadLetter: fail }
    const handle = async ({ messageId }: ReceivedMessage) => (messageId === 'a' ? retryAfter(1_000, '') : deadLetter)
    const batch = {
      messages: [message('a'), message('b')],
      handle,
      queue: broken,
      fifo: false,
      deadlineMs: clock.now() + 30_000,
    }
    expect(await answerOf(settleBatch(batch, context))).toEqual(['a', 'b'])
  })

  it('keeps the order of a FIFO group: after a returned message the rest of its group is returned unhandled', async () => {
    const { clock, context, queue, done, message } = setUp()
    const handled: string[] = []
    const handle = async ({ messageId }: ReceivedMessage) => {
      handled.push(messageId)
      return messageId === 'A2' ? retryAfter(10_000, 'busy') : complete
    }
    const messages = [
      message('A1', 'A'),
      message('B1', 'B'),
      message('A2', 'A'),
      message('A3', 'A'),
      message('B2', 'B'),
    ]
    const returned = await settleBatch(
      { messages, handle, queue, fifo: true, deadlineMs: clock.now() + 30_000 },
      context,
    )
    expect(returned).toEqual(['A2', 'A3'])
    expect(handled).not.toContain('A3')
    expect(done).toContain('return A3 0')
    expect(handled.filter((id) => id.startsWith('B'))).toEqual(['B1', 'B2'])
  })

  it('answers before its deadline, with the unfinished messages among the returned ids', async () => {
    const { clock, context, queue, done, message } = setUp()
    const handle = async ({ messageId }: ReceivedMessage) => {
      if (messageId === 'slow') await clock.sleep(60_000)
      return complete
    }
    let answer: string[] | undefined
    const batch = {
      messages: [message('quick'), message('slow')],
      handle,
      queue,
      fifo: false,
      deadlineMs: clock.now() + 30_000,
    }
    void settleBatch(batch, context).then((ids) => {
      answer = ids
    })
    await clock.run(() => answer !== undefined, clock.now() + 29_800)
    expect(answer).toEqual(['slow'])
    // A message that ends after the answer must not be deleted: the host already counts it as returned.
    await clock.run(() => false, clock.now() + 120_000)
    expect(done).toEqual(['delete quick'])
  })

  it('returns at once the messages that could not be begun in time', async () => {
    const { clock, context, queue, done, message } = setUp()
    let begun = 0
    const handle = async () => {
      begun += 1
      return complete
    }
    const batch = { messages: [message('a'), message('b')], handle, queue, fifo: false, deadlineMs: clock.now() + 500 }
    expect(await settleBatch(batch, context)).toEqual(['a', 'b'])
    expect(begun).toBe(0)
    expect(done).toEqual(['return a 0', 'return b 0'])
  })
})
