import { afterEach, describe, expect, it } from 'vitest'
import type { BreakerStatus } from '../../lib/admission/circuit-breaker.js'
import { type Answer, failureOf } from '../../lib/domain/failure.js'
import type { MessageQueue } from '../../lib/messaging/message-queue.js'
import { runPollLoop } from '../../lib/messaging/poll-loop.js'
import { createWorkerHealth, POLL_LIMIT_MS } from '../../lib/telemetry/health.js'
import { NO_OBSERVER } from '../../lib/telemetry/observer.js'
import { type Prometheus, startPrometheus } from '../../lib/telemetry/prometheus.js'
import { createVirtualClock } from '../support/sim/virtual-clock.js'

const OK: Answer<unknown> = { ok: true, value: {} }
const refused = (code: string, httpStatus = 403): Answer<unknown> => ({
  ok: false,
  failure: failureOf({ code, httpStatus }),
})

interface Worker {
  readonly breaker?: BreakerStatus
  readonly identity?: () => Promise<Answer<unknown>>
  readonly stop?: AbortSignal
}

function createWatchedHealth(worker: Worker = {}) {
  const clock = createVirtualClock()
  const health = createWorkerHealth(clock)
  const { breaker = { paused: false }, identity = async () => OK, stop = new AbortController().signal } = worker
  health.watch({ breaker: { status: () => breaker }, identity, stop })
  return { clock, health }
}

describe('a worker', () => {
  it('is alive as long as its poll loop runs', () => {
    const { clock, health } = createWatchedHealth()
    clock.set(clock.now() + POLL_LIMIT_MS)
    expect(health.alive()).toEqual({ ok: true, checks: { pollLoop: 'ok' } })
    clock.set(clock.now() + 1_000)
    expect(health.alive()).toEqual({ ok: false, checks: { pollLoop: 'has not run for 121 s' } })
    health.polled()
    expect(health.alive().ok).toBe(true)
  })

  it('is ready if the queue was read, the identity is good and the circuit breaker is closed', async () => {
    const { health } = createWatchedHealth()
    expect(await health.ready()).toMatchObject({ ok: false, checks: { queue: 'not read yet' } })
    expect(await health.reading(Promise.resolve(7))).toBe(7)
    const checks = { worker: 'ok', queue: 'ok', identity: 'ok', circuitBreaker: 'ok' }
    expect(await health.ready()).toEqual({ ok: true, checks })
  })

  it('is not ready before it works', async () => {
    expect((await createWorkerHealth(createVirtualClock()).ready()).checks).toEqual({ worker: 'starting' })
  })

  it.each<[string, Worker, object]>([
    [
      'its identity is refused',
      { identity: async () => refused('InvalidAccessKeyId.NotFound') },
      { identity: 'refused: InvalidAccessKeyId.NotFound' },
    ],
    [
      'its circuit breaker is open',
      { breaker: { paused: true, code: 'NoPermission' } },
      { circuitBreaker: 'open: NoPermission' },
    ],
    ['it stops', { stop: AbortSignal.abort() }, { worker: 'stopping' }],
  ])('is not ready if %s', async (_why, worker, checks) => {
    const { health } = createWatchedHealth(worker)
    await health.reading(Promise.resolve())
    expect(await health.ready()).toMatchObject({ ok: false, checks })
  })

  it('is not ready while the queue cannot be read, and no text of the error is shown', async () => {
    const { health } = createWatchedHealth()
    const error = Object.assign(new Error('https://queue?secret'), { name: 'AccessDenied' })
    await expect(health.reading(Promise.reject(error))).rejects.toBe(error)
    expect(await health.ready()).toMatchObject({ ok: false, checks: { queue: 'cannot be read: AccessDenied' } })
  })

  it.each<[string, () => Promise<Answer<unknown>>]>([
    ['cannot be reached', async () => refused('ConnectionFailed', 503)],
    ['does not answer', () => new Promise(() => undefined)],
    ['throws', async () => Promise.reject(new Error('no'))],
  ])('is ready if the server that knows its identity %s: that proves nothing', async (_why, identity) => {
    const { clock, health } = createWatchedHealth({ identity })
    await health.reading(Promise.resolve())
    let report: unknown
    void health.ready().then((answer) => {
      report = answer
    })
    await clock.run(() => report !== undefined, Infinity)
    expect(report).toMatchObject({ ok: true, checks: { identity: 'unknown' } })
  })

  it('asks for its identity once a minute, and every five seconds while it is refused', async () => {
    let calls = 0
    let answer = refused('InvalidAccessKeyId.NotFound')
    const identity = async () => {
      calls += 1
      return answer
    }
    const { clock, health } = createWatchedHealth({ identity })
    const callsAfter = async (ms: number) => {
      clock.set(clock.now() + ms)
      await Promise.all([health.ready(), health.ready()])
      return calls
    }
    expect(await callsAfter(0)).toBe(1)
    expect(await callsAfter(4_999)).toBe(1)
    answer = OK
    expect(await callsAfter(1)).toBe(2)
    expect(await callsAfter(59_999)).toBe(2)
    expect(await callsAfter(1)).toBe(3)
  })
})

describe('the poll loop', () => {
  it.each([
    ['receives', false],
    ['may not receive', true],
  ])('is alive while it %s', async (_what, paused) => {
    const clock = createVirtualClock()
    const health = createWorkerHealth(clock)
    const stop = new AbortController()
    const queue = {
      can: { fifo: false, batchSize: 10 },
      visibilitySeconds: async () => 30,
      async receive() {
        await clock.sleep(20_000)
        return []
      },
    } as unknown as MessageQueue
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const breaker = { receivable: () => (paused ? 0 : 10), status: () => ({ paused }) }
    const running = runPollLoop(
      {
        queue,
        handle: async () => ({ action: 'complete' }) as never,
        concurrency: 1,
        waitSeconds: 20,
        stop: stop.signal,
        graceMs: 0,
        polled: health.polled,
      },
      { clock, log, breaker, random: () => 0, settleRetryMs: 0, observer: NO_OBSERVER },
    )
    await clock.run(() => false, clock.now() + 10 * POLL_LIMIT_MS)
    expect(health.alive().ok).toBe(true)
    stop.abort()
    let ended = false
    void running.then(() => {
      ended = true
    })
    await clock.run(() => ended, Infinity)
  })
})

describe('the port of the metrics', () => {
  let server: Prometheus | undefined
  afterEach(() => server?.stop())

  it('answers about health with 200 or 503, and JSON', async () => {
    const { clock, health } = createWatchedHealth()
    server = await startPrometheus({ host: '127.0.0.1', port: 0 }, health)
    const get = async (path: string, method = 'GET') => fetch(new URL(path, server?.url), { method })
    expect((await get('/healthz?probe=1')).status).toBe(200)
    const unready = await get('/readyz')
    expect(unready.status).toBe(503)
    expect(unready.headers.get('content-type')).toBe('application/json')
    expect(await unready.json()).toMatchObject({ ok: false, checks: { queue: 'not read yet' } })
    await health.reading(Promise.resolve())
    expect((await get('/readyz')).status).toBe(200)
    clock.set(clock.now() + POLL_LIMIT_MS + 1)
    expect((await get('/healthz')).status).toBe(503)
    for (const path of ['/', '/healthz/', '/constructor', '/toString']) expect((await get(path)).status).toBe(404)
    expect((await get('/healthz', 'POST')).status).toBe(404)
  })
})
