/** Detaching on Enterprise Edition, end to end on a virtual clock against the emulator. */
import { describe, expect, it } from 'vitest'
import type { RpcCall } from '../../../lib/alibaba/sdk/rpc.js'
import { ATTACHED, detach, detachSim, ENTERPRISE, OWNER, sentWrites, VPC, writesOf } from '../../support/sim/detach.js'
import { request, type SimOptions } from '../../support/sim/sim.js'

const ROUTES = 'DeleteCenChildInstanceRouteEntryToAttachment'
const DISABLE = 'DisableTransitRouterRouteTablePropagation'
const DISSOCIATE = 'DissociateTransitRouterAttachmentFromRouteTable'
const DELETE = 'DeleteTransitRouterVpcAttachment'
const ID = 'tr-attach-vpc-app-one'

const sim = ({ world, ...options }: SimOptions = {}) => detachSim({ ...options, world: { ...ENTERPRISE, ...world } })

async function run(body: string, options: SimOptions = {}) {
  const simulation = sim(options)
  simulation.queue.send(body)
  await simulation.run()
  const [result] = simulation.results.filter(({ data }) => data.outcome !== 'grant-required')
  const { journal, world } = simulation.emulator
  const { records } = world.enterprise
  return {
    sim: simulation,
    data: result?.data,
    writes: writesOf(journal),
    left: records.attachments.all(simulation.clock.now()).map(({ id }) => id),
    routes: records.networkRoutes.all(simulation.clock.now()),
  }
}

describe('a detach on Enterprise Edition', () => {
  it('removes routes, propagations and association in order, then the attachment, and reads that it is gone', async () => {
    const { data, writes, left, routes } = await run(detach())
    expect(data).toMatchObject({
      outcome: 'detached',
      adopted: false,
      edition: 'enterprise',
      transitRouterAttachmentId: ID,
    })
    expect(writes).toEqual([ROUTES, ROUTES, ROUTES, DISABLE, DISSOCIATE, DELETE])
    expect([left, routes]).toEqual([[], []])
  })

  it('never forces, and every write has a client token of its own', async () => {
    const { sim } = await run(detach())
    const writes = sim.emulator.journal.filter(({ parameters }) => parameters.ClientToken !== undefined)
    expect(new Set(writes.map(({ parameters }) => parameters.ClientToken)).size).toBe(6)
    expect(writes.filter(({ parameters }) => parameters.Force !== undefined)).toEqual([])
  })

  it('removes the routes of every route table, whoever added them, and no other', async () => {
    const routeTables = [
      {
        routeTableId: 'vtb-app-a',
        routeEntries: [{ destinationCidrBlock: '10.9.0.0/16', nextHopType: 'Attachment', nextHopId: ID }],
      },
      {
        routeTableId: 'vtb-app-gw',
        associateType: 'Gateway',
        routeEntries: [
          { destinationCidrBlock: '10.8.0.0/16', nextHopType: 'Attachment', nextHopId: ID },
          { destinationCidrBlock: '10.7.0.0/16', nextHopType: 'Instance', nextHopId: 'i-1' },
        ],
      },
    ]
    const world = {
      attached: [{ ...ATTACHED[0], vpcRoutes: 'none' }],
      childInstances: [{ childInstanceId: VPC, routeTables }],
    }
    const { data, writes, routes } = await run(detach(), { world })
    expect(data?.outcome).toBe('detached')
    expect(writes).toEqual([ROUTES, ROUTES, DISABLE, DISSOCIATE, DELETE])
    expect(routes.map(({ destinationCidrBlock }) => destinationCidrBlock)).toEqual(['10.7.0.0/16'])
  })

  it('of a VBR has no routes of a network', async () => {
    const childInstanceId = 'vbr-app'
    const { data, writes } = await run(detach({ childInstanceId }), {
      world: { attached: [{ cenId: 'cen-one', childInstanceId }] },
    })
    expect(data?.outcome).toBe('detached')
    expect(writes).toEqual([DISABLE, DISSOCIATE, 'DeleteTransitRouterVbrAttachment'])
  })

  it('of what is not attached, or of a region without a router, is adopted without a write', async () => {
    for (const world of [{ attached: [] }, { attached: [], editions: { default: 'None' } }]) {
      const { data, writes } = await run(detach(), { world })
      expect(data).toMatchObject({ outcome: 'detached', adopted: true })
      expect(writes).toEqual([])
    }
  })

  it('that another worker began goes on where it stands', async () => {
    const simulation = sim()
    simulation.queue.send(detach())
    await simulation.run({ done: () => writesOf(simulation.emulator.journal).includes(DISABLE) })
    const other = await simulation.run({ workers: 2 }).then(() => simulation)
    expect(other.results.map(({ data }) => data.outcome)).toEqual(['detached'])
    expect(writesOf(other.emulator.journal)).toEqual([ROUTES, ROUTES, ROUTES, DISABLE, DISSOCIATE, DELETE])
  })
})

