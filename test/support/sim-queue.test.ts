import { describe, expect, it } from 'vitest'
import { createSimQueue } from './sim/sim-queue.js'
import { createVirtualClock } from './sim/virtual-clock.js'

describe('a long poll of the simulated queue', () => {
  it('ends when a message is sent, or becomes visible sooner than was known', async () => {
    const clock = createVirtualClock(0)
    const queue = createSimQueue(clock)
    const seen: string[] = []
    const poll = async (name: string) => {
      const [message] = await queue.receive(10, 20)
      seen.push(`${name}: ${message?.body} at ${clock.now()}`)
      return message
    }
    const until = (ms: number) => clock.run(() => false, ms)
    const first = poll('sent')
    void clock.sleep(3_000).then(() => queue.send('one'))
    await until(3_000)
    const message = await first
    const second = poll('returned')
    void clock.sleep(1_000).then(() => message && queue.retry(message, 6))
    await until(60_000)
    await second
    await Promise.all([poll('empty'), until(90_000)])
    expect(seen).toEqual(['sent: one at 3000', 'returned: one at 10000', 'empty: undefined at 30000'])
  })
})
