import { describe, expect, it } from 'vitest'
import { createAcceptedWriteStore } from '../../lib/admission/accepted-writes.js'
import type { RpcCall } from '../../lib/alibaba/sdk/rpc.js'
import { createSim, request } from '../support/sim/sim.js'

const HOUR = 3_600_000
const START = 1_000_000

/** The times at which writes are sent if each is sent as soon as it may be. */
function sendsAtMs(originMs: number, firstMs: number, untilMs: number): number[] {
  const accepted = createAcceptedWriteStore()
  const sent: number[] = []
  for (let nowMs = firstMs; nowMs < untilMs; ) {
    accepted.add('k', 'attach', originMs, nowMs)
    sent.push(nowMs)
    nowMs += accepted.of('k', 'attach', nowMs)?.waitMs ?? 0
  }
  return sent
}

describe('accepted attach calls that no reading shows', () => {
  it('are sent again after growing gaps, ten in the first hour, and then no more', () => {
    const sent = sendsAtMs(START, START, START + 100 * HOUR)
    expect(sent.map((atMs) => Math.round((atMs - START) / 1_000))).toEqual([
      0, 20, 40, 72, 130, 233, 420, 756, 1360, 2449,
    ])
  })

  it('have long gaps at once in a process that does not know of earlier ones', () => {
    const sent = sendsAtMs(START, START + 10 * 60_000, START + 100 * HOUR)
    expect(sent.map((atMs) => Math.round((atMs - START) / 60_000))).toEqual([10, 18, 32, 58])
    expect(sendsAtMs(START, START + 20 * HOUR, START + 100 * HOUR)).toHaveLength(2)
  })

  it('start again after their request has ended', () => {
    const accepted = createAcceptedWriteStore()
    accepted.add('k', 'attach', START, START)
    expect(accepted.of('k', 'attach', START + 1)?.waitMs).toBe(19_999)
    accepted.forget('k')
    expect(accepted.of('k', 'attach', START + 1)).toBeUndefined()
  })
})

describe('a request whose attach never shows', () => {
  const hidden = { code: 'ParameterInstanceId', http: 400 }
  const noRead = [
    { action: 'DescribeCenAttachedChildInstanceAttribute', times: 100_000, fault: hidden },
    { action: 'DescribeCenAttachedChildInstances', times: 100_000, fault: hidden },
  ]
  /** Accepts every attach without passing it to the emulator. */
  const lost: (call: RpcCall) => RpcCall = (call) => (action, query, limits) =>
    action === 'AttachCenChildInstance'
      ? Promise.resolve({ ok: true, value: { RequestId: 'r' } })
      : call(action, query, limits)

  it('has at most ten attach calls in its first hour, then none, and ends as AttachNotVisible with their number', async () => {
    const sim = createSim({ between: lost, ttlMs: 3 * HOUR })
    sim.queue.send(request())
    await sim.run({ forMs: HOUR })
    const inFirstHour = sim.tallies[0]?.attaches ?? 0
    expect(inFirstHour).toBeGreaterThanOrEqual(8)
    expect(inFirstHour).toBeLessThanOrEqual(10)
    await sim.run({ forMs: 3.5 * HOUR })
    expect(sim.tallies[0]?.attaches).toBe(inFirstHour)
    expect(sim.results.map(({ data }) => data.error)).toMatchObject([
      { code: 'AttachNotVisible', kind: 'unknown', message: expect.stringContaining(`${inFirstHour} times`) },
    ])
    expect(sim.queue.deadLetters.map(({ attributes }) => attributes.reason)).toEqual(['unknown'])
    expect(sim.queue.mostReceives()).toBeLessThan(500)
  })

  it('is observed soon after it shows at last', async () => {
    const sim = createSim({ world: { faults: noRead.map((fault) => ({ ...fault, times: 4 })) } })
    sim.queue.send(request())
    await sim.run()
    expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached'])
    expect(sim.tallies[0]?.attaches).toBe(1)
    expect(sim.results[0]?.data.durationMs).toBeLessThan(10_000)
  })

  it('is not sent more often by several workers than by each of them alone', async () => {
    const sim = createSim({ between: lost, ttlMs: 3 * HOUR })
    sim.queue.send(request())
    await sim.run({ forMs: 3.5 * HOUR, workers: 3 })
    expect(sim.tallies.reduce((sum, { attaches }) => sum + attaches, 0)).toBeLessThanOrEqual(20)
    expect(sim.results).toHaveLength(1)
  })
})

describe('a result that the topic refuses', () => {
  it('is retried less and less often, although its message could wait in memory', async () => {
    const sim = createSim({ refusals: { publish: 1_000_000 } })
    for (let count = 0; count < 50; count++) sim.queue.send(request())
    await sim.run({ forMs: 60_000 })
    // Once a second for each message would be 3,000.
    expect(sim.published.length).toBeLessThan(50 * 9)
    await sim.run({ forMs: HOUR })
    expect(sim.published.length).toBeLessThan(50 * 140)
    sim.refusals.publish = 0
    await sim.run({ forMs: HOUR })
    expect(new Set(sim.results.map(({ id }) => id)).size).toBe(50)
  })
})
