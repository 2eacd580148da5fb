import { describe, expect, it } from 'vitest'
import { createHeartbeat } from '../../lib/messaging/heartbeat.js'
import type { ReceivedMessage } from '../../lib/messaging/received-message.js'
import { createVirtualClock } from '../support/sim/virtual-clock.js'

const message = (messageId: string) => ({ messageId }) as ReceivedMessage
const SECONDS = 30

function setUp(extend: (message: ReceivedMessage) => Promise<void> = async () => undefined) {
  const clock = createVirtualClock(0)
  const beats: string[] = []
  const warnings: string[] = []
  const quiet = () => undefined
  const log = { debug: quiet, info: quiet, error: quiet, warn: (event: string) => void warnings.push(event) }
  const queue = {
    extend: (one: ReceivedMessage, seconds: number) => {
      beats.push(`${one.messageId} at ${clock.now()} for ${seconds}`)
      return extend(one)
    },
  }
  const heartbeat = createHeartbeat(SECONDS, queue, { clock, log })
  const until = async (ms: number) => {
    await clock.run(() => false, ms)
    clock.set(ms)
  }
  return { heartbeat, beats, warnings, until }
}

describe('the heartbeat', () => {
  it('beats for each message at a third of the visibility timeout since it came', async () => {
    const { heartbeat, beats, until } = setUp()
    heartbeat.keep(message('a'))
    await until(4_000)
    heartbeat.keep(message('b'))
    await until(25_000)
    expect(beats).toEqual(['a at 10000 for 30', 'b at 14000 for 30', 'a at 20000 for 30', 'b at 24000 for 30'])
  })

  it('goes on for the others where one is released, and begins anew after the last', async () => {
    const { heartbeat, beats, until } = setUp()
    const [a, b] = [message('a'), message('b')]
    heartbeat.keep(a)
    heartbeat.keep(b)
    await heartbeat.release(a)
    await until(11_000)
    await heartbeat.release(b)
    await until(40_000)
    heartbeat.keep(a)
    await until(51_000)
    expect(beats).toEqual(['b at 10000 for 30', 'a at 50000 for 30'])
  })

  it('releases only when the beat under way is over', async () => {
    const answers: (() => void)[] = []
    const { heartbeat, until } = setUp(() => new Promise((resolve) => answers.push(resolve)))
    const one = message('a')
    heartbeat.keep(one)
    await until(10_000)
    const said: string[] = []
    const release = heartbeat.release(one).then(() => said.push('released'))
    await until(11_000)
    said.push('answered')
    answers[0]?.()
    await release
    expect(said).toEqual(['answered', 'released'])
  })

  it('beats again after a beat that failed, and says so', async () => {
    const { heartbeat, beats, warnings, until } = setUp(() => Promise.reject(new Error('no')))
    heartbeat.keep(message('a'))
    await until(20_000)
    expect(beats).toHaveLength(2)
    expect(warnings).toEqual(['heartbeat:failed', 'heartbeat:failed'])
  })

  it('beats for nothing once it is stopped', async () => {
    const { heartbeat, beats, until } = setUp()
    heartbeat.keep(message('a'))
    heartbeat.stop()
    await until(60_000)
    expect(beats).toEqual([])
  })
})
