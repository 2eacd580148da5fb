/** Attaching on Enterprise Edition, end to end on a virtual clock against the emulator. */
import { describe, expect, it } from 'vitest'
import { createSim, request, type SimOptions } from '../../support/sim/sim.js'

const WORLD = { editions: { default: 'Enterprise' } }
const sim = (options: SimOptions & { world?: object } = {}) =>
  createSim({ ...options, world: { ...WORLD, ...options.world } })

describe('a VPC', () => {
  it('is attached and routed by the same six fields', async () => {
    const run = sim()
    run.queue.send(request())
    await run.run()
    expect(run.results.map(({ data }) => data)).toMatchObject([{ outcome: 'attached' }])
  })
})
