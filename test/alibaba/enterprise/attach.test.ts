/** Attaching and routing on Enterprise Edition, end to end on a virtual clock against the emulator. */
import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../../lib/domain/clock.js'
import { createSim, request, type SimOptions } from '../../support/sim/sim.js'

const OWNER = '1700000000000002'
const HANGZHOU = 'cn-hangzhou'
const ONE = { cenId: 'cen-one', childInstanceId: 'vpc-a', childInstanceRegionId: HANGZHOU }
const STARTED = Date.parse('2026-11-25T12:00:00Z')
const READS = /^(?:Describe|List|Get|Check|AssumeRole)/

type Sim = ReturnType<typeof createSim>

const sim = (world: object = {}, options: SimOptions = {}) =>
  createSim({ ...options, world: { editions: { default: 'Enterprise' }, ...world } })

/** Sends one request for `vpc-a`, and runs until it has ended or `forMs` is over. */
async function attach(world: object, fields: object = {}, options: SimOptions = {}, forMs = 3_600_000) {
  const run = sim(world, options)
  run.queue.send(request({ ...ONE, ...fields }))
  await run.run({ forMs })
  return { run, data: run.results.at(-1)?.data, writes: writesOf(run) }
}

const journalOf = (run: Sim) => run.emulator.journal.map(({ action }) => action)
/** The accepted and refused writes, in order. */
const writesOf = (run: Sim) => journalOf(run).filter((action) => !READS.test(action))

const CREATE = 'CreateTransitRouterVpcAttachment'
const ASSOCIATE = 'AssociateTransitRouterAttachmentWithRouteTable'
const PROPAGATE = 'EnableTransitRouterRouteTablePropagation'
const ROUTE = 'CreateCenChildInstanceRouteEntryToAttachment'
const WHOLE = [CREATE, ASSOCIATE, PROPAGATE, ROUTE, ROUTE, ROUTE]

const router = (facts: object) => ({ cens: [{ cenId: 'cen-one', transitRouters: [{ regionId: HANGZHOU, ...facts }] }] })
const vpc = (facts: object) => ({ childInstances: [{ childInstanceId: 'vpc-a', regionId: HANGZHOU, ...facts }] })
const attached = (facts: object = {}, child: object = {}) => ({
  ...vpc(child),
  attached: [
    {
      cenId: 'cen-one',
      childInstanceId: 'vpc-a',
      attachTime: '2026-11-25T11:00:00Z',
      transitRouterAttachmentId: 'tr-attach-a',
      ...facts,
    },
  ],
})

