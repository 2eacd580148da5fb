/** Dry runs on Enterprise Edition: the verdict, its plan, and no write. */
import { describe, expect, it } from 'vitest'
import { createSim, request, type SimOptions } from '../../support/sim/sim.js'

const OWNER = '1700000000000002'
const HANGZHOU = 'cn-hangzhou'
const HOME = '1688000000000001'
const ONE = { cenId: 'cen-one', childInstanceId: 'vpc-a', childInstanceRegionId: HANGZHOU, dryRun: true }

async function preview(world: object, fields: object = {}, options: SimOptions = {}) {
  const run = createSim({ ...options, world: { editions: { default: 'Enterprise' }, ...world } })
  run.queue.send(request({ ...ONE, ...fields }))
  await run.run({ forMs: 120_000 })
  const { records } = run.emulator.world.enterprise
  const nowMs = run.clock.now()
  const changed = [records.associations, records.propagations].flatMap((kind) => kind.all(nowMs)).length
  const calls = run.emulator.journal.map(({ action }) => action)
  return { data: run.results.at(-1)?.data, calls, run, attachments: records.attachments.all(nowMs).length, changed }
}
const operations = (plan: readonly { readonly operation: string }[] | undefined) =>
  plan?.map(({ operation }) => operation)

const CREATE = 'CreateTransitRouterVpcAttachment'
const ROUTING = [
  'AssociateTransitRouterAttachmentWithRouteTable',
  'EnableTransitRouterRouteTablePropagation',
  ...Array.from({ length: 3 }, () => 'CreateCenChildInstanceRouteEntryToAttachment'),
]
const vpc = (facts: object) => ({ childInstances: [{ childInstanceId: 'vpc-a', regionId: HANGZHOU, ...facts }] })

