import { describe, expect, it } from 'vitest'
import { type BreakerStatus, createCircuitBreaker } from '../../lib/admission/circuit-breaker.js'
import { failureOf } from '../../lib/domain/failure.js'

const at = (cenId: string, owner = '1') =>
  ({
    cenId,
    childInstanceId: 'vpc-1',
    childInstanceType: 'VPC',
    childInstanceRegionId: 'cn-hangzhou',
    childInstanceOwnerId: owner,
  }) as const
const expired = failureOf({ code: 'InvalidSecurityToken.Expired' })

function setUp() {
  const changes: BreakerStatus[] = []
  return { breaker: createCircuitBreaker((status) => changes.push(status)), changes }
}

describe('the circuit breaker', () => {
  it('opens on refused credentials, reports it once, and admits one probe at a time', () => {
    const { breaker, changes } = setUp()
    expect(breaker.admit('write', at('cen-1'), 0)).toBe(0)
    for (let call = 0; call < 50; call++) breaker.observe('write', at('cen-1'), expired, 0)
    expect(changes).toEqual([expect.objectContaining({ paused: true, code: 'InvalidSecurityToken.Expired' })])
    expect(breaker.receivable(10, 1_000)).toBe(0)
    expect(breaker.admit('write', at('cen-1'), 1_000)).toBe(4_000)
    expect(breaker.receivable(10, 5_000)).toBe(1)
    expect(breaker.admit('write', at('cen-1'), 5_000)).toBe(0)
    expect(breaker.admit('write', at('cen-1'), 5_001)).toBeGreaterThan(0)
    expect(breaker.receivable(10, 5_001)).toBe(0)
  })

  it('doubles the pause while the probe fails, and closes when a call succeeds', () => {
    const { breaker, changes } = setUp()
    breaker.observe('write', at('cen-1'), expired, 0)
    breaker.admit('write', at('cen-1'), 5_000)
    breaker.observe('read', at('cen-1'), expired, 5_100)
    expect(breaker.admit('write', at('cen-1'), 5_200)).toBe(9_900)
    breaker.admit('write', at('cen-1'), 15_100)
    breaker.observe('read', at('cen-1'), undefined, 15_200)
    expect(breaker.status()).toEqual({ paused: false })
    expect(breaker.admit('write', at('cen-1'), 15_201)).toBe(0)
    expect(changes.map(({ paused }) => paused)).toEqual([true, false])
  })

  it('gives up a probe that gets no answer', () => {
    const { breaker } = setUp()
    breaker.observe('write', at('cen-1'), expired, 0)
    expect(breaker.admit('write', at('cen-1'), 5_000)).toBe(0)
    expect(breaker.admit('write', at('cen-1'), 65_000)).toBe(0)
  })

  const wrong = failureOf({ code: 'NoPermission' })

  it('opens after 20 consecutive attach failures with one code over two CENs', () => {
    const { breaker, changes } = setUp()
    for (let call = 0; call < 19; call++) breaker.observe('write', at(`cen-${call % 2}`), wrong, 0)
    expect(breaker.status().paused).toBe(false)
    breaker.observe('write', at('cen-1'), wrong, 0)
    expect(changes).toEqual([expect.objectContaining({ paused: true, code: 'NoPermission' })])
  })

  it('opens after failures of two owners of one CEN, too', () => {
    const { breaker } = setUp()
    for (let call = 0; call < 20; call++) breaker.observe('write', at('cen-1', String(call % 2)), wrong, 0)
    expect(breaker.status().paused).toBe(true)
  })

  it.each<
    [string, (call: number) => ReturnType<typeof failureOf> | undefined, (call: number) => ReturnType<typeof at>]
  >([
    ['one CEN and one owner', () => wrong, () => at('cen-1')],
    [
      'failures with a success between them',
      (call) => (call % 15 === 14 ? undefined : wrong),
      (call) => at(`cen-${call % 2}`),
    ],
    [
      'two codes in turn',
      (call) => failureOf({ code: call % 2 ? 'NoPermission' : 'Bid.NotFound' }),
      (call) => at(`cen-${call % 2}`),
    ],
    [
      'missing grants',
      () => failureOf({ code: 'Forbbiden.AttachChildInstanceAcrossUid' }),
      (call) => at(`cen-${call % 2}`),
    ],
    ['busy CENs', () => failureOf({ code: 'Operation.Blocking' }), (call) => at(`cen-${call % 2}`)],
  ])('does not open on %s', (_name, failure, target) => {
    const { breaker } = setUp()
    for (let call = 0; call < 100; call++) breaker.observe('write', target(call), failure(call), 0)
    expect(breaker.status().paused).toBe(false)
  })

  it('closes on a different answer to its probe, and stays open on the same one', () => {
    const { breaker } = setUp()
    for (let call = 0; call < 20; call++) breaker.observe('write', at(`cen-${call % 2}`), wrong, 0)
    breaker.admit('write', at('cen-1'), 5_000)
    breaker.observe('read', at('cen-1'), undefined, 5_050)
    expect(breaker.status().paused).toBe(true)
    expect(breaker.admit('write', at('cen-1'), 5_060)).toBeGreaterThan(0)
    breaker.observe('write', at('cen-1'), wrong, 5_100)
    expect(breaker.status().paused).toBe(true)
    breaker.admit('write', at('cen-1'), 15_100)
    breaker.observe('write', at('cen-1'), failureOf({ code: 'Bid.NotFound' }), 15_200)
    expect(breaker.status().paused).toBe(false)
  })

  it('does not close on an unknown outcome or on the answer to an earlier call', () => {
    const { breaker } = setUp()
    breaker.observe('write', at('cen-1'), expired, 0)
    breaker.observe('write', at('cen-1'), undefined, 10)
    expect(breaker.status().paused).toBe(true)
    breaker.admit('write', at('cen-1'), 5_000)
    breaker.observe('read', at('cen-1'), failureOf({ code: 'RequestTimeout' }), 5_100)
    expect(breaker.status().paused).toBe(true)
    breaker.observe('read', at('cen-1'), failureOf({ code: 'Bid.NotFound' }), 5_200)
    expect(breaker.status().paused).toBe(false)
  })

  it('admits reads after a streak of failures, so that accepted attachments are still reported', () => {
    const { breaker } = setUp()
    for (let call = 0; call < 20; call++) breaker.observe('write', at(`cen-${call % 2}`), wrong, 0)
    expect(breaker.admit('read', at('cen-1'), 10)).toBe(0)
    expect(breaker.admit('write', at('cen-1'), 10)).toBeGreaterThan(0)
    expect(breaker.receivable(10, 10)).toBe(1)
    // A call to a CEN outside the streak may prove that the settings are right.
    expect(breaker.admit('write', at('cen-9'), 10)).toBe(0)
    breaker.observe('write', at('cen-9'), wrong, 20)
    expect(breaker.admit('write', at('cen-9'), 30)).toBeGreaterThan(0)
  })

  it('continues a streak of failures over the answers of a busy CEN', () => {
    const { breaker } = setUp()
    const busy = failureOf({ code: 'Operation.Blocking' })
    for (let call = 0; call < 24; call++)
      breaker.observe('write', at(`cen-${call % 2}`), call % 6 === 5 ? busy : wrong, 0)
    expect(breaker.status().paused).toBe(true)
  })
})
