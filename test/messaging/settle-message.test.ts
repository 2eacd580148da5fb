import { describe, expect, it } from 'vitest'
import { retryAfter } from '../../lib/messaging/disposition.js'
import { returnToQueue, settleMessage } from '../../lib/messaging/settle-message.js'
import { createSim, request } from '../support/sim/sim.js'

async function receiveOne() {
  const sim = createSim()
  sim.queue.send(request())
  const [message] = await sim.queue.receive(1, 0)
  if (!message) throw new Error('a message is there')
  return { ...sim, message, context: sim.createContext() }
}

describe('settling a message', () => {
  it.each([
    [0, 43_140],
    [3_600, 43_140 - 3_600],
    [43_000, 140],
    [50_000, 0],
  ])('asks for at most the rest of 12 hours: after %i s in memory for %i s', async (heldSeconds, most) => {
    const { clock, queue, message, context } = await receiveOne()
    clock.set(message.receivedAtMs + heldSeconds * 1_000)
    await returnToQueue(message, 43_200, queue, context)
    expect(queue.delays).toEqual([most])
  })

  it('asks for whole seconds, rounded up', async () => {
    const { queue, message, context } = await receiveOne()
    expect(await settleMessage(message, retryAfter(1_001, ''), queue, context)).toBe('returned')
    expect(queue.delays).toEqual([2])
  })

  it('does not reject if the receipt handle is stale', async () => {
    const { queue, message, context, lines } = await receiveOne()
    const stale = { ...message, handle: { current: 'stale' } }
    expect(await settleMessage(stale, retryAfter(1_000, ''), queue, context)).toBe('returned')
    expect(lines.map(({ event }) => event)).toContain('message:not-returned')
  })
})