describe('what else uses the attachment', () => {
  const blocked = (...kinds: string[]) => ({
    childInstances: [{ childInstanceId: VPC, blockers: kinds.map((kind) => ({ kind, id: `${kind}-1` })) }],
  })
  const router = {
    cens: [
      {
        cenId: 'cen-one',
        transitRouters: [
          { regionId: 'cn-hangzhou', routeEntries: [{ destinationCidrBlock: '10.1.0.0/16', nextHopId: ID }] },
        ],
      },
    ],
  }

  it('is named before the first write, all of it, with its ids and the commands that remove it', async () => {
    const world = { ...router, ...blocked('prefix-list', 'multicast', 'flow-log', 'private-zone') }
    const { data, sim } = await run(detach(), { world })
    expect(data).toMatchObject({ outcome: 'failed', error: { code: 'DetachBlocked', kind: 'blocked' } })
    expect(sim.queue.deadLetters[0]?.attributes).toMatchObject({ reason: 'rejected', errorKind: 'blocked' })
    for (const command of [
      /DeleteTransitRouterRouteEntry --TransitRouterRouteEntryId rte-\S+/,
      /DeleteTransitRouterPrefixListAssociation --PrefixListId prefix-list-1 /,
      /DisassociateTransitRouterMulticastDomain --TransitRouterMulticastDomainId multicast-1 /,
      /DeleteFlowlog --FlowLogId flow-log-1 --RegionId cn-hangzhou/,
      /UnroutePrivateZoneInCenToVpc --CenId cen-one --AccessRegionId cn-hangzhou/,
    ])
      expect(data?.error?.message).toMatch(command)
    expect(sentWrites(sim.emulator.journal)).toEqual([])
  })

  it.each([
    ['ListTransitRouterRouteEntries', 'TransitRouterRouteEntries', router],
    ['ListTransitRouterPrefixListAssociation', 'PrefixLists', blocked('prefix-list')],
    ['ListTransitRouterMulticastDomainAssociations', 'TransitRouterMulticastAssociations', blocked('multicast')],
    ['DescribeFlowlogs', 'FlowLogs', blocked('flow-log')],
    ['DescribeCenPrivateZoneRoutes', 'PrivateZoneInfos', blocked('private-zone')],
  ])('is not concluded to be nothing from an answer of %s without its list', async (action, list, world) => {
    let left = 2
    const between =
      (call: RpcCall): RpcCall =>
      async (name, query, limits) => {
        const answer = await call(name, query, limits)
        if (!answer.ok || name !== action || left === 0) return answer
        left -= 1
        const { [list]: _, ...rest } = answer.value
        return { ok: true, value: rest }
      }
    const { data, sim } = await run(detach(), { world, between })
    expect(data).toMatchObject({ outcome: 'failed', error: { code: 'DetachBlocked' } })
    expect(left).toBe(0)
    expect(sentWrites(sim.emulator.journal)).toEqual([])
  })

  it('is a health check of a VBR, too, which the API would not refuse', async () => {
    const childInstanceId = 'vbr-app'
    const world = {
      attached: [{ cenId: 'cen-one', childInstanceId }],
      childInstances: [{ childInstanceId, blockers: [{ kind: 'health-check', id: '10.0.0.9' }] }],
    }
    const { data, writes } = await run(detach({ childInstanceId }), { world })
    expect(data?.error?.message).toMatch(/health check of vbr-app to 10\.0\.0\.9: aliyun cbn DisableCenVbrHealthCheck/)
    expect(writes).toEqual([])
  })

  it('and shows only to the delete is reported with what was done before it', async () => {
    const childInstanceId = 'vbr-app'
    const world = {
      attached: [{ cenId: 'cen-one', childInstanceId }],
      childInstances: [{ childInstanceId, blockers: [{ kind: 'vbr-ha' }] }],
    }
    const { data, writes, sim } = await run(detach({ childInstanceId }), { world })
    expect(data).toMatchObject({ outcome: 'failed', error: { code: 'DetachBlocked', kind: 'blocked' } })
    expect(data?.error?.message).toMatch(
      /OperationFailed\.VbrAttachedVbrHa: .*removed already by DisableTransitRouterRouteTablePropagation vtb-\S+, DissociateTransitRouterAttachmentFromRouteTable vtb-/,
    )
    expect(data?.error?.advice).toContain('aliyun vpc DeleteVbrHa')
    expect(writes).toEqual([DISABLE, DISSOCIATE])
    expect(sim.queue.deadLetters).toHaveLength(1)
  })

  it('is a route of the network that no reading shows: after two refusals of the delete', async () => {
    const { data, sim } = await run(detach(), { world: blocked('vpc-route') })
    expect(data).toMatchObject({ outcome: 'failed', error: { code: 'DetachBlocked', kind: 'blocked' } })
    expect(data?.error?.message).toMatch(/routes of the network to the attachment do not show/)
    expect(sentWrites(sim.emulator.journal).filter((write) => write.startsWith(DELETE)).length).toBeLessThanOrEqual(6)
  })

  it('is the cloud service that manages it', async () => {
    const { data, sim } = await run(detach(), { world: { attached: [{ ...ATTACHED[0], managedService: 'SAG' }] } })
    expect(data?.error).toMatchObject({
      code: 'OperationNotPermitted.AttachmentManagedByCloudService',
      message: expect.stringContaining('SAG'),
    })
    expect(sentWrites(sim.emulator.journal)).toEqual([])
  })

  it('that the identity may not read parks the request before any write, and names the right', async () => {
    const simulation = sim({ world: { accounts: [{ accountId: '1688000000000001', denied: ['DescribeFlowlogs'] }] } })
    simulation.queue.send(detach())
    await simulation.run({ forMs: 60_000 })
    expect(simulation.results[0]?.data).toMatchObject({ outcome: 'grant-required', error: { kind: 'unauthorized' } })
    expect(simulation.results[0]?.data.error?.advice).toContain('DescribeFlowlogs')
    expect(sentWrites(simulation.emulator.journal)).toEqual([])
  })
})

