/** The look at queues and topic at the start, as values of errors, on a virtual clock where it has to wait. */
import { describe, expect, it } from 'vitest'
import { missingPlaces } from '../../lib/aws/start-check.js'
import { systemClock } from '../../lib/telemetry/system-clock.js'

const clock = { ...systemClock, sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(20, signal) }
const failing = (name: string) => async () => {
  throw Object.assign(new Error('as the service says'), { name })
}

describe('the look at a queue or topic at the start', () => {
  it.each(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'NotFound', 'NotFoundException'])(
    'names what answers %s, and what else is missing',
    async (name) => {
      const places = ['A', 'B'].map((setting) => ({ setting, look: failing(name) }))
      const sentence = (setting: string) => `${setting} cannot be used: as the service says`
      expect(await missingPlaces(places, clock)).toEqual([sentence('A'), sentence('B')])
    },
  )

  it.each(['AccessDenied', 'AuthorizationError', 'EmptyBatchRequest', 'InvalidParameter', 'TimeoutError', 'Error'])(
    'takes %s for no reason not to start',
    async (name) => expect(await missingPlaces([{ setting: 'A', look: failing(name) }], clock)).toEqual([]),
  )

  it('does not wait for a service that does not answer', async () => {
    const look = () => new Promise<never>(() => undefined)
    expect(await missingPlaces([{ setting: 'A', look }], clock)).toEqual([])
  })
})