describe('a VPC', () => {
  it('is attached and routed by the same six fields, and the result has the ids as read', async () => {
    const { data, writes, run } = await attach({})
    expect(writes).toEqual(WHOLE)
    expect(data).toMatchObject({
      outcome: 'attached',
      adopted: false,
      edition: 'enterprise',
      transitRouterId: 'tr-one-cn-hangzhou',
      transitRouterAttachmentId: expect.stringMatching(/^tr-attach-/),
      zoneMappings: ['h', 'i', 'j'].map((z) => ({ zoneId: `cn-hangzhou-${z}`, vSwitchId: `vsw-a-${z}` })),
      associationRouteTableId: 'vtb-one-cn-hangzhou',
      propagationRouteTableIds: ['vtb-one-cn-hangzhou'],
      vpcRoutes: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
    })
    expect(run.lines.find(({ event }) => event === 'zones:chosen')?.fields).toMatchObject({ childInstanceId: 'vpc-a' })
  })

  it('is routed in every route table that serves vSwitches', async () => {
    const tables = [
      { routeTableId: 'vtb-custom', vSwitchIds: ['vsw-a-h'] },
      // A vSwitch may be given to it later.
      { routeTableId: 'vtb-unused' },
      { routeTableId: 'vtb-gateway', associateType: 'Gateway' },
    ]
    const { run, data } = await attach(vpc({ routeTables: tables }), { vpcRoutes: ['10.8.0.0/16'] })
    expect(data).toMatchObject({ outcome: 'attached', vpcRoutes: ['10.8.0.0/16'] })
    const calls = run.emulator.journal.filter(({ action }) => action === ROUTE)
    expect(calls).toHaveLength(3)
  })

  it.each<[string, object, string[], object]>([
    [
      'nothing',
      { associationRouteTableId: 'none', propagationRouteTableIds: 'none', vpcRoutes: 'none' },
      [CREATE],
      { vpcRoutes: 'none' },
    ],
    ['published routes', { vpcRoutes: 'published' }, [CREATE, ASSOCIATE, PROPAGATE], { vpcRoutes: 'published' }],
    ['no association', { associationRouteTableId: 'none' }, [CREATE, PROPAGATE, ROUTE, ROUTE, ROUTE], {}],
  ])('that asks for %s gets that, and no more', async (_name, fields, expected, result) => {
    const { data, writes } = await attach({}, fields)
    expect(data).toMatchObject({ outcome: 'attached', ...result })
    expect(writes).toEqual(expected)
  })

  it('is attached only, if ROUTING is none', async () => {
    const { data, writes } = await attach({}, {}, { routing: 'none' })
    expect(data).toMatchObject({ outcome: 'attached', vpcRoutes: 'none' })
    expect(writes).toEqual([CREATE])
  })

  it('is associated with a table that the request names', async () => {
    const world = router({ routeTables: [{ routeTableId: 'vtb-prod' }, { routeTableId: 'vtb-shared' }] })
    const fields = { associationRouteTableId: 'vtb-prod', propagationRouteTableIds: ['vtb-prod', 'vtb-shared'] }
    const { data, writes } = await attach(world, fields)
    expect(data).toMatchObject({ outcome: 'attached', ...fields })
    expect(writes).toEqual([CREATE, ASSOCIATE, PROPAGATE, PROPAGATE, ROUTE, ROUTE, ROUTE])
  })
})

