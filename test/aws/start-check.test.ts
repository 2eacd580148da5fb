/** The check of queues and topic at the start, by the error names of the services. */
import { describe, expect, it } from 'vitest'
import { missingResources } from '../../lib/aws/start-check.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'

const clock = { ...systemClock, sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(20, signal) }
const failing = (name: string) => async () => {
  throw Object.assign(new Error('text of the service'), { name })
}

describe('the check of a queue or topic at the start', () => {
  it.each(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'NotFound', 'NotFoundException'])(
    'names every resource that answers %s',
    async (name) => {
      const resources = ['A', 'B'].map((setting) => ({ setting, check: failing(name) }))
      const sentence = (setting: string) => `${setting} cannot be used: text of the service`
      expect(await missingResources(resources, clock)).toEqual([sentence('A'), sentence('B')])
    },
  )

  it.each(['AccessDenied', 'AuthorizationError', 'EmptyBatchRequest', 'InvalidParameter', 'TimeoutError', 'Error'])(
    'does not prevent the start on %s',
    async (name) => expect(await missingResources([{ setting: 'A', check: failing(name) }], clock)).toEqual([]),
  )

  it('does not wait for a service that does not answer', async () => {
    const check = () => new Promise<never>(() => undefined)
    expect(await missingResources([{ setting: 'A', check }], clock)).toEqual([])
  })
})
