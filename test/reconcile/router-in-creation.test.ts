/** A transit router that is being created, on the virtual clock. */
import { expect, it } from 'vitest'
import { createSim, request } from '../support/sim/sim.js'

it('holds no slot for each message that waits for it, so other regions of its CEN are served', async () => {
  const beijing = Array.from({ length: 60 }, (_, index) => ({
    childInstanceId: `vpc-bj-${index}`,
    regionId: 'cn-beijing',
  }))
  const sim = createSim({
    concurrency: 100,
    world: {
      editions: { default: 'Basic', regions: { 'cn-beijing': 'None' } },
      childInstances: beijing,
      limits: { routerMs: 1_800_000 },
    },
  })
  for (const { childInstanceId, regionId } of beijing)
    sim.queue.send(request({ childInstanceId, childInstanceRegionId: regionId }))
  await sim.run({ forMs: 120_000 })
  for (let index = 0; index < 5; index++) sim.queue.send(request())
  await sim.run({ forMs: 120_000, done: () => sim.results.length >= 5 })
  expect(sim.results.map(({ data }) => data.attachment.childInstanceRegionId)).toEqual(Array(5).fill('cn-hangzhou'))
})
