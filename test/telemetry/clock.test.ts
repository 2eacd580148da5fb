import { describe, expect, it } from 'vitest'
import { systemClock } from '../../lib/telemetry/system-clock.js'

describe('a sleep', () => {
  it('ends when its signal aborts, together with all other sleeps of that signal only', async () => {
    const [stop, other] = [new AbortController(), new AbortController()]
    const ended: string[] = []
    const sleep = (name: string, ms: number, { signal }: AbortController) =>
      systemClock.sleep(ms, signal).then(() => void ended.push(name))
    const over = sleep('over before', 1, stop)
    const long = [sleep('first', 60_000, stop), sleep('second', 60_000, stop)]
    const rest = sleep('of another', 60_000, other)
    await over
    stop.abort()
    await Promise.all(long)
    expect(ended).toEqual(['over before', 'first', 'second'])
    other.abort()
    await rest
  }, 5_000)

  it('does not begin after its signal has aborted', async () => {
    await systemClock.sleep(60_000, AbortSignal.abort())
  }, 5_000)
})
