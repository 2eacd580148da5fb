/** A write that may no longer be sent: the keys or an earlier attempt have taken the time. */
import { expect, it, vi } from 'vitest'
import { createCircuitBreaker } from '../../../lib/admission/circuit-breaker.js'
import type { KeySource } from '../../../lib/alibaba/credentials/key-source.js'
import { createSignedCall } from '../../../lib/alibaba/sdk/signed-call.js'
import { failureOf, notSent } from '../../../lib/domain/failure.js'
import { systemClock } from '../../../lib/telemetry/system-clock.js'
import { ok } from '../../support/reconcile-context.js'

it('is not sent once its keys are there', async () => {
  let isOver = false
  const keys = async () => {
    isOver = true
    return { accessKeyId: 'id', accessKeySecret: 'secret' }
  }
  const call = vi.fn(async () => ok({}))
  const signed = createSignedCall({ keys, renew: () => false } as KeySource, systemClock)
  const answer = await signed('AttachCenChildInstance', call, { deadlineMs: Infinity, isOver: () => isOver })
  expect(call).not.toHaveBeenCalled()
  expect(answer).toEqual(notSent('AttachCenChildInstance'))
})

it('is not repeated after it was refused for what passes', async () => {
  let isOver = false
  const busy = { ok: false as const, failure: failureOf({ code: 'IncorrectStatus.Status' }) }
  const call = vi.fn(async () => {
    isOver = true
    return busy
  })
  const signed = createSignedCall(undefined, systemClock)
  expect(await signed('Attach', call, { deadlineMs: Infinity, isOver: () => isOver })).toEqual(busy)
  expect(call).toHaveBeenCalledTimes(1)
})

it('closes no circuit breaker: the API was not asked', () => {
  const onChange = vi.fn()
  const breaker = createCircuitBreaker(onChange)
  const attachment = {
    cenId: 'cen-1',
    childInstanceId: 'vpc-1',
    childInstanceType: 'VPC',
    childInstanceRegionId: 'cn-hangzhou',
  } as const
  breaker.observe('write', attachment, failureOf({ code: 'InvalidAccessKeyId.NotFound' }), 0)
  expect(breaker.admit('write', attachment, 5_000)).toBe(0)
  const answer = notSent('Attach')
  breaker.observe('write', attachment, answer.ok ? undefined : answer.failure, 5_000)
  expect(breaker.status().paused).toBe(true)
})
