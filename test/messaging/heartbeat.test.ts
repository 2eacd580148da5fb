import { describe, expect, it } from 'vitest'
import { createHeartbeat } from '../../lib/messaging/heartbeat.js'
import type { ReceivedMessage } from '../../lib/messaging/received-message.js'
import { createVirtualClock } from '../support/sim/virtual-clock.js'

const message = (messageId: string) => ({ messageId }) as ReceivedMessage
const SECONDS = 30

function setUp(extend: (message: ReceivedMessage) => Promise<void> = async () => undefined) {
  const clock = createVirtualClock(0)
  const extensions: string[] = []
  const warnings: string[] = []
  const quiet = () => undefined
  const log = { debug: quiet, info: quiet, error: quiet, warn: (event: string) => void warnings.push(event) }
  const queue = {
    extend: (one: ReceivedMessage, seconds: number) => {
      extensions.push(`${one.messageId} at ${clock.now()} for ${seconds}`)
      return extend(one)
    },
  }
  const heartbeat = createHeartbeat(SECONDS, queue, { clock, log })
  const until = async (ms: number) => {
    await clock.run(() => false, ms)
    clock.set(ms)
  }
  return { heartbeat, extensions, warnings, until }
}

describe('the heartbeat', () => {
  it('extends each message every third of the visibility timeout after it came', async () => {
    const { heartbeat, extensions, until } = setUp()
    heartbeat.keep(message('a'))
    await until(4_000)
    heartbeat.keep(message('b'))
    await until(25_000)
    expect(extensions).toEqual(['a at 10000 for 30', 'b at 14000 for 30', 'a at 20000 for 30', 'b at 24000 for 30'])
  })

  it('continues for the others if one is released, and starts again after the last was released', async () => {
    const { heartbeat, extensions, until } = setUp()
    const [a, b] = [message('a'), message('b')]
    heartbeat.keep(a)
    heartbeat.keep(b)
    await heartbeat.release(a)
    await until(11_000)
    await heartbeat.release(b)
    await until(40_000)
    heartbeat.keep(a)
    await until(51_000)
    expect(extensions).toEqual(['b at 10000 for 30', 'a at 50000 for 30'])
  })

  it('releases a message only after the extension in flight has ended', async () => {
    const answers: (() => void)[] = []
    const { heartbeat, until } = setUp(() => new Promise((resolve) => answers.push(resolve)))
    const one = message('a')
    heartbeat.keep(one)
    await until(10_000)
    const order: string[] = []
    const release = heartbeat.release(one).then(() => order.push('released'))
    await until(11_000)
    order.push('answered')
    answers[0]?.()
    await release
    expect(order).toEqual(['answered', 'released'])
  })

  it('extends again after an extension that failed, and logs the failure', async () => {
    const { heartbeat, extensions, warnings, until } = setUp(() => Promise.reject(new Error('no')))
    heartbeat.keep(message('a'))
    await until(20_000)
    expect(extensions).toHaveLength(2)
    expect(warnings).toEqual(['heartbeat:failed', 'heartbeat:failed'])
  })

  it('extends nothing once it is stopped', async () => {
    const { heartbeat, extensions, until } = setUp()
    heartbeat.keep(message('a'))
    heartbeat.stop()
    await until(60_000)
    expect(extensions).toEqual([])
  })
})