describe('what is there already', () => {
  it('is adopted without a write, if all is as asked', async () => {
    const { data, writes } = await attach(attached())
    expect(data).toMatchObject({ outcome: 'attached', adopted: true, transitRouterAttachmentId: 'tr-attach-a' })
    expect(writes).toEqual([])
  })

  it.each<[string, object, string[]]>([
    ['only its routes', { vpcRoutes: ['10.0.0.0/8'] }, [ROUTE, ROUTE]],
    ['its propagation', { propagationRouteTableIds: 'none' }, [PROPAGATE]],
    [
      'its association and routes',
      { associationRouteTableId: 'none', vpcRoutes: 'none' },
      [ASSOCIATE, ROUTE, ROUTE, ROUTE],
    ],
  ])('gets what it lacks: %s', async (_name, facts, expected) => {
    const { data, writes } = await attach(attached(facts))
    expect(data).toMatchObject({ outcome: 'attached', adopted: false })
    expect(writes).toEqual(expected)
  })

  it('is not called adopted by a process that did not write what it lacked', async () => {
    const run = sim(attached({ vpcRoutes: ['10.0.0.0/8'] }))
    run.queue.send(request(ONE))
    await run.run({ done: () => writesOf(run).length === 2 })
    run.restart()
    await run.run()
    expect(run.results.at(-1)?.data).toMatchObject({ outcome: 'attached', adopted: false })
    expect(writesOf(run)).toEqual([ROUTE, ROUTE])
  })

  it('is adopted after a reading that failed, too', async () => {
    const faults = [
      { action: 'ListTransitRouterVpcAttachments', nth: 1, fault: { code: 'ServiceUnavailable', http: 503 } },
    ]
    const { data, run } = await attach({ ...attached(), faults })
    expect(data).toMatchObject({ outcome: 'attached', adopted: true })
    expect(journalOf(run).filter((action) => action === 'ListTransitRouterVpcAttachments')).toHaveLength(2)
  })

  it('gets published routes by an update', async () => {
    const { data, writes } = await attach(attached({ vpcRoutes: 'none' }), { vpcRoutes: 'published' })
    expect(data).toMatchObject({ outcome: 'attached', vpcRoutes: 'published' })
    expect(writes).toEqual(['UpdateTransitRouterVpcAttachmentAttribute'])
  })

  const tables = router({ routeTables: [{ routeTableId: 'vtb-other' }] })
  const hop = {
    routeTables: [
      {
        routeTableId: 'vtb-main',
        type: 'System',
        routeEntries: [{ destinationCidrBlock: '10.0.0.0/8', nextHopId: 'i-router' }],
      },
    ],
  }
  const full = {
    routeTables: [
      {
        routeTableId: 'vtb-main',
        type: 'System',
        routeEntries: Array.from({ length: 198 }, (_, i) => ({
          destinationCidrBlock: `100.64.${i}.0/24`,
          nextHopId: 'i-1',
        })),
      },
    ],
  }
  it.each<[string, object, object, string, RegExp]>([
    [
      'an association with another table',
      { ...tables, ...attached({ associationRouteTableId: 'vtb-other', vpcRoutes: 'none' }) },
      {},
      'RoutingConflict',
      /associated with vtb-other, not with vtb-one/,
    ],
    [
      'propagation to other tables only',
      { ...tables, ...attached({ propagationRouteTableIds: ['vtb-other'], associationRouteTableId: 'none' }) },
      {},
      'RoutingConflict',
      /propagates to vtb-other only/,
    ],
    [
      'other zones than given',
      attached(),
      { zoneMappings: [{ zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-a-h' }] },
      'RoutingConflict',
      /not in cn-hangzhou-h=vsw-a-h/,
    ],
    [
      'a block with another next hop',
      vpc(hop),
      {},
      'RoutingConflict',
      /10\.0\.0\.0\/8 in vtb-main has the next hop i-router/,
    ],
    [
      'a block with another next hop, and no association',
      attached({ associationRouteTableId: 'none', vpcRoutes: 'none' }, hop),
      {},
      'RoutingConflict',
      /i-router/,
    ],
    ['a full route table', vpc(full), {}, 'RoutingConflict', /198 of at most 200/],
    [
      'a table of another router',
      {},
      { associationRouteTableId: 'vtb-foreign' },
      'RequestInvalid',
      /associationRouteTableId: vtb-foreign is no route table of tr-one/,
    ],
    [
      'vSwitches of another VPC and another zone, and a foreign table',
      {},
      {
        zoneMappings: [
          { zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-b-h' },
          { zoneId: 'cn-hangzhou-i', vSwitchId: 'vsw-a-j' },
        ],
        propagationRouteTableIds: ['vtb-foreign'],
      },
      'RequestInvalid',
      /propagationRouteTableIds\[0\].*zoneMappings\[0\].vSwitchId: vsw-b-h is no vSwitch of vpc-a.*vsw-a-j is in cn-hangzhou-j, not in cn-hangzhou-i/,
    ],
    [
      'a zone without transit routers',
      vpc({ vSwitches: [{ vSwitchId: 'vsw-z', zoneId: 'cn-hangzhou-z' }] }),
      {},
      'NoUsableZone',
      /cn-hangzhou-z is left out/,
    ],
    [
      'no free address',
      vpc({ vSwitches: [{ vSwitchId: 'vsw-a-h', zoneId: 'cn-hangzhou-h', availableIpAddressCount: 0 }] }),
      {},
      'NoUsableZone',
      /no vSwitch there has 1 free address/,
    ],
  ])('is never replaced, and nothing is written: %s', async (_name, world, fields, code, message) => {
    const { data, writes } = await attach(world, fields)
    expect(data).toMatchObject({ outcome: 'failed', error: { code, message: expect.stringMatching(message) } })
    expect(writes).toEqual([])
  })

  it('limits published routes to 50 VPCs of a router and one CEN of a VPC, which is known before the first write', async () => {
    const others = Array.from({ length: 50 }, (_, i) => ({
      cenId: 'cen-one',
      childInstanceId: `vpc-p${i}`,
      vpcRoutes: 'published',
    }))
    const elsewhere = { cenId: 'cen-two', childInstanceId: 'vpc-a', vpcRoutes: 'published' }
    const { data, writes } = await attach(
      {
        childInstances: [
          { childInstanceId: 'vpc-a', regionId: HANGZHOU },
          ...others.map(({ childInstanceId }) => ({ childInstanceId, regionId: HANGZHOU })),
        ],
        attached: [...others, elsewhere],
      },
      { vpcRoutes: 'published' },
    )
    expect(data?.error).toMatchObject({ code: 'RoutingConflict', message: expect.stringMatching(/50 VPCs.*cen-two/) })
    expect(writes).toEqual([])
  })
})

describe('zones', () => {
  it('that are named wait for a vSwitch that is Pending', async () => {
    const vSwitches = [{ vSwitchId: 'vsw-a-h', zoneId: 'cn-hangzhou-h', status: 'Pending' }]
    const { data, run } = await attach(vpc({ vSwitches, availableAfterMs: 60_000 }), {
      zoneMappings: [{ zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-a-h' }],
    })
    expect(data).toMatchObject({ outcome: 'attached', zoneMappings: [{ vSwitchId: 'vsw-a-h' }] })
    expect(data?.reasons).toBeUndefined()
    expect(journalOf(run).filter((action) => action === CREATE)).toHaveLength(1)
  })

  it('are one master and one slave zone on a router that is not optimised, and later attachments know', async () => {
    const run = sim(router({ optimised: false }))
    run.queue.send(request(ONE))
    await run.run()
    run.queue.send(request({ ...ONE, childInstanceId: 'vpc-b' }))
    await run.run()
    expect(run.results.map(({ data }) => data.zoneMappings?.map(({ zoneId }) => zoneId))).toEqual([
      ['cn-hangzhou-h', 'cn-hangzhou-i'],
      ['cn-hangzhou-h', 'cn-hangzhou-i'],
    ])
    expect(writesOf(run).filter((action) => action === CREATE)).toHaveLength(3)
    for (const { data } of run.results)
      expect(data.reasons).toEqual([expect.stringMatching(/^cn-hangzhou-j is left out: .* not optimised/)])
  })

  it('are such a pair, too, for attachments that are created together, and after a refusal that passes', async () => {
    const busy = { action: CREATE, nth: 3, fault: { code: 'Operation.Blocking' } }
    const run = sim({ ...router({ optimised: false }), faults: [busy] })
    for (const childInstanceId of ['vpc-a', 'vpc-b']) run.queue.send(request({ ...ONE, childInstanceId }))
    await run.run()
    expect(run.results.map(({ data }) => `${data.outcome} in ${data.zoneMappings?.length}`)).toEqual([
      'attached in 2',
      'attached in 2',
    ])
    expect(writesOf(run).filter((action) => action === CREATE)).toHaveLength(5)
  })

  describe('that are left out', () => {
    const vSwitch = (zone: string, availableIpAddressCount: number) => ({
      vSwitchId: `vsw-a-${zone}`,
      zoneId: `cn-hangzhou-${zone}`,
      availableIpAddressCount,
    })
    const fewAddresses = vpc({ vSwitches: [vSwitch('h', 250), vSwitch('i', 8), vSwitch('j', 3)] })
    const reasons = ['cn-hangzhou-j is left out: no vSwitch there has 8 free addresses (at most 3).']
    const readings = (run: Sim) => journalOf(run).filter((action) => action === 'DescribeVSwitches').length

    /** The process stops once the attachment is created, and another one reports it. */
    const byAnother = async (world: object) => {
      const run = sim(world)
      run.queue.send(request(ONE))
      await run.run({ done: () => journalOf(run).includes(CREATE) })
      run.restart()
      await run.run()
      return { run, data: run.results.at(-1)?.data }
    }

    it('stand in the result with the reason', async () => {
      const { data, run } = await attach(fewAddresses)
      expect(data).toMatchObject({ outcome: 'attached', reasons })
      expect(readings(run)).toBe(1)
    })

    it('are read again by a process that did not choose, which leaves the reasons out if it may not', async () => {
      const { data, run } = await byAnother(fewAddresses)
      expect(data).toMatchObject({ outcome: 'attached', adopted: false, reasons })
      expect(readings(run)).toBe(2)
      const denied = { action: 'DescribeVSwitches', nth: 2, times: 9, fault: { code: 'Forbidden.RAM' } }
      const unread = await byAnother({ ...fewAddresses, faults: [denied] })
      expect(unread.data).toMatchObject({ outcome: 'attached' })
      expect(unread.data?.reasons).toBeUndefined()
    })

    it('have no reason if the attachment is older than the request', async () => {
      const { data, run } = await attach(attached({}, fewAddresses.childInstances[0]))
      expect(data).toMatchObject({ outcome: 'attached', adopted: true })
      expect(data?.reasons).toBeUndefined()
      expect(readings(run)).toBe(0)
    })
  })
})

describe('the transit router of a region', () => {
  it('is created where there is none, by a call of its own', async () => {
    const { data, writes } = await attach({ editions: { default: 'None' } })
    expect(writes).toEqual(['CreateTransitRouter', ...WHOLE])
    expect(data).toMatchObject({ outcome: 'attached', associationRouteTableId: expect.stringMatching(/^vtb-/) })
  })

  it('is not created if the VPC has no usable zone', async () => {
    const { data, writes } = await attach({ editions: { default: 'None' }, ...vpc({ vSwitches: [] }) })
    expect(data?.error).toMatchObject({ code: 'NoUsableZone' })
    expect(writes).toEqual([])
  })

  it('is missed, if TRANSIT_ROUTER is existing', async () => {
    const { data, writes } = await attach({ editions: { default: 'None' } }, {}, { transitRouter: 'existing' })
    expect(data?.error).toMatchObject({ code: 'TransitRouterMissing', kind: 'rejected' })
    expect(writes).toEqual([])
  })

  it.each(['Creating', 'Upgrading'])('is waited for while it is %s', async (status) => {
    const { data, writes } = await attach(router({ type: 'Enterprise', status, activeAfterMs: 120_000 }))
    expect(data).toMatchObject({ outcome: 'attached', edition: 'enterprise' })
    expect(writes).toEqual(WHOLE)
  })

  it('decides the edition for each region of a CEN, and a CCN is Basic without a look-up', async () => {
    const run = sim({ editions: { default: 'Enterprise', regions: { 'cn-beijing': 'Basic' } } })
    run.queue.send(request(ONE))
    run.queue.send(request({ ...ONE, childInstanceId: 'vpc-b', childInstanceRegionId: 'cn-beijing' }))
    run.queue.send(request({ ...ONE, childInstanceId: 'ccn-c', childInstanceRegionId: 'ccn-cn-shanghai' }))
    await run.run()
    const editions = run.results.map(({ data }) => [data.attachment.childInstanceId, data.outcome, data.edition])
    expect(editions).toHaveLength(3)
    expect(editions.map(([id, outcome]) => `${id} ${outcome}`).sort()).toEqual([
      'ccn-c attached',
      'vpc-a attached',
      'vpc-b attached',
    ])
    expect(writesOf(run).filter((action) => action === 'AttachCenChildInstance')).toHaveLength(2)
    expect(journalOf(run).filter((action) => action === 'ListTransitRouters')).toHaveLength(2)
  })

  it('that was upgraded behind a remembered Basic is found by the refusal', async () => {
    const run = sim(router({ type: 'Basic', enterpriseAfterMs: 60_000 }))
    run.queue.send(request({ ...ONE, childInstanceId: 'vpc-before' }))
    await run.run({ forMs: 30_000 })
    run.clock.set(run.clock.now() + 60_000)
    run.queue.send(request(ONE))
    await run.run()
    expect(run.results.at(-1)?.data).toMatchObject({ outcome: 'attached', edition: 'enterprise' })
  })

  it('that may not be listed is taken as Basic, and the refusal names the right', async () => {
    const { data } = await attach({ accounts: [{ accountId: '1688000000000001', denied: ['ListTransitRouters'] }] })
    expect(data?.error).toMatchObject({
      code: 'OperationFailed.InvalidTransitRouter',
      message: expect.stringContaining('cen:ListTransitRouters'),
    })
  })
})

it('a VBR is attached, associated and propagated; it has no zones and no routes', async () => {
  const { data, writes } = await attach({}, { childInstanceId: 'vbr-a' })
  expect(data).toMatchObject({ outcome: 'attached', edition: 'enterprise' })
  expect(data?.zoneMappings).toBeUndefined()
  expect(writes).toEqual(['CreateTransitRouterVbrAttachment', ASSOCIATE, PROPAGATE])
})

describe("another account's network", () => {
  const foreign = { childInstanceOwnerId: OWNER }
  const theirs = (facts: object = {}) => vpc({ ownerId: OWNER, ...facts })
  const missing = { grantsMissing: [{ childInstanceId: 'vpc-a' }] }
  const role = {
    roles: [
      {
        roleName: 'grantor',
        policy: { Version: '1', Statement: [{ Effect: 'Allow', Action: ['vpc:*', 'cen:*'], Resource: '*' }] },
      },
    ],
  }

  it('is read and granted by the role there, once', async () => {
    const { data, run } = await attach({ ...theirs(), ...missing, ...role }, foreign, { grantRole: 'grantor' })
    expect(data).toMatchObject({ outcome: 'attached' })
    expect(writesOf(run)).toEqual(['GrantInstanceToTransitRouter', ...WHOLE])
    expect(journalOf(run).filter((action) => action === 'AssumeRole')).toHaveLength(1)
  })

  it('parks without a role and a grant, and names the exact call', async () => {
    const { data, writes } = await attach({ ...theirs(), ...missing }, foreign, {}, 30_000)
    expect(data).toMatchObject({
      outcome: 'grant-required',
      grant: {
        operation: 'GrantInstanceToTransitRouter',
        ownerId: OWNER,
        parameters: { InstanceType: 'VPC', OrderType: 'PayByCenOwner' },
      },
    })
    expect(writes).toEqual([])
  })

  it('is attached in zones that the grant shows, if its routes are left alone', async () => {
    const { data, writes } = await attach(theirs(), { ...foreign, vpcRoutes: 'none' })
    expect(data).toMatchObject({ outcome: 'attached' })
    expect(writes).toEqual([CREATE, ASSOCIATE, PROPAGATE])
  })

  it('that cannot be read ends the request before any write, and the refusal names the field', async () => {
    const { data, writes } = await attach(theirs(), foreign)
    expect(data?.error).toMatchObject({
      code: 'RequestInvalid',
      message: expect.stringMatching(/vpcRoutes: must be none or published/),
    })
    expect(writes).toEqual([])
  })

  it('is not read by a role that does not exist there, and the refusal says so', async () => {
    const { data } = await attach(theirs(), foreign, { grantRole: 'absent' })
    expect(data?.error?.message).toMatch(/the role in account .* cannot be used/)
  })
})

it.each<[string, object, string]>([
  ['the service is not open', { transitRouterService: 'closed' }, 'OpenTransitRouterService'],
  ['the service-linked role is missing', { serviceLinkedRole: false }, 'CreateServiceLinkedRole'],
])('a request parks while %s, and names the call that mends it', async (_name, facts, operation) => {
  const { data } = await attach({ accounts: [{ accountId: '1688000000000001', ...facts }] }, {}, {}, 60_000)
  expect(data).toMatchObject({ outcome: 'grant-required', error: { kind: 'unauthorized' }, grant: { operation } })
})

describe('faults', () => {
  it.each<[string, object]>([
    ['the answer to the creation is lost', { action: CREATE, nth: 1, fault: { reset: 'after' } }],
    ['the creation is being processed', { action: CREATE, nth: 1, fault: { code: 'TokenProcessing' } }],
    ['the answer to the association is lost', { action: ASSOCIATE, nth: 1, fault: { reset: 'after' } }],
    ['the second route is refused', { action: ROUTE, nth: 2, times: 4, fault: { code: 'Operation.Blocking' } }],
    ['the answer to a route is lost', { action: ROUTE, nth: 2, fault: { reset: 'after' } }],
    ['readings are throttled', { action: 'DescribeVSwitches', nth: 1, times: 2, fault: { code: 'Throttling.User' } }],
    ['a reading fails', { action: 'ListTransitRouterRouteTableAssociations', nth: 1, fault: { html: 502 } }],
  ])('are survived, and nothing is there twice: %s', async (_name, fault) => {
    const { data, run } = await attach({ faults: [fault] })
    expect(data).toMatchObject({ outcome: 'attached' })
    expect(run.results).toHaveLength(1)
    const { records } = run.emulator.world.enterprise
    const nowMs = run.clock.now()
    expect(records.attachments.all(nowMs)).toHaveLength(1)
    expect(records.associations.all(nowMs)).toHaveLength(1)
    expect(records.propagations.all(nowMs)).toHaveLength(1)
    expect(records.networkRoutes.all(nowMs).filter(({ nextHopType }) => nextHopType === 'Attachment')).toHaveLength(3)
  })
})

it.each<[string, number, string]>([
  ['a limit refuses, which changes nothing', 1, 'Operation.Blocking'],
  ['is refused for another reason', 2, 'IncorrectStatus.TransitRouterAttachment'],
])('what an association that %s depends on is read %s times', async (_name, times, code) => {
  const { data, run } = await attach({ faults: [{ action: ASSOCIATE, nth: 1, fault: { code } }] })
  expect(data).toMatchObject({ outcome: 'attached' })
  expect(journalOf(run).filter((action) => action === 'DescribeRouteTableList')).toHaveLength(times)
  // Why zones were left out holds for the attachment, whatever its routing is.
  expect(journalOf(run).filter((action) => action === 'DescribeVSwitches')).toHaveLength(1)
})

it('many VPCs of a region share one look-up of the edition, and need about 7 readings of their own', async () => {
  const limits = { attachesAtOnce: 20, enterpriseAttachMs: [60_000, 240_000], associateMs: [1_000, 5_000] }
  const run = sim({ limits }, { quiet: true })
  const count = 40
  for (let index = 0; index < count; index++) run.queue.send(request({ ...ONE, childInstanceId: `vpc-n${index}` }))
  await run.run({ forMs: 6 * 3_600_000 })
  expect(run.results.map(({ data }) => data.outcome)).toEqual(Array.from({ length: count }, () => 'attached'))
  const actions = journalOf(run)
  const times = (wanted: string) => actions.filter((action) => action === wanted).length
  expect(times('ListTransitRouters')).toBe(Math.ceil((run.clock.now() - STARTED) / HOUR_MS))
  const own = actions.filter((action) => READS.test(action) && action !== 'ListTransitRouterVpcAttachments')
  expect(own.length / count).toBeLessThanOrEqual(7.2)
  expect(times('ListTransitRouterVpcAttachments') / count).toBeLessThanOrEqual(2)
})
