/** A write that is needed again: its first client token would only bring back its first answer. */
import { expect, it } from 'vitest'
import { detachSim, ENTERPRISE, sentWrites, VPC } from '../../support/sim/detach.js'
import { request } from '../../support/sim/sim.js'

const HOUR_MS = 3_600_000

it('a network that somebody detached while it was waited for is attached again', async () => {
  const limits = { enterpriseAttachMs: 120_000 }
  const world = { ...ENTERPRISE, limits, attached: [], childInstances: [{ childInstanceId: VPC }] }
  const sim = detachSim({ world })
  const none = { vpcRoutes: 'none', associationRouteTableId: 'none', propagationRouteTableIds: 'none' }
  sim.queue.send(request({ childInstanceId: VPC, ...none }))
  await sim.run({ done: () => sentWrites(sim.emulator.journal).length > 0 })
  const cbn = async (action: string, query: Record<string, string>) => {
    const answer = sim.call('2017-09-12')(action, query, { deadlineMs: Infinity })
    await sim.clock.run(() => false, sim.clock.now() + 1_000)
    return (await answer) as { ok: true; value: { TransitRouterAttachments: { TransitRouterAttachmentId: string }[] } }
  }
  await sim.clock.run(() => false, sim.clock.now() + 120_000)
  const { value } = await cbn('ListTransitRouterVpcAttachments', { CenId: 'cen-one', RegionId: 'cn-hangzhou' })
  await cbn('DeleteTransitRouterVpcAttachment', {
    TransitRouterAttachmentId: value.TransitRouterAttachments[0]?.TransitRouterAttachmentId ?? '',
  })
  await sim.clock.run(() => false, sim.clock.now() + 5_000)
  await sim.run({ forMs: HOUR_MS })
  expect(sim.results.map(({ data }) => data.outcome)).toEqual(['attached'])
})
