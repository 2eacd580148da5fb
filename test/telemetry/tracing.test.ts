/** Sending spans, also to collectors that fail. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../lib/domain/clock.js'
import type { Log } from '../../lib/telemetry/log.js'
import { startTracing } from '../../lib/telemetry/tracing.js'
import { startOtlpReceiver } from '../support/otlp-receiver.js'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

function createDesk() {
  const lines: unknown[] = []
  const write: Log['info'] = (event, fields) => void lines.push({ event, ...fields })
  const log: Log = { debug: write, info: write, warn: write, error: write }
  let nowMs = 1_000_000
  /** A sleep ends at once, unless its signal ends it before. */
  const clock: Clock = {
    now: () => nowMs,
    async sleep(ms, signal) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (!signal?.aborted) nowMs += ms
    },
  }
  return {
    log,
    clock,
    lines,
    pass(ms: number) {
      nowMs += ms
    },
  }
}

async function startReceiver(...answer: Parameters<typeof startOtlpReceiver>) {
  const receiver = await startOtlpReceiver(...answer)
  stops.push(receiver.stop)
  return receiver
}

const settings = (url: string, timeoutMs = 60_000) => ({
  url: `${url}/v1/traces`,
  headers: { 'api-key': 'hush' },
  resource: { 'service.name': 'a' },
  timeoutMs,
})
const START = Date.parse('2026-11-25T12:00:00Z')
const one = { kind: 'call', name: 'AttachCenChildInstance', startedMs: START, parent: undefined } as const

describe('spans', () => {
  it('are flushed within the bound, with the configured headers', async () => {
    const receiver = await startReceiver()
    const { log, lines } = createDesk()
    const { systemClock } = await import('../../lib/telemetry/system-clock.js')
    const tracing = startTracing(settings(receiver.url), log, systemClock)
    tracing.observer.span(one).end(START + 250, {
      action: 'AttachCenChildInstance',
      code: 'Throttling',
      tookMs: 250,
      correlationId: 'Bearer hush',
    })
    await tracing.flush(30_000)
    expect(receiver.faults).toEqual([])
    expect(receiver.spans).toMatchObject([
      {
        name: 'AttachCenChildInstance',
        kind: 3,
        tookMs: 250,
        status: { code: 2 },
        facts: { 'error.type': 'Throttling', 'cen_attach.tookMs': 250 },
        resource: { 'service.name': 'a' },
      },
    ])
    expect(JSON.stringify(receiver.spans)).not.toContain('hush')
    expect(receiver.requests).toMatchObject([{ path: '/v1/traces', headers: { 'api-key': 'hush' } }])
    await tracing.stop(30_000)
    expect(lines).toEqual([])
  })

  it('delay no flush and no stop beyond the bound if the collector hangs', async () => {
    const receiver = await startReceiver(() => undefined)
    const { log, clock, lines, pass } = createDesk()
    const tracing = startTracing(settings(receiver.url), log, clock)
    const flush = async () => {
      tracing.observer.span(one).end(START + 250, {})
      const before = clock.now()
      await tracing.flush(500)
      return clock.now() - before
    }
    expect(await flush()).toBe(500)
    expect(await flush()).toBe(0)
    pass(60_000)
    expect(await flush()).toBe(500)
    await tracing.stop(2_000)
    expect(lines).toEqual([
      { event: 'spans:lost', error: 'Timeout', code: undefined },
      { event: 'spans:lost', error: 'Timeout', code: undefined },
    ])
  }, 10_000)

  it.each<[string, Parameters<typeof startOtlpReceiver>[0]]>([
    [
      'refuses, and quotes what it was sent',
      (response, { headers }) => void response.writeHead(400).end(JSON.stringify(headers)),
    ],
    ['cuts the connection', (_response, { socket }) => void socket.destroy()],
  ])(
    'are lost if the collector %s: that is logged once, without the text of the error',
    async (_name, answer) => {
      const receiver = await startReceiver(answer)
      const { log, lines } = createDesk()
      const { systemClock } = await import('../../lib/telemetry/system-clock.js')
      const tracing = startTracing(settings(receiver.url, 300), log, systemClock)
      for (let times = 0; times < 3; times++) {
        tracing.observer.span(one).end(START + 250, {})
        await tracing.flush(5_000)
      }
      await tracing.stop(5_000)
      expect(lines).toHaveLength(1)
      expect(JSON.stringify(lines)).not.toContain('hush')
    },
    20_000,
  )
})