describe('an attach while a detach of the same network is under way', () => {
  it('does not route it again between two parts, and attaches it after it is gone', async () => {
    const simulation = sim()
    simulation.queue.send(detach())
    await simulation.run({ done: () => writesOf(simulation.emulator.journal).includes(ROUTES) })
    simulation.queue.send(request({ childInstanceId: VPC }))
    await simulation.run()
    expect(simulation.results.map(({ data }) => data.outcome)).toEqual(['detached', 'attached'])
    const writes = writesOf(simulation.emulator.journal)
    expect(writes.slice(0, 6)).toEqual([ROUTES, ROUTES, ROUTES, DISABLE, DISSOCIATE, DELETE])
    expect(writes[6]).toBe('CreateTransitRouterVpcAttachment')
  })

  it('that was made after the detach was sent is left alone', async () => {
    const attachTime = '2099-01-01T00:00:00Z'
    const { data, writes } = await run(detach(), { world: { attached: [{ ...ATTACHED[0], attachTime }] } })
    expect(data?.error?.code).toBe('Superseded')
    expect(writes).toEqual([])
  })
})

describe('a network of another account', () => {
  const roles = [{ roleName: 'grantor', accountId: OWNER }]
  const owned = { childInstances: [{ childInstanceId: VPC, ownerId: OWNER }], roles }
  const body = (fields = {}) => detach({ childInstanceOwnerId: OWNER, ...fields })

  it('is detached with its routes, and its grant is taken back by a session that may only do that', async () => {
    const { data, writes, sim } = await run(body({ revokeGrant: true }), { grantRole: 'grantor', world: owned })
    expect(data?.outcome).toBe('detached')
    expect(writes).toEqual([ROUTES, ROUTES, ROUTES, DISABLE, DISSOCIATE, DELETE, 'RevokeInstanceFromTransitRouter'])
    const policies = sim.emulator.journal.flatMap(({ action, parameters }) =>
      action === 'AssumeRole' ? [JSON.parse(parameters.Policy ?? '').Statement[0].Action as string[]] : [],
    )
    expect(policies.filter((actions) => actions.includes('cen:RevokeInstanceFromTransitRouter'))).toEqual([
      ['cen:RevokeInstanceFromTransitRouter'],
    ])
  })

  it('whose routes cannot be read fails at the delete, and says why and what was done', async () => {
    const { data, writes } = await run(body(), { world: owned })
    expect(data).toMatchObject({ outcome: 'failed', error: { code: 'DetachBlocked', kind: 'blocked' } })
    expect(data?.error?.message).toMatch(/routes of the network to the attachment: GRANT_ROLE_NAME is not set/)
    expect(writes).toEqual([DISABLE, DISSOCIATE])
  })

  it('is detached without the role if it has no routes to the attachment', async () => {
    const world = { ...owned, attached: [{ ...ATTACHED[0], vpcRoutes: 'none' }] }
    expect((await run(body(), { world })).data?.outcome).toBe('detached')
  })
})

describe('a dry detach', () => {
  it('answers with every call in order', async () => {
    const { data, writes } = await run(detach({ dryRun: true }))
    expect(data).toMatchObject({ outcome: 'preflight', would: 'detach', transitRouterAttachmentId: ID })
    expect(data?.plan?.map(({ operation }) => operation)).toEqual([ROUTES, ROUTES, ROUTES, DISABLE, DISSOCIATE, DELETE])
    expect(writes).toEqual([])
  })

  it('answers refuse with what is in the way', async () => {
    const childInstances = [{ childInstanceId: VPC, blockers: [{ kind: 'flow-log', id: 'fl-1' }] }]
    const { data } = await run(detach({ dryRun: true }), { world: { childInstances } })
    expect(data).toMatchObject({ would: 'refuse', reasons: [expect.stringContaining('flow log fl-1')] })
  })

  it('answers refuse if a cloud service manages it, and adopt if nothing is there', async () => {
    const managed = await run(detach({ dryRun: true }), {
      world: { attached: [{ ...ATTACHED[0], managedService: 'SAG' }] },
    })
    expect(managed.data).toMatchObject({ would: 'refuse' })
    expect((await run(detach({ dryRun: true }), { world: { attached: [] } })).data?.would).toBe('adopt')
  })
})
