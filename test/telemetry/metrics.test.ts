/** Metrics, and their documents for CloudWatch. */
import { describe, expect, it } from 'vitest'
import { createEmf, type EmfDocument } from '../../lib/telemetry/emf.js'
import { METRICS, type Metric, type MetricName, measure } from '../../lib/telemetry/metrics.js'
import type { DeliveryEvent } from '../../lib/telemetry/observer.js'
import { createSim, request } from '../support/sim/sim.js'

const event = (facts: Partial<DeliveryEvent>): DeliveryEvent => ({
  messageId: 'm',
  receiveCount: 1,
  action: 'complete',
  looks: 1,
  apiCalls: 1,
  apiMs: 1,
  ageMs: 1,
  tookMs: 1,
  ...facts,
})

function measured(act: (observer: ReturnType<typeof measure>) => void) {
  const recorded: [MetricName, number, string?][] = []
  const observer = measure(
    (metric, value, label) => void recorded.push(label === undefined ? [metric, value] : [metric, value, label]),
  )
  recorded.length = 0
  act(observer)
  return recorded.filter(([name]) => name !== 'inFlight')
}

describe('a delivery', () => {
  it.each<[string, Partial<DeliveryEvent>, [MetricName, number, string?][]]>([
    [
      'attached counts, and its time',
      { outcome: 'attached', durationMs: 2_500 },
      [
        ['attached', 1],
        ['timeToAttach', 2.5],
      ],
    ],
    ['adopted counts without a time', { outcome: 'attached', adopted: true, durationMs: 9 }, [['attached', 1]]],
    ['detached counts', { outcome: 'detached', durationMs: 9 }, [['detached', 1]]],
    [
      'failed counts by its kind',
      { action: 'dead-letter', outcome: 'failed', kind: 'rejected' },
      [['failed', 1, 'rejected']],
    ],
    [
      'parked counts as parked and as retried',
      { action: 'retry', outcome: 'grant-required' },
      [
        ['parked', 1],
        ['retried', 1],
      ],
    ],
    ['handed back counts as retried', { action: 'release' }, [['retried', 1]]],
    ['of a dry run counts as nothing', { outcome: 'preflight' }, []],
  ])('%s', (_name, facts, expected) => {
    expect(measured((observer) => observer.settled(event(facts)))).toEqual(expected)
  })

  it('is in flight from its start to its end', () => {
    const recorded: number[] = []
    const observer = measure((metric, value) => void (metric === 'inFlight' && recorded.push(value)))
    observer.received()
    observer.received()
    observer.settled(event({}))
    expect(recorded).toEqual([0, 1, 2, 1])
  })
})

describe('a call', () => {
  it.each<[string, { code?: string; kind?: 'throttled' | 'busy' }, boolean]>([
    ['an answer', {}, false],
    ['a throttled one', { code: 'Throttling.User', kind: 'throttled' }, true],
    ["one at the CEN's limit", { code: 'Operation.Blocking', kind: 'busy' }, true],
    ['a busy one', { code: 'InvalidOperation.CenInstanceStatus', kind: 'busy' }, false],
  ])('is counted, and as a throttle if a limit refused it: %s', (_name, failure, throttled) => {
    const recorded = measured((observer) => observer.called({ action: 'A', tookMs: 1, ...failure }))
    expect(recorded).toEqual([['apiCalls', 1, 'A'], ...(throttled ? [['throttles', 1, 'A']] : [])])
  })
})

/** The requirements of the specification for every document. */
function check({ _aws, ...members }: EmfDocument) {
  expect(_aws.Timestamp).toBeTypeOf('number')
  for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
    expect(Namespace).toBe('CenAttach')
    expect(Metrics.length).toBeGreaterThan(0)
    for (const set of Dimensions) for (const name of set) expect(members[name]).toBeTypeOf('string')
    for (const { Name } of Metrics) {
      const values = [members[Name]].flat()
      expect(values.length).toBeLessThanOrEqual(100)
      for (const value of values) expect(value).toBeTypeOf('number')
    }
  }
}

