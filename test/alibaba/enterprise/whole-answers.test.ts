/** Answers that are not whole, or have entries that were not asked for: nothing is concluded from them. */
import { describe, expect, it } from 'vitest'
import type { Body, RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import { gapsOf, strayWrites } from '../../support/sim/enterprise-invariants.js'
import { HOSTILE_ENTRIES, type Mangling, mangle } from '../../support/sim/hostile-entries.js'
import { createSim, request } from '../../support/sim/sim.js'

const BODY = request({
  childInstanceId: 'vpc-a',
  zoneMappings: [{ zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-a-h' }],
})
/** `vpc-a` is attached and lacks all of its routing. */
const WORLD = {
  editions: { default: 'Enterprise' },
  childInstances: [{ childInstanceId: 'vpc-a', regionId: 'cn-hangzhou' }],
}
const THERE = {
  ...WORLD,
  attached: [
    {
      cenId: 'cen-one',
      childInstanceId: 'vpc-a',
      zoneMappings: [{ zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-a-h' }],
      associationRouteTableId: 'none',
      propagationRouteTableIds: 'none',
      vpcRoutes: 'none',
    },
  ],
}

/** The first three answers of an action are changed, by a function or as a random plan would. */
async function run(world: object, action: string, change: (body: Body, query: Record<string, string>) => Body) {
  let changed = 0
  const between =
    (call: RpcCall): RpcCall =>
    async (name, query, limits) => {
      const answer = await call(name, query, limits)
      if (!answer.ok || name !== action || changed >= 3) return answer
      changed += 1
      return { ok: true, value: change(answer.value, query) }
    }
  const sim = createSim({ world, between })
  sim.queue.send(BODY)
  await sim.run()
  const { world: state } = sim.emulator
  return {
    changed,
    outcomes: sim.results.map(({ data }) => `${data.outcome} ${data.error?.code ?? ''}`.trim()),
    breaches: [
      ...gapsOf(state, BODY, sim.clock.now()),
      ...strayWrites(sim.emulator, [BODY], sim.clock.now(), { mostSent: 1 }),
      ...sim.lines.filter(({ event }) => event === 'message:crashed').map(({ fields }) => `crashed: ${fields.error}`),
    ],
  }
}

const ACTIONS = (Object.keys(HOSTILE_ENTRIES) as Mangling['action'][]).filter(
  (action) => action !== 'ListTransitRouterVbrAttachments',
)
/** `String` throws for it. */
const NO_TEXT = { toString: 7, valueOf: 7 }
const VSWITCH = { VSwitchId: 'vsw-a-h', VpcId: 'vpc-a', ZoneId: 'cn-hangzhou-h', Status: 'Available' }
const HOWS = ['foreign', 'no-list', 'endless', 'huge', 'status', 'body'] as const
const WHOLE = { changed: expect.any(Number), outcomes: ['attached'], breaches: [] }

describe('a VPC is attached and routed as if nothing had been, after answers', () => {
  it.each(HOWS.flatMap((how) => ACTIONS.map((action) => [how, action] as const)))(
    'that are %s: %s',
    async (how, action) => {
      const change = (body: Body, query: Record<string, string>) =>
        mangle(body, { action, nth: 1, times: 3, how, place: 0, junk: { Entries: 7 } }, query)
      const ofNew = await run(WORLD, action, change)
      expect(ofNew).toEqual(WHOLE)
      const ofThere = await run(THERE, action, change)
      expect(ofThere).toEqual(WHOLE)
      expect(ofNew.changed + ofThere.changed).toBeGreaterThan(0)
    },
  )

  type Entry = Record<string, unknown>
  const withEntries = (list: string, change: (entry: Entry) => Entry) => (body: Body) => ({
    ...body,
    [list]: (body[list] as Entry[]).map(change),
  })
  const withRoute = (facts: object) => (body: Body) => {
    const { RouteEntry } = body.RouteEntrys as { RouteEntry: object[] }
    return {
      ...body,
      RouteEntrys: { RouteEntry: [{ DestinationCidrBlock: '10.0.0.0/8', Type: 'Custom', ...facts }, ...RouteEntry] },
    }
  }
  it.each<[string, string, (body: Body) => Body]>([
    [
      'without a system table',
      'ListTransitRouterRouteTables',
      withEntries('TransitRouterRouteTables', ({ TransitRouterRouteTableType: _, ...entry }) => entry),
    ],
    [
      'without the zones of the attachment',
      'ListTransitRouterVpcAttachments',
      withEntries('TransitRouterAttachments', ({ ZoneMappings: _, ...entry }) => entry),
    ],
    [
      'with a route to a block, and no next hop',
      'DescribeRouteEntryList',
      withRoute({ Status: 'Available', NextHops: {} }),
    ],
    [
      'with a route to a block that is being deleted',
      'DescribeRouteEntryList',
      withRoute({ Status: 'Deleting', NextHops: { NextHop: [{ NextHopId: 'tr-attach-old' }] } }),
    ],
    [
      'with a propagation to another table that has an unknown status',
      'ListTransitRouterRouteTablePropagations',
      (body) => ({
        ...body,
        TransitRouterPropagations: [{ TransitRouterRouteTableId: 'vtb-other', Status: 'Unheard-Of' }],
      }),
    ],
    [
      'with a time that is an object without a text',
      'ListTransitRouterVpcAttachments',
      withEntries('TransitRouterAttachments', (entry) => ({ ...entry, CreationTime: NO_TEXT })),
    ],
  ])('%s: %s', async (_name, action, change) => {
    expect(await run(THERE, action, change)).toEqual(WHOLE)
  })

  it.each<[string, (body: Body) => Body]>([
    ['CreateTransitRouterVpcAttachment', (body) => ({ ...body, TransitRouterAttachmentId: NO_TEXT })],
    ['DescribeVSwitches', (body) => ({ ...body, VSwitches: { VSwitch: [{ ...VSWITCH, CidrBlock: NO_TEXT }] } })],
  ])('with an object in place of a text: %s', async (action, change) => {
    expect(await run(WORLD, action, change)).toMatchObject({ breaches: [] })
  })
})