describe('a dry run', () => {
  it('plans every call with its parameters, in order, and writes nothing', async () => {
    const vSwitches = [
      { vSwitchId: 'vsw-h', zoneId: 'cn-hangzhou-h' },
      { vSwitchId: 'vsw-i', zoneId: 'cn-hangzhou-i', availableIpAddressCount: 3 },
    ]
    const { data, attachments, changed } = await preview(vpc({ vSwitches }))
    expect(data).toMatchObject({ outcome: 'preflight', would: 'attach', edition: 'enterprise' })
    expect(operations(data?.plan)).toEqual([CREATE, ...ROUTING])
    expect(data?.plan?.[0]?.parameters).toEqual({
      CenId: 'cen-one',
      RegionId: HANGZHOU,
      TransitRouterId: 'tr-one-cn-hangzhou',
      VpcId: 'vpc-a',
      ZoneMappings: [{ ZoneId: 'cn-hangzhou-h', VSwitchId: 'vsw-h' }],
    })
    expect(data?.plan?.[1]?.parameters).toMatchObject({ TransitRouterRouteTableId: 'vtb-one-cn-hangzhou' })
    expect(data?.zoneMappings).toEqual([{ zoneId: 'cn-hangzhou-h', vSwitchId: 'vsw-h' }])
    const reasons = data?.reasons?.join('\n')
    expect(reasons).toMatch(/cn-hangzhou-i is left out: no vSwitch there has 8 free addresses/)
    expect(reasons).toMatch(/cn-hangzhou-j is left out: the VPC has no vSwitch there/)
    expect([attachments, changed]).toEqual([0, 0])
  })

  it('of a region without a router plans to create one', async () => {
    const { data, run } = await preview({ editions: { default: 'None' } })
    expect(operations(data?.plan)).toEqual(['CreateTransitRouter', CREATE, ...ROUTING])
    expect(data?.would).toBe('attach')
    expect(run.emulator.world.enterprise.records.routers.all(run.clock.now())).toEqual([])
  })

  it('of an attachment that lacks a part plans that part only', async () => {
    const { data } = await preview({
      ...vpc({}),
      attached: [{ cenId: 'cen-one', childInstanceId: 'vpc-a', propagationRouteTableIds: 'none' }],
    })
    expect(data).toMatchObject({ would: 'attach', transitRouterAttachmentId: expect.any(String) })
    expect(operations(data?.plan)).toEqual(['EnableTransitRouterRouteTablePropagation'])
  })

  it.each<[string, object, object, SimOptions, RegExp]>([
    [
      'a router is missing, and TRANSIT_ROUTER is existing',
      { editions: { default: 'None' } },
      {},
      { transitRouter: 'existing' },
      /TransitRouterMissing/,
    ],
    ['no zone is usable', vpc({ vSwitches: [] }), {}, {}, /NoUsableZone/],
    [
      'a table is of another router',
      {},
      { associationRouteTableId: 'vtb-foreign' },
      {},
      /RequestInvalid: associationRouteTableId/,
    ],
    [
      'a block has another next hop',
      vpc({
        routeTables: [
          {
            routeTableId: 'vtb-m',
            type: 'System',
            routeEntries: [{ destinationCidrBlock: '10.0.0.0/8', nextHopId: 'i-1' }],
          },
        ],
      }),
      {},
      {},
      /RoutingConflict: 10\.0\.0\.0\/8 in vtb-m/,
    ],
    [
      'the API would refuse it',
      {
        limits: { attachmentsPerRouter: 1 },
        childInstances: [{ childInstanceId: 'vpc-b', regionId: HANGZHOU }],
        attached: [{ cenId: 'cen-one', childInstanceId: 'vpc-b' }],
      },
      {},
      {},
      /QuotaExceeded/,
    ],
  ])('refuses what would fail: %s', async (_name, world, fields, options, reason) => {
    const { data } = await preview(world, fields, options)
    expect(data).toMatchObject({ outcome: 'preflight', would: 'refuse' })
    expect(data?.reasons?.join(' ')).toMatch(reason)
  })

  it.each<[string, object, string]>([
    ['the service is not open', { transitRouterService: 'closed' }, 'OpenTransitRouterService'],
    ['the service-linked role is missing', { serviceLinkedRole: false }, 'CreateServiceLinkedRole'],
  ])('finds that %s, and names the call that mends it', async (_name, facts, operation) => {
    const { data } = await preview({ accounts: [{ accountId: HOME, ...facts }] })
    expect(data).toMatchObject({ would: 'wait-for-grant', grant: { operation } })
    expect(operations(data?.plan)).toEqual([CREATE, ...ROUTING])
  })
})

describe("a dry run for another account's network", () => {
  const foreign = { childInstanceOwnerId: OWNER }
  const missing = { ...vpc({ ownerId: OWNER }), grantsMissing: [{ childInstanceId: 'vpc-a' }] }
  const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: ['vpc:*', 'cen:*'], Resource: '*' }] }

  it('waits for a missing grant, and names the exact call', async () => {
    const { data } = await preview(missing, foreign)
    expect(data).toMatchObject({
      would: 'wait-for-grant',
      grant: {
        operation: 'GrantInstanceToTransitRouter',
        ownerId: OWNER,
        command: expect.stringContaining('aliyun cbn'),
      },
    })
  })

  it('plans the grant first, if the worker has a role there', async () => {
    const { data, calls } = await preview({ ...missing, roles: [{ roleName: 'grantor', policy }] }, foreign, {
      grantRole: 'grantor',
    })
    expect(data?.would).toBe('attach')
    expect(operations(data?.plan)).toEqual(['GrantInstanceToTransitRouter', CREATE, ...ROUTING])
    expect(calls).not.toContain('GrantInstanceToTransitRouter')
  })

  it('of a granted VBR names it ExpressConnect to its owner only', async () => {
    const { data } = await preview(
      {
        childInstances: [{ childInstanceId: 'vbr-a', regionId: HANGZHOU, ownerId: OWNER }],
        grantsMissing: [{ childInstanceId: 'vbr-a' }],
      },
      { ...foreign, childInstanceId: 'vbr-a' },
    )
    expect(data?.grant?.parameters).toMatchObject({ InstanceType: 'ExpressConnect' })
  })
})