describe('the documents for CloudWatch', () => {
  it('have sums, by label if there is one, and every time to attach', () => {
    const { record, documents } = createEmf('attach-prod')
    const observer = measure(record)
    for (const durationMs of [1_000, 2_000]) observer.settled(event({ outcome: 'attached', durationMs }))
    for (const kind of ['rejected', 'rejected', 'unknown'] as const)
      observer.settled(event({ outcome: 'failed', kind }))
    observer.called({ action: 'AttachCenChildInstance', tookMs: 5 })
    observer.called({ action: 'AttachCenChildInstance', tookMs: 5, code: 'Throttling', kind: 'throttled' })
    const recorded = documents(1_700_000_000_000)
    recorded.forEach(check)
    expect(recorded.map(({ _aws, ...members }) => members)).toEqual([
      { FunctionName: 'attach-prod', Attached: 2, TimeToAttach: [1, 2], IntakePaused: 0 },
      { FunctionName: 'attach-prod', Kind: 'rejected', Failed: 2 },
      { FunctionName: 'attach-prod', Kind: 'unknown', Failed: 1 },
      { FunctionName: 'attach-prod', Action: 'AttachCenChildInstance', ApiCalls: 2, ApiThrottles: 1 },
    ])
    expect(recorded[1]?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['FunctionName'], ['FunctionName', 'Kind']])
    expect(recorded[0]?._aws.CloudWatchMetrics[0]?.Metrics).toContainEqual({ Name: 'TimeToAttach', Unit: 'Seconds' })
  })

  it('have the state of the circuit breaker in every invocation, and nothing twice', () => {
    const { record, documents } = createEmf('f')
    const observer = measure(record)
    observer.settled(event({ outcome: 'attached' }))
    documents(1)
    const members = () => documents(2).map(({ _aws, ...rest }) => rest)
    expect(members()).toEqual([{ FunctionName: 'f', IntakePaused: 0 }])
    observer.breaker({ paused: true })
    expect(members()).toEqual([{ FunctionName: 'f', IntakePaused: 1 }])
    observer.breaker({ paused: false })
    expect(members()).toEqual([{ FunctionName: 'f', IntakePaused: 0 }])
  })

  it('are several if one cannot hold all values', () => {
    const { record, documents } = createEmf('f')
    for (let seconds = 1; seconds <= 250; seconds++) record('timeToAttach', seconds)
    const recorded = documents(1)
    recorded.forEach(check)
    expect(recorded.flatMap(({ TimeToAttach }) => TimeToAttach)).toEqual(
      Array.from({ length: 250 }, (_, index) => index + 1),
    )
  })
})

describe('the table of metrics', () => {
  it('has valid names for Prometheus and CloudWatch, each once', () => {
    const metrics: Metric[] = Object.values(METRICS)
    for (const { prometheus, kind, unit } of metrics) {
      expect(prometheus).toMatch(/^cen_attach_[a-z_]+$/)
      expect(prometheus.endsWith('_total')).toBe(kind === 'counter')
      expect(prometheus.endsWith('_seconds')).toBe(unit === 'Seconds')
    }
    const names = metrics.flatMap(({ prometheus, cloudWatch }) => [prometheus, cloudWatch ?? prometheus])
    expect(new Set(names).size).toBe(metrics.length * 2 - metrics.filter(({ cloudWatch }) => !cloudWatch).length)
  })

  it('agrees with the effects of a run', async () => {
    const sums: Record<string, number> = {}
    const observer = measure((metric, value) => {
      sums[metric] = (METRICS[metric].kind === 'gauge' ? 0 : (sums[metric] ?? 0)) + value
    })
    const sim = createSim({
      observer,
      world: { grants: [{ childInstanceId: 'vpc-g', cenId: 'cen-one', afterSeconds: 30 }] },
    })
    sim.queue.send('no request')
    for (const body of [request(), request(), request({ childInstanceId: 'vpc-g', childInstanceOwnerId: '17' })])
      sim.queue.send(body)
    await sim.run({ forMs: 600_000 })
    const { apiCalls, attached, failed = 0, parked, retried, inFlight, paused } = sums
    expect({ attached, failed, parked, inFlight, paused }).toEqual({
      attached: 3,
      failed: 1,
      parked: 1,
      inFlight: 0,
      paused: 0,
    })
    expect(apiCalls).toBe(sim.emulator.journal.length)
    expect(retried).toBe(sim.queue.delays.length)
  })
})
